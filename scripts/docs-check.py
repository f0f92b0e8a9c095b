#!/usr/bin/env python3
"""Runs the commands that the pages show, and compares what they print with what the pages show of it.

Usage: scripts/docs-check.py PROGRAMS [--root FOLDER] [--with NAME]... [--keep] [PAGE...]

PROGRAMS is the folder with the built `venule` and `venule-run`. Without pages every Markdown file of the project is read.
The exit status is 1 where anything is not as a page says, and 0 otherwise.

A command block is a fenced or indented block of code whose lines begin with `$` and a space, as in cram's tests:

    $ venule import model.h5 \\
        -o model.vir
    architecture      IterNet
    …
    time              3.2 ms
    [0]

- What stands behind a command, up to the next one, is what it prints, standard error included. Where nothing stands there,
  nothing is compared. A line of `…` or `...` alone is for any number of lines, and `…` inside a line for any text.
- Numbers in front of the units in MEASURED_UNITS are measured: any number may be printed in their place. All others have
  to be the same.
- The lines of a here-document (`<<END`) belong to the command, with the line that ends it.
- A last line of a number in brackets is the exit status that is expected in place of 0.
- Each page has a folder of its own, which begins as a copy of the project without what was built, and in which its
  commands run one after the other, each in a shell of its own.
- A comment `<!-- docs-check: with NAME -->` in front of a block says that it needs more than the programs: it is run where
  `--with NAME` is given, by the script that has installed that (`python`: the package; `cohort`: the cluster engines too).
- A comment `<!-- docs-check: not run: REASON -->` in front of a block keeps it from being run. These are printed, and
  there may be NOT_RUN_AT_MOST of them.

A line that looks like a command and would not be found by these rules is reported, so that nothing escapes by its form.
"""

import argparse
import difflib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass, field
from pathlib import Path

# How many blocks may be marked as not to be run. Each is a claim that nothing checks, so a new one has to raise this number.
NOT_RUN_AT_MOST = 10

# A command that takes longer than this many seconds is stopped and reported; all of them together take well under two minutes.
LONGEST = 100

# Numbers in front of these differ from run to run.
MEASURED_UNITS = ["s", "ms", "µs", "GFLOP/s"]

# Folders that a checkout does not have: what was built, and what commands have written.
LEFT_OUT = shutil.ignore_patterns(".*", "out", "__pycache__")

FENCE = re.compile(r" *(`{3,}|~{3,})")
MARKER = re.compile(r"\s*<!--\s*docs-check:\s*not run:\s*(?P<reason>.*?)\s*-->\s*$")
CONDITION = re.compile(r"\s*<!--\s*docs-check:\s*with (?P<need>\w+)\s*-->\s*$")
ANY_MARKER = re.compile(r"\s*<!--\s*docs-check")
PROMPT = re.compile(r"\$( |$)")
STRAY_PROMPT = re.compile(r"[\s>]*\$ ")
MEASURED = re.compile(r" *(?<![\w.,])\d[\d,]*(?:\.\d+)?(?= (?:%s)(?!\w))" % "|".join(map(re.escape, MEASURED_UNITS)))
HERE_DOCUMENT = re.compile(r"<<\s*'?(\w+)'?")
STATUS = re.compile(r"\[(\d+)\]$")

# How blocks begin that are commands without saying so.
COMMAND = re.compile(r"(make|swift|cc|git|sudo|apt-get|pip|python[\d.]*|\S*/bin/\w+|\S+\.(sh|py)|venule(-run)? [a-z]+)( |$)")


@dataclass
class Block:
    """A block of code: its lines without their common indentation, and the number of its first line, from 1."""

    line: int
    lines: list[str]
    not_run: str | None = None
    needs: str | None = None

    @property
    def has_commands(self) -> bool:
        return any(PROMPT.match(line) for line in self.lines)


@dataclass
class Command:
    """A command, the number of its line, and what the page shows of its output."""

    line: int
    text: str
    output: list[str] = field(default_factory=list)
    status: int = 0


class Problem(Exception):
    """Something that is not as a page says: the number of the line, and what it is."""

    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line


def blocks(text: str) -> list[Block]:
    """All blocks of code of a page: those between fences, and those that are indented by four spaces or more."""
    lines = [line.expandtabs(4).rstrip() for line in text.splitlines()]
    found: list[Block] = []
    not_run: str | None = None
    needs: str | None = None
    index = 0
    # An indented line is code only where no paragraph goes on, that is behind an empty line, a comment or a block.
    paragraph = False
    while index < len(lines):
        line = lines[index]
        start = index
        if fence := FENCE.match(line):
            closing = re.compile(r" *%s{%d,}$" % (re.escape(fence[1][0]), len(fence[1])))
            index += 1
            while index < len(lines) and not closing.match(lines[index]):
                index += 1
            content, start = lines[start + 1 : index], start + 1
            index += 1
        elif line.startswith("    ") and not paragraph:
            while index < len(lines) and (not lines[index] or lines[index].startswith("    ")):
                index += 1
            content = lines[start:index]
        else:
            if marker := MARKER.match(line):
                not_run = marker["reason"]
            elif condition := CONDITION.match(line):
                needs = condition["need"]
            elif line:
                not_run = needs = None
            paragraph = bool(line) and not line.endswith("-->")
            index += 1
            continue
        found.append(Block(start + 1, textwrap.dedent("\n".join(content)).rstrip().split("\n"), not_run, needs))
        not_run = needs = None
        paragraph = False
    return found


def unreadable(text: str, found: list[Block]) -> list[Problem]:
    """Lines that look like commands or markers and are none by the rules above."""
    problems = []
    inside = {block.line + offset for block in found if block.has_commands for offset in range(len(block.lines))}
    for number, line in enumerate(text.splitlines(), 1):
        if STRAY_PROMPT.match(line) and number not in inside:
            problems.append(Problem(number, "a line that begins with `$` stands in no block of code"))
        marker, condition = MARKER.match(line), CONDITION.match(line)
        if ANY_MARKER.match(line) and not marker and not condition:
            problems.append(
                Problem(number, "a marker is written <!-- docs-check: not run: REASON --> or <!-- docs-check: with NAME -->"))
        if (marker and not any(block.not_run == marker["reason"] and block.has_commands for block in found)) or (
                condition and not any(block.needs == condition["need"] and block.has_commands for block in found)):
            problems.append(Problem(number, "this marker does not stand in front of a command block"))
    for block in found:
        if block.has_commands and not PROMPT.match(block.lines[0]):
            problems.append(Problem(block.line, "a block with commands has to begin with `$`"))
        elif COMMAND.match(block.lines[0]):
            problems.append(Problem(block.line, "write `$` in front of what is a command"))
    return problems


def commands(block: Block) -> list[Command]:
    found: list[Command] = []
    continued = False
    # The line that ends a here-document.
    ending: str | None = None
    for number, line in enumerate(block.lines, block.line):
        if ending is not None:
            found[-1].text += "\n" + line
            if line == ending:
                ending = None
            continue
        if continued:
            found[-1].text += "\n" + line
        elif PROMPT.match(line):
            found.append(Command(number, line[2:]))
        else:
            found[-1].output.append(line)
            continue
        continued = found[-1].text.endswith("\\")
        if not continued and (document := HERE_DOCUMENT.search(line)):
            ending = document[1]
    for command in found:
        while command.output and not command.output[-1]:
            command.output.pop()
        if command.output and (status := STATUS.match(command.output[-1])):
            command.status = int(status[1])
            command.output.pop()
    return found


def pattern(output: list[str]) -> re.Pattern:
    """What may be printed where a page shows these lines."""

    def literal(text: str) -> str:
        if not MEASURED.search(text):
            return re.escape(text)
        # A number of another length moves the columns behind it.
        pieces = MEASURED.split(text)
        return r" *\d[\d,]*(?:\.\d+)?".join(re.sub(r"(\\ )+", " +", re.escape(piece)) for piece in pieces)

    whole = ""
    for line in output:
        if line.strip() in ("…", "..."):
            whole += r"(?:[^\n]*\n)*?"
        else:
            whole += r"[^\n]*".join(literal(piece) for piece in line.split("…")) + r"\n"
    return re.compile(whole)


def run(command: Command, folder: Path, programs: Path) -> None:
    """Runs a command and throws a problem where it does not end or print as its page says."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VENULE_")}
    environment |= {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    process = subprocess.Popen(
        ["bash", "-o", "pipefail", "-c", command.text], cwd=folder, env=environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        bytes, _ = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise Problem(command.line, f"$ {command.text}\n  took more than {LONGEST} s") from None
    printed = [line.rstrip() for line in bytes.decode("utf-8", "replace").splitlines()]
    if process.returncode != command.status:
        raise Problem(
            command.line, f"$ {command.text}\n  ended with status {process.returncode}, not {command.status}, and printed:\n"
            + textwrap.indent("\n".join(printed), "    "))
    if command.output and not pattern(command.output).fullmatch("".join(line + "\n" for line in printed)):
        difference = list(difflib.unified_diff(command.output, printed, "shown", "printed", lineterm="", n=1000))
        raise Problem(
            command.line, f"$ {command.text}\n  printed something else than the page shows:\n"
            + textwrap.indent("\n".join(difference[:2] + difference[3:]), "    "))


def check(
        page: Path, name: str, root: Path, programs: Path, scratch: Path, available: list[str]) -> tuple[list[Problem], list[Block], int]:
    """Checks a page; gives its problems, its blocks that are never run, and the number of commands that ran."""
    text = page.read_text(encoding="utf-8")
    found = blocks(text)
    problems = unreadable(text, found)
    with_commands = [block for block in found if block.has_commands and PROMPT.match(block.lines[0])]
    to_run = [command for block in with_commands
              if block.not_run is None and (block.needs is None or block.needs in available) for command in commands(block)]
    if to_run:
        folder = scratch / name.replace("/", "-")
        shutil.copytree(root, folder, ignore=LEFT_OUT, symlinks=True)
        for command in to_run:
            try:
                run(command, folder, programs)
            except Problem as problem:
                problems.append(problem)
    return problems, [block for block in with_commands if block.not_run is not None], len(to_run)


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs the commands that the pages show.")
    parser.add_argument("programs", type=Path, help="the folder with venule and venule-run")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent, help="the folder of the project")
    parser.add_argument("--with", dest="available", action="append", default=[], metavar="NAME", help="run the blocks that need this too")
    parser.add_argument("--keep", action="store_true", help="leave the folders that the commands ran in")
    parser.add_argument("pages", nargs="*", help="pages, from the folder of the project on; all of them by default")
    options = parser.parse_args()

    root = options.root.resolve()
    pages = options.pages or sorted(
        str(page.relative_to(root)) for page in root.rglob("*.md")
        if not any(part.startswith(".") or part == "out" for part in page.relative_to(root).parts))

    scratch = Path(tempfile.mkdtemp(prefix="venule-docs-check."))
    try:
        # Only the two programs are found by their names, not all that lies beside them.
        programs = scratch / "bin"
        programs.mkdir()
        for program in ["venule", "venule-run"]:
            built = options.programs.resolve() / program
            if not os.access(built, os.X_OK):
                print(f"error: no program {built}; build it first", file=sys.stderr)
                return 1
            (programs / program).symlink_to(built)

        start = time.monotonic()
        failures, not_run, run_count = 0, 0, 0
        for name in pages:
            problems, marked, count = check(root / name, name, root, programs, scratch, options.available)
            for block in marked:
                print(f"{name}:{block.line}: not run: {block.not_run}")
            for problem in sorted(problems, key=lambda problem: problem.line):
                print(f"{name}:{problem.line}: {problem}")
            failures, not_run, run_count = failures + len(problems), not_run + len(marked), run_count + count
        print(f"{run_count} commands of {len(pages)} pages run in {time.monotonic() - start:.0f} s, {not_run} blocks not run, {failures} problems")
        if not_run > NOT_RUN_AT_MOST:
            print(f"error: {not_run} blocks are not run, and NOT_RUN_AT_MOST in {Path(__file__).name} is {NOT_RUN_AT_MOST}")
        return 1 if failures or not_run > NOT_RUN_AT_MOST else 0
    finally:
        if options.keep:
            print(f"kept: {scratch}")
        else:
            shutil.rmtree(scratch)


if __name__ == "__main__":
    sys.exit(main())
