"""Load time, latency, memory and exactness of every program for one size of image."""
import programs
import venule
from phases import settings


def run(bench, options, shape, rounds, runs, budget):
    plans = {name: venule.compile_plan(bench, name, flags, shape) for name, flags in venule.plans(bench).items()}
    records = []
    for threads in options.threads:
        group = {}
        for _ in range(rounds):
            for program in [*plans, *options.peers]:
                if threads > 1 and program in programs.SINGLE_THREADED:
                    continue
                found = group.setdefault(program, [])
                # What failed once is not tried again.
                if found and "failure" in found[-1]:
                    continue
                if program in plans:
                    result = bench.run_venule(plans[program], shape, threads, runs, compares=not found)
                else:
                    result = bench.run_peer(program, setting(bench, options, program, shape, threads), shape, threads, runs, budget)
                found.append(result)
                programs.say(shape, threads, program, programs.outcome(result))
        records += [{"program": program, "shape": shape, "threads": threads, "rounds": found} for program, found in group.items()]
    return {"records": records, "versions": bench.versions(options.peers), "rounds": rounds, "runs": runs, "budget": budget}


def setting(bench, options, peer, shape, threads):
    """The best that was found, else the library's default."""
    return settings.chosen(options.store, peer, shape, threads) or bench.describe(peer)["settings"][0]
