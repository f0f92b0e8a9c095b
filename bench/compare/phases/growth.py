"""Time and memory of one run as images grow, up to 2336x3504: a first run, nothing is repeated."""
import programs
import venule
from phases.latency import setting

SHAPES = ["592", "1184", "2336x3504"]
PLANS = {
    "Venule": [],
    "Venule, 450 MB": ["--max-memory", "450MB"],
}


def run(bench, options):
    records = []
    # By their number of pixels: what failed at one size is not tried at a larger one.
    failed = {}
    for shape in SHAPES:
        plans = {name: venule.compile_plan(bench, "growth-" + name, flags, shape) for name, flags in PLANS.items()}
        for program in [*plans, *options.peers]:
            threads = 1 if program in programs.SINGLE_THREADED else options.growth_threads
            if program in failed:
                result = {"failure": failed[program] + ", at a smaller size"}
            elif program in plans:
                result = bench.run_venule(plans[program], shape, threads, 1, compares=False)
            else:
                result = bench.run_peer(program, setting(bench, options, program, shape, threads), shape, threads, 0, 0)
            if "failure" in result and program not in plans:
                failed.setdefault(program, result["failure"])
            records.append({"program": program, "shape": shape, "threads": threads, "rounds": [result]})
            programs.say("growth", shape, program, programs.outcome(result))
    return {"records": records, "versions": bench.versions(options.peers), "seconds": bench.seconds}
