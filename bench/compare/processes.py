"""Programs under a limit of time and memory, so that one that needs more than the machine has disturbs nothing else."""
import resource
import subprocess


class Failed(Exception):
    """Why a program gave no result."""


def run(command, seconds, memory, cwd=None, environment=None):
    """Standard output of a program that may take so many seconds and so many bytes of memory of its own."""
    def limit():
        # Not the address space: what is only reserved, and mapped files, may be larger.
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))

    try:
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=seconds, preexec_fn=limit)
    except subprocess.TimeoutExpired:
        raise Failed("not done in %.0f s" % seconds) from None
    if done.returncode != 0:
        raise Failed(reason(done, memory))
    return done.stdout


def reason(done, memory):
    lines = done.stderr.strip().splitlines() or ["no message"]
    # Only the end: a Python traceback may name functions that allocate.
    text = lines[-1].lower()
    signs = ("bad_alloc", "memoryerror", "out of memory", "to allocate", "cannot allocate", "not enough memory")
    if done.returncode == -9 or any(sign in text for sign in signs):
        return "out of memory (%.0f GB allowed)" % (memory / 1e9)
    what = "status %d" % done.returncode if done.returncode > 0 else "signal %d" % -done.returncode
    return "%s: %s" % (what, lines[-1][:160])
