"""RESULTS.md and its charts, from what the phases left."""
import os
import statistics

import charts
import shapes
import targets

MEGABYTE = 1e6


def write(store, out):
    latency = [store.load(phase) for phase in ("128", "592", "960")]
    rows = [row for content in latency if content for row in summaries(content)]
    lines = ["# Venule beside its peers", "", *preamble(store, rows)]
    lines += targets.section(store, rows)
    for shape, threads in dict.fromkeys((row["shape"], row["threads"]) for row in rows):
        group = [row for row in rows if (row["shape"], row["threads"]) == (shape, threads)]
        lines += ["", "## %s, %s" % (shapes.title(shape), count(threads, "thread")), "", *table(group)]
    if rows:
        for number in dict.fromkeys(row["threads"] for row in rows):
            lines += ["", charts.bars(rows, number, "median", 1e3, "median latency, ms", "latency-%d.svg" % number, out)]
        lines += ["", charts.bars(rows, rows[0]["threads"], "peak", 1 / MEGABYTE, "peak resident memory, MB", "memory.svg", out)]
    lines += settings_section(store) + layers_section(store, out) + memory_section(store, rows, out) + growth_section(store, out)
    with open(os.path.join(out, "RESULTS.md"), "w") as file:
        file.write("\n".join(lines) + "\n")


def count(number, what):
    return "%d %s%s" % (number, what, "" if number == 1 else "s")


def summaries(content):
    """The median over the rounds of each figure, or the failure."""
    return [{**summary(record["rounds"]), **{key: record.get(key) for key in ("program", "shape", "threads", "limit")}}
            for record in content["records"]]


def summary(rounds):
    failures = [result["failure"] for result in rounds if "failure" in result]
    if failures:
        return {"failure": failures[0]}
    figures = {name: statistics.median(result[name] for result in rounds)
               for name in ("load", "first", "least", "median", "peak", "baseline")}
    differences = [result["difference"] for result in rounds if result.get("difference") is not None]
    return {**figures, "difference": max(differences, default=None)}


def is_venule(row):
    return row["program"].startswith("Venule")


def is_good_peer(row):
    return not is_venule(row) and "failure" not in row


def preamble(store, rows):
    contents = [store.load(phase) for phase in store.phases("")]
    lines = ["IterNet k = 32, N = 3, float32, one image, the final output. Written by `make bench`.", ""]
    machines = []
    for content in contents:
        if content["machine"] not in machines:
            machines.append(content["machine"])
    for machine in machines:
        lines += ["Machine: %s, %s, %.0f GB of memory, %s." % (
            machine["processor"], count(machine["processors"], "processor"), machine["memory"] / 1e9, machine["system"])]
    versions = {name: version for content in contents for name, version in content["versions"].items()}
    if versions:
        lines += ["Versions: " + ", ".join("%s %s" % pair for pair in versions.items()) + "."]
    return lines + [
        "",
        "Each program is a process of its own; the programs run one after the other, in rounds, so that other work on the machine meets",
        "all alike. A figure is the median over the rounds. The peers have their thread count set, and of several settings the best",
        "([below](#settings)).",
        "",
        "- *load*: from the file to ready, without importing a library. *first*: the first run. *median*, *least*: of the runs after it.",
        "- *peak*: the largest resident set of the whole process (VmHWM). The peers run in Python, whose interpreter, NumPy and",
        "  the imported library are *of which before loading*; Venule is `venule-run`.",
        "- *difference*: the largest from the output of Keras (TensorFlow 2.15), He-normal random weights.",
        "- *time*, *memory*: how many times the fastest and the leanest peer's this is; below 1 is better than every peer.",
    ]


def table(rows):
    peers = [row for row in rows if is_good_peer(row)]
    fastest = min((row["median"] for row in peers), default=float("nan"))
    leanest = min((row["peak"] for row in peers), default=float("nan"))
    lines = ["| program | load ms | first ms | median ms | least ms | peak MB | of which before loading | difference | time | memory |",
             "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for row in rows:
        if "failure" in row:
            lines.append("| %s | %s |" % (row["program"], cell(row["failure"])))
            continue
        difference = "" if row["difference"] is None else "%.1e" % row["difference"]
        lines.append("| %s | %.1f | %.1f | %.1f | %.1f | %.0f | %.0f | %s | %.2f | %.2f |" % (
            row["program"], 1e3 * row["load"], 1e3 * row["first"], 1e3 * row["median"], 1e3 * row["least"], row["peak"] / MEGABYTE,
            row["baseline"] / MEGABYTE, difference, row["median"] / fastest, row["peak"] / leanest))
    return lines


def cell(text):
    return text.replace("|", "/")


def settings_section(store):
    content = store.load("settings")
    if not content:
        return []
    lines = ["", "## Settings", "",
             "Tried briefly, the least of two to five runs; the quickest is taken, and of those within 3 % of it the one that takes the least memory. 960x960 and",
             "larger images take what 592x592 found.", "",
             "| peer | image | threads | taken | least ms of each that was tried |", "|---|---|--:|---|---|"]
    for record in content["records"]:
        times = "; ".join("%s %.1f" % (setting, 1e3 * time) for setting, time in record["times"].items())
        lines.append("| %s | %s | %d | %s | %s |" % (
            record["peer"], shapes.title(record["shape"]), record["threads"], record["chosen"], times or "there is one"))
    return lines


def layers_section(store, out):
    content = store.load("layers")
    if not content:
        return []
    lines = ["", "## Layer by layer", "",
             "592x592, one thread. The speed counts the multiplications of direct convolution, so that Winograd's algorithms may exceed what a",
             "core can do at most, %.0f GFLOP/s: independent fused multiply-adds in registers (`bench/convolution.c`)." % content["peak"]]
    for name, plan in content["plans"].items():
        lines += ["", "%s, %.1f ms:" % (name, 1e3 * plan["medianSeconds"]), "",
                  "| operation | algorithm | ms | share | GFLOP/s | of the peak |", "|---|---|--:|--:|--:|--:|"]
        for operation in plan["operations"]:
            speed = operation.get("gigaflopsPerSecond")
            rest = "%.0f | %.2f" % (speed, speed / content["peak"]) if speed else " | "
            lines.append("| %s | %s | %.2f | %.1f %% | %s |" % (
                cell(operation["name"]), operation["algorithm"], 1e3 * operation["seconds"], 100 * operation["share"], rest))
    return lines + ["", charts.layers(content, out)]


def memory_section(store, rows, out):
    content = store.load("memory")
    if not content:
        return []
    found = summaries(content)
    peers = [row for row in rows if is_good_peer(row) and row["shape"] == "592" and row["threads"] == 1]
    lines = ["", "## Time against memory", "",
             "592x592, one thread: the quickest plan within a limit (`--optimize speed --max-memory`), and the one that takes the least memory.", "",
             "| limit | median ms | peak MB |", "|---|--:|--:|"]
    for row in found:
        figures = cell(row["failure"]) + " | " if "failure" in row else "%.1f | %.0f" % (1e3 * row["median"], row["peak"] / MEGABYTE)
        lines.append("| %s | %s |" % (row["program"], figures))
    return lines + ["", charts.curve([row for row in found if "failure" not in row], peers, out)]


def growth_section(store, out):
    content = store.load("growth")
    if not content:
        return []
    found = summaries(content)
    sizes = list(dict.fromkeys(row["shape"] for row in found))
    lines = ["", "## Growth with the image", "",
             "A process with one run each, the first: seconds, and the peak resident set in MB. A process that takes more than %.0f s, or" % content["seconds"],
             "three quarters of the machine's memory, is ended, and larger images are not tried.", "",
             "| program | threads | " + " | ".join(shapes.title(size) for size in sizes) + " |", "|---|--:|" + "---|" * len(sizes)]
    for program in dict.fromkeys(row["program"] for row in found):
        own = {row["shape"]: row for row in found if row["program"] == program}
        cells = [cell(own[size]["failure"]) if "failure" in own[size]
                 else "%.2f s, %.0f MB" % (own[size]["first"], own[size]["peak"] / MEGABYTE) for size in sizes]
        lines.append("| %s | %d | %s |" % (program, next(iter(own.values()))["threads"], " | ".join(cells)))
    good = [row for row in found if "failure" not in row]
    return lines + ["", charts.growth(good, out)]
