"""Writes Documentation/ONNXConformance.md from the outcomes of ONNX's own test cases.

    report.py results.txt REPORT.md     results.txt is what onnx-conformance has left in the folder of the cases

The page has only what Tests/Conformance/cases.txt says too, so that it is the same wherever it is made.
"""

import collections
import sys
from importlib import metadata

KINDS = ["passes", "other", "refused"]
# What stands before the names in an outcome, and what the page says of it.
CLASSES = {
    "operator": "Operators",
    "version": "Versions of operator sets",
    "type": "Element types, and what is no tensor",
    "attribute": "Attributes",
    "form": "Forms of operators",
    "plan": "What a plan cannot hold",
}
EXAMPLES = 3

PREFACE = """# ONNX's own test cases

Written by `make conformance-cases`: all test cases of the `onnx` package {version} (operator set {opset}). Each is imported, evaluated by the reference evaluator,
compiled with the standard passes and run as a plan, and passes if both results are ONNX's: element types and shapes equal, and
|expected − found| ≤ 10⁻⁷ + 10⁻³·|expected| (2⁻⁶ of bfloat16), as ONNX's own runner compares. A case that fails in the reference evaluator with OpenBLAS is evaluated once more with
scalar arithmetic: `light_squeezenet` needs it.

An input is bound, that is given when the model is read, where it decides a shape, which branch is taken or how many turns a loop takes; all others are given at run time,
and nothing that depends on them is computed before.

`Tests/Conformance/cases.txt` has the outcome of each case. `make conformance` runs them all and fails where one ends otherwise, better ones too; a wrong result, a crash, or
a sound model that is said to be damaged is never expected.

"""


def read_outcomes(path):
    """(suite, case, outcome) of each case."""
    with open(path) as file:
        return [line.rstrip("\n").split("\t")[:3] for line in file]


def reasons(outcome):
    """(class, name) of all that a case is refused for."""
    for part in outcome.removeprefix("refused ").split("; "):
        word, _, names = part.partition(" ")
        for name in names.split(","):
            yield (word, name)


def counts(outcomes):
    suites = list(dict.fromkeys(suite for suite, _, _ in outcomes))
    lines = ["| suite | cases | " + " | ".join(KINDS) + " |", "|---|" + "---|" * (1 + len(KINDS))]
    for suite in suites + ["all"]:
        members = [outcome.split(" ")[0] for s, _, outcome in outcomes if suite in (s, "all")]
        lines.append(f"| {suite} | {len(members)} | " + " | ".join(str(members.count(kind)) for kind in KINDS) + " |")
    return lines


def others(outcomes):
    names = [f"- `{name}`" for _, name, outcome in outcomes if outcome == "other"]
    head = ["", "## Deliberately other", "", "Another result than ONNX's is expected, and found ([why](Numerics.md#cases-with-other-results)):", ""]
    return head + names if names else []


def refusals(outcomes):
    found = {word: collections.defaultdict(list) for word in CLASSES}
    for _, case, outcome in outcomes:
        if outcome.startswith("refused "):
            for word, name in reasons(outcome):
                found[word][name].append((case, outcome))
    lines = ["", "## Refused", "", "A case may be refused for several reasons, and counts for each; *alone* are those that have no other."]
    for word, title in CLASSES.items():
        if not found[word]:
            continue
        lines += ["", f"### {title}", "", "| | cases | alone | such as |", "|---|---|---|---|"]
        for name, cases in sorted(found[word].items(), key=lambda item: (-len(item[1]), item[0])):
            alone = sum(1 for _, outcome in cases if len(set(reasons(outcome))) == 1)
            examples = ", ".join(f"`{case}`" for case, _ in cases[:EXAMPLES])
            lines.append(f"| {name} | {len(cases)} | {alone} | {examples} |")
    return lines


def unexpected(outcomes):
    lines = [f"- `{name}`: {outcome}" for _, name, outcome in outcomes if outcome.split(" ")[0] not in KINDS]
    return ["", "## Wrong", ""] + lines if lines else []


def main(results, report):
    import onnx.defs

    outcomes = read_outcomes(results)
    page = PREFACE.format(version=metadata.version("onnx"), opset=onnx.defs.onnx_opset_version())
    lines = counts(outcomes) + unexpected(outcomes) + others(outcomes) + refusals(outcomes)
    with open(report, "w") as file:
        file.write(page + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
