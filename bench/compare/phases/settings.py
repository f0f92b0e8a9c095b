"""Tries each peer's settings and keeps the quickest; of those within 3 % of it the one that takes the least memory.

At 128x128 and 592x592, each with every number of threads; larger images take what 592x592 found.
"""
import programs

SHAPES = ["128", "592"]
ROUNDS = 2
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
    results = {}
    # With one setting there is nothing to choose.
    for _ in range(ROUNDS if len(settings) > 1 else 0):
        for setting in settings:
            result = bench.run_peer(peer, setting, shape, threads, 3, 0.5)
            results.setdefault(setting, []).append(result)
            programs.say("settings", shape, threads, peer, setting, programs.outcome(result))
    times, peaks = {}, {}
    for setting, rounds in results.items():
        if not any("failure" in result for result in rounds):
            times[setting] = min(min(result["least"], result["first"]) for result in rounds)
            peaks[setting] = max(result["peak"] for result in rounds)
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
