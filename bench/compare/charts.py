"""The report's charts, as SVG files that are the same for the same numbers. Each function gives the line that shows its chart."""
import os

import matplotlib
matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

import shapes  # noqa: E402

plt.rcParams["svg.hashsalt"] = "venule"
plt.rcParams["svg.fonttype"] = "none"


#: In place of a chart without a point, which a logarithmic axis cannot show.
NOTHING = "Nothing could be measured."


def saved(drawing, title, name, out):
    drawing.tight_layout()
    drawing.savefig(os.path.join(out, name), metadata={"Date": None})
    plt.close(drawing)
    return "![%s](%s)" % (title, name)


def bars(rows, threads, figure, scale, label, name, out):
    """Grouped bars, one group for each size, on a logarithmic axis."""
    rows = [row for row in rows if row["threads"] == threads]
    programs = list(dict.fromkeys(row["program"] for row in rows))
    sizes = list(dict.fromkeys(row["shape"] for row in rows))
    values = {(row["program"], row["shape"]): row[figure] * scale for row in rows if "failure" not in row}
    if not values:
        return NOTHING
    drawing, axes = plt.subplots(figsize=(9, 4.5))
    width = 0.8 / len(programs)
    for index, program in enumerate(programs):
        found = [(position, values[program, size]) for position, size in enumerate(sizes) if (program, size) in values]
        axes.bar([position + (index - (len(programs) - 1) / 2) * width for position, _ in found],
                 [value for _, value in found], width, label=program)
    axes.set_yscale("log")
    axes.set_xticks(range(len(sizes)), [shapes.title(size) for size in sizes])
    title = "%s, %d thread%s" % (label, threads, "" if threads == 1 else "s")
    axes.set_ylabel(title)
    axes.legend(fontsize="small", ncols=2)
    return saved(drawing, title, name, out)


def layers(content, out):
    """Speed of each operation that multiplies, and the peak of a core."""
    drawing, axes = plt.subplots(figsize=(9, 4.5))
    for name, plan in content["plans"].items():
        speeds = [operation["gigaflopsPerSecond"] for operation in plan["operations"] if operation.get("gigaflopsPerSecond")]
        axes.plot(range(1, len(speeds) + 1), speeds, "o-", markersize=3, linewidth=0.8, label=name)
    axes.axhline(content["peak"], color="black", linestyle="--", linewidth=0.8, label="peak of fused multiply-adds")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("convolutions in the order of the network")
    axes.set_ylabel("GFLOP/s of direct convolution")
    axes.legend(fontsize="small")
    return saved(drawing, "Speed of each layer", "layers.svg", out)


def curve(rows, peers, out):
    """Time against memory, on logarithmic axes."""
    if not rows:
        return NOTHING
    drawing, axes = plt.subplots(figsize=(9, 4.5))
    points = sorted((row["peak"] / 1e6, row["median"] * 1e3) for row in rows)
    axes.plot([x for x, _ in points], [y for _, y in points], "o-", label="Venule")
    for row in peers:
        axes.plot(row["peak"] / 1e6, row["median"] * 1e3, "x", label=row["program"])
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("peak resident memory, MB")
    axes.set_ylabel("median latency, ms, 592x592, 1 thread")
    axes.legend(fontsize="small", ncols=2)
    return saved(drawing, "Time against memory", "tradeoff.svg", out)


def growth(rows, out):
    """Time and memory against the number of pixels, on logarithmic axes."""
    if not rows:
        return NOTHING
    drawing, axes = plt.subplots(1, 2, figsize=(11, 4.5))
    for program in dict.fromkeys(row["program"] for row in rows):
        own = [row for row in rows if row["program"] == program]
        pixels = [shapes.pixels(row["shape"]) / 1e6 for row in own]
        axes[0].plot(pixels, [row["first"] for row in own], "o-", label=program)
        axes[1].plot(pixels, [row["peak"] / 1e6 for row in own], "o-", label=program)
    for plot, label in zip(axes, ["seconds of the first run", "peak resident memory, MB"]):
        plot.set_xscale("log")
        plot.set_yscale("log")
        sizes = list(dict.fromkeys(row["shape"] for row in rows))
        plot.set_xticks([shapes.pixels(size) / 1e6 for size in sizes], sizes)
        plot.set_xticks([], minor=True)
        plot.set_xlabel("size, by the number of pixels")
        plot.set_ylabel(label)
    axes[0].legend(fontsize="small")
    return saved(drawing, "Growth with the image", "growth.svg", out)
