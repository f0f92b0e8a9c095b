"""What was to be reached, and what was measured."""

#: Of Venule's default plan at 592x592, and of others: bytes.
DEFAULT_BYTES = 210e6
LIMITS = {"Venule, 96 MiB": 96 * 2 ** 20, "Venule, 64 MiB, f16": 64 * 2 ** 20}
FASTER = {"Venule": 1.5, "Venule, speed": 1.6}


def section(store, rows):
    lines = [*speed(rows), *memory(rows), *readiness(rows), *large(store)]
    return ["", "## Targets", "", "| what | target | measured | |", "|---|---|---|---|", *lines] if lines else []


def line(what, target, measured, met):
    return "| %s | %s | %s | %s |" % (what, target, measured, "met" if met else "**missed**")


def good(rows, **keys):
    return [row for row in rows if "failure" not in row and all(row[key] == value for key, value in keys.items())]


def peers(rows, **keys):
    return [row for row in good(rows, **keys) if not row["program"].startswith("Venule")]


def speed(rows):
    for shape in ("128", "592"):
        for threads in (1, 2):
            others = peers(rows, shape=shape, threads=threads)
            if not others:
                continue
            fastest = min(others, key=lambda row: row["median"])
            for program, factor in FASTER.items():
                for row in good(rows, shape=shape, threads=threads, program=program):
                    ratio = fastest["median"] / row["median"]
                    yield line("%s, %sx%s, %d thread%s" % (program, shape, shape, threads, "" if threads == 1 else "s"),
                               "%.1fx the fastest peer" % factor, "%.2fx (%s)" % (ratio, fastest["program"]), ratio >= factor)


def memory(rows):
    for row in good(rows, shape="592", threads=1):
        limit = DEFAULT_BYTES if row["program"] == "Venule" else LIMITS.get(row["program"])
        if limit:
            yield line("%s, 592x592, peak resident memory" % row["program"], "%.0f MB" % (limit / 1e6),
                       "%.0f MB" % (row["peak"] / 1e6), row["peak"] <= limit)
    slow = good(rows, shape="592", threads=1, program="onnxruntime")
    for row in good(rows, shape="592", threads=1, program="Venule, 96 MiB"):
        for other in slow:
            yield line("Venule, 96 MiB, 592x592, 1 thread", "not slower than ONNX Runtime",
                       "%.2fx" % (other["median"] / row["median"]), row["median"] <= other["median"])


def readiness(rows):
    own = [row for row in rows if row["program"].startswith("Venule") and "failure" not in row]
    if own:
        load = max(row["load"] for row in own)
        yield line("load to ready, the slowest of all plans", "20 ms", "%.1f ms" % (1e3 * load), load < 20e-3)
        # The aim is about weights as they are, not rounded to 16 bits.
        exact = [row["difference"] for row in own if row["difference"] is not None and "f16" not in row["program"]]
        if exact:
            yield line("largest difference from Keras, plans of float32", "1e-4", "%.1e" % max(exact), max(exact) <= 1e-4)


def large(store):
    content = store.load("growth")
    if not content:
        return
    rows = [{**record, **record["rounds"][0]} for record in content["records"]]
    others = peers(rows, shape="2336x3504")
    for row in good(rows, shape="2336x3504", program="Venule"):
        if others:
            fastest = min(others, key=lambda other: other["first"])
            ratio = fastest["first"] / row["first"]
            yield line("Venule, 2336x3504", "2.5x the fastest peer", "%.2fx (%s)" % (ratio, fastest["program"]), ratio >= 2.5)
        yield line("Venule, 2336x3504, peak resident memory", "1000 MB", "%.0f MB" % (row["peak"] / 1e6), row["peak"] <= 1e9)
    for row in good(rows, shape="2336x3504", program="Venule, 450 MB"):
        yield line("Venule, 450 MB, 2336x3504, peak resident memory", "450 MB", "%.0f MB" % (row["peak"] / 1e6), row["peak"] <= 450e6)
