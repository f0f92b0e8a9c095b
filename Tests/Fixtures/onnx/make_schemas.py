"""Writes what the onnx package knows of the standard domain's operators.

    make_schemas.py       of onnx 1.23.2: schemas.txt beside this file, and Sources/Importer/ONNX/Conversion/ONNXHistory.swift

A line of schemas.txt is an operator in one version: name, version, fewest and most operands (`*` for any number), and the names
of its attributes with commas between them, `-` for none.
"""

import collections
import os

import onnx
import onnx.defs

HERE = os.path.dirname(os.path.abspath(__file__))
HISTORY = os.path.join(HERE, "..", "..", "..", "Sources", "Importer", "ONNX", "Conversion", "ONNXHistory.swift")
ANY = 2**31 - 1


def main():
    schemas = [s for s in onnx.defs.get_all_schemas_with_history() if s.domain == ""]
    schemas.sort(key=lambda schema: (schema.name, schema.since_version))
    lines = [f"# onnx {onnx.__version__}, operator set {onnx.defs.onnx_opset_version()}; written by make_schemas.py"]
    versions = collections.defaultdict(list)
    for schema in schemas:
        most = "*" if schema.max_input >= ANY else schema.max_input
        attributes = ",".join(sorted(schema.attributes)) or "-"
        lines.append(f"{schema.name} {schema.since_version} {schema.min_input} {most} {attributes}")
        versions[schema.name].append(schema.since_version)
    with open(os.path.join(HERE, "schemas.txt"), "w") as file:
        file.write("\n".join(lines) + "\n")
    rows = "".join(f'        "{name}": {numbers},\n' for name, numbers in sorted(versions.items()))
    with open(HISTORY, "w") as file:
        file.write(
            "// Written by Tests/Fixtures/onnx/make_schemas.py.\n\nextension ONNXOperator {\n"
            "    /// The versions of the standard operator set that brought or changed each of its operators, whether it is imported or not.\n"
            f"    static let history: [String: [Int]] = [\n{rows}    ]\n}}\n"
        )


if __name__ == "__main__":
    main()
