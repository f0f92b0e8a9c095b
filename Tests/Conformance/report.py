"""Writes Documentation/ONNXConformance.md from what prepare.py and onnx-conformance have left in a folder.

    report.py FOLDER REPORT.md     FOLDER has cases.txt, suites.txt and skipped.txt, and results.txt from onnx-conformance
"""

import collections
import os
import sys

COLUMNS = ["Reference", "Plan"]
OUTCOMES = ["passed", "other", "failed"]

PREFACE = """# ONNX's own test cases

Written by `make conformance`: the cases of the `onnx` package 1.17.0 whose operators are all imported, run through the importer and the
reference evaluator, and through the importer, the passes, the compiler and the runtime. Results are compared as ONNX's own runner does: element
types and shapes equal, |expected - found| <= 1e-7 + 1e-3 |found|.
A case that fails in the reference evaluator with OpenBLAS is evaluated once more with scalar arithmetic, and counts as passed if that passes:
`light_squeezenet` needs it.

`Tests/Conformance/cases.txt` lists the cases with their operators and types. Of the 1,288 node cases 711 are listed: 707 whose operators are
convolutions, poolings, normalisations, activations, arithmetic, comparisons and so on, with `ArgMin` beside `ArgMax`, and four with `If` or `Loop`
(`test_if`, `test_loop11`, and two expansions of `Range`). An input is bound, that is given when the model is read,
where it decides a shape, which branch is taken or how many turns a loop takes; all others are given at run time, and nothing
that depends on them is computed before.

"""


def read_table(path):
    with open(path) as file:
        return [line.rstrip("\n").split("\t") for line in file if line.strip()]


def main(folder, report):
    suites = {name: suite for suite, name in read_table(os.path.join(folder, "suites.txt"))}
    skipped = read_table(os.path.join(folder, "skipped.txt"))
    results = {row[0]: row[1:] for row in read_table(os.path.join(folder, "results.txt"))}
    missing = [name for name in suites if name not in results]
    if missing:
        sys.exit(f"{len(missing)} cases have no result, the first is {missing[0]}")
    names = sorted(set(suites.values()), key=lambda suite: list(suites.values()).index(suite))
    columns = COLUMNS[: max(len(row) for row in results.values()) // 2]
    lines = [PREFACE, "| suite | cases | " + " | ".join(f"{c} {o}" for c in columns for o in OUTCOMES) + " | skipped |"]
    lines.append("|---|" + "---|" * (2 + len(OUTCOMES) * len(columns)))
    for suite in names:
        members = [name for name in suites if suites[name] == suite]
        left_out = sum(1 for row in skipped if row[0] == suite)
        cells = [str(len(members) + left_out)]
        for column in range(len(columns)):
            for outcome in OUTCOMES:
                cells.append(str(sum(1 for name in members if results[name][2 * column] == outcome)))
        lines.append(f"| {suite} | " + " | ".join(cells + [str(left_out)]) + " |")
    lines += ["", "## Failed", ""]
    failed = [
        f"| `{name}` | {columns[column]} | {results[name][2 * column + 1].replace('|', '/')} |"
        for name in suites
        for column in range(len(columns))
        if results[name][2 * column] == "failed"
    ]
    lines += ["| case | | why |", "|---|---|---|"] + failed if failed else ["None."]
    others = [name for name in suites if "other" in results[name][0::2]]
    lines += ["", "## Deliberately other", "", "Another result than ONNX's is expected, and found ([why](Numerics.md#onnxs-resize)):", ""]
    lines += [f"- `{name}`" for name in others] or ["None."]
    lines += ["", "## Skipped", "", "| reason | cases |", "|---|---|"]
    reasons = collections.defaultdict(list)
    for _, name, reason in skipped:
        reasons[reason].append(name)
    for reason in sorted(reasons):
        cases = ", ".join(f"`{name}`" for name in reasons[reason])
        lines.append(f"| {reason}: {len(reasons[reason])} | {cases} |")
    with open(report, "w") as file:
        file.write("\n".join(lines) + "\n")
    failed = sum(1 for row in results.values() if "failed" in row[0::2])
    print(f"{len(results) - failed - len(others)} passed, {len(others)} other, {failed} failed, {len(skipped)} skipped")
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
