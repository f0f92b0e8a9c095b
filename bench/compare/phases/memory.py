"""Time against memory: the quickest plan of IterNet at 592x592 for several limits, on one thread."""
import programs
import venule

SHAPE = "592"
LIMITS = [64, 80, 88, 96, 112, 128, 160, 192, 256, 384]
RUNS = 3


def run(bench, options):
    names = {"%d MiB" % limit: ["--optimize", "speed", "--max-memory", "%dMiB" % limit] for limit in LIMITS}
    names["no limit"] = ["--optimize", "speed"]
    names["least memory"] = ["--optimize", "memory"]
    plans = {name: venule.compile_plan(bench, "memory-" + name, flags, SHAPE) for name, flags in names.items()}
    found = {name: [] for name in names}
    for _ in range(min(options.rounds, 2)):
        for name, plan in plans.items():
            result = bench.run_venule(plan, SHAPE, 1, RUNS, compares=False)
            found[name].append(result)
            programs.say("memory", name, programs.outcome(result))
    records = [{"program": name, "limit": limit_of(name), "shape": SHAPE, "threads": 1, "rounds": rounds}
               for name, rounds in found.items()]
    return {"records": records, "versions": {"Venule": venule.version(bench)}}


def limit_of(name):
    """Bytes, or None."""
    return int(name.split()[0]) * 2 ** 20 if name.endswith(" MiB") else None
