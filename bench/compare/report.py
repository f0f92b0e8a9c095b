"""RESULTS.md and its charts from the summary of compare.py."""
import os
import platform

import matplotlib
matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

MEGABYTE = 1e6


def write(arguments, summary):
    programs = []
    for _, _, program in summary:
        if program not in programs:
            programs.append(program)
    lines = ["# Venule beside its peers", "", *preamble(arguments, summary, programs)]
    for size in arguments.sizes:
        for threads in arguments.threads:
            rows = {p: summary[size, threads, p] for p in programs if (size, threads, p) in summary}
            lines += ["", "## %dx%d, %d %s" % (size, size, threads, "thread" if threads == 1 else "threads"), ""]
            lines += table(rows)
    lines += ["", "![Median latency](latency.svg)", "", "![Peak resident memory](memory.svg)"]
    with open(os.path.join(arguments.out, "RESULTS.md"), "w") as file:
        file.write("\n".join(lines) + "\n")
    threads = arguments.threads[0]
    chart(arguments, summary, programs, threads, "median", 1e3, "median latency, ms, 1 thread", "latency.svg")
    chart(arguments, summary, programs, threads, "peak", 1 / MEGABYTE, "peak resident memory, MB", "memory.svg")


def preamble(arguments, summary, programs):
    versions = {p: r["version"] for (_, _, p), r in summary.items() if "version" in r}
    return [
        "IterNet k = 32, N = 3, float32, one image, the final output. Written by `make bench`; each program is a process of",
        "its own, %d rounds of all programs one after the other, %d runs each; every figure is the median over the rounds."
        % (arguments.rounds, arguments.runs),
        "",
        "Machine: %s, %d processors, %s. " % (processor(), os.cpu_count(), platform.platform(terse=True)),
        "Versions: " + ", ".join("%s %s" % (p, versions[p]) for p in programs if p in versions) + ".",
        "",
        "- *load*: from the file to ready, without importing a library. *first*: the first run. *median*: of the runs after it.",
        "- *peak*: the largest resident set of the whole process (VmHWM). The peers run in Python, whose interpreter, NumPy and",
        "  the imported library are *of which before loading*; Venule is `venule-run`.",
        "- *difference*: the largest from the output of Keras (TensorFlow 2.15), He-normal random weights.",
        "- *time*, *memory*: how many times the fastest and the leanest peer's this is; below 1 is better than every peer.",
    ]


def processor():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())


def table(rows):
    peers = [r for p, r in rows.items() if not p.startswith("Venule") and "failure" not in r]
    fastest = min((r["median"] for r in peers), default=float("nan"))
    leanest = min((r["peak"] for r in peers), default=float("nan"))
    lines = ["| program | load ms | first ms | median ms | least ms | peak MB | of which before loading | difference | time | memory |",
             "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for program, r in rows.items():
        if "failure" in r:
            lines.append("| %s | %s |" % (program, r["failure"].replace("|", "/")))
            continue
        lines.append("| %s | %.1f | %.1f | %.1f | %.1f | %.0f | %.0f | %.1e | %.2f | %.2f |" % (
            program, 1e3 * r["load"], 1e3 * r["first"], 1e3 * r["median"], 1e3 * r["least"], r["peak"] / MEGABYTE,
            r["baseline"] / MEGABYTE, r["difference"], r["median"] / fastest, r["peak"] / leanest))
    return lines


def chart(arguments, summary, programs, threads, figure, scale, label, name):
    """Grouped bars, one group for each size, on a logarithmic axis."""
    plt.rcParams["svg.hashsalt"] = "venule"
    plt.rcParams["svg.fonttype"] = "none"
    drawing, axes = plt.subplots(figsize=(9, 4.5))
    width = 0.8 / len(programs)
    for index, program in enumerate(programs):
        found = [(position, summary[size, threads, program][figure] * scale)
                 for position, size in enumerate(arguments.sizes)
                 if figure in summary.get((size, threads, program), {})]
        axes.bar([position + (index - (len(programs) - 1) / 2) * width for position, _ in found],
                 [value for _, value in found], width, label=program)
    axes.set_yscale("log")
    axes.set_xticks(range(len(arguments.sizes)), ["%dx%d" % (size, size) for size in arguments.sizes])
    axes.set_ylabel(label)
    axes.legend(fontsize="small", ncols=2)
    drawing.tight_layout()
    drawing.savefig(os.path.join(arguments.out, name), metadata={"Date": None})
    plt.close(drawing)
