"""Tries each peer's settings and keeps the quickest; of those within 3 % of it the one that takes the least memory.

At 128x128 and 592x592, each with every number of threads; larger images take what 592x592 found.
"""
import programs

SHAPES = ["128", "592"]
#: Runs behind the first, as long as they take no more than these seconds, but one at least.
RUNS, BUDGET = 4, 0.5
NEARLY = 1.03


def run(bench, options):
    records = []
    for shape in SHAPES:
        for threads in options.threads:
            for peer in options.peers:
                if threads > 1 and peer in programs.SINGLE_THREADED:
                    continue
                records.append(tried(bench, peer, shape, threads, options))
    return {"records": records, "versions": bench.versions(options.peers)}


def tried(bench, peer, shape, threads, options):
    settings = bench.describe(peer)["settings"]
    times, peaks = {}, {}
    # With one setting there is nothing to choose.
    for setting in settings if len(settings) > 1 else []:
        result = bench.run_peer(peer, setting, shape, threads, RUNS, BUDGET)
        programs.say("settings", shape, threads, peer, setting, programs.outcome(result))
        if "failure" not in result:
            times[setting] = min(result["least"], result["first"])
            peaks[setting] = result["peak"]
    good = [setting for setting in times if times[setting] <= NEARLY * min(times.values())]
    return {
        "peer": peer, "shape": shape, "threads": threads, "times": times, "peaks": peaks,
        "chosen": min(good, key=lambda setting: peaks[setting]) if good else settings[0],
    }


def chosen(store, peer, shape, threads):
    """The setting that a measurement takes; None where the settings were not tried."""
    found = (store.load("settings") or {"records": []})["records"]
    nearest = shape if shape in SHAPES else SHAPES[-1]
    return next((r["chosen"] for r in found if (r["peer"], r["shape"], r["threads"]) == (peer, nearest, threads)), None)
