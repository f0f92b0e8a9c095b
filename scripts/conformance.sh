#!/usr/bin/env bash
# Runs ONNX's own test cases and writes Documentation/ONNXConformance.md. Usage: scripts/conformance.sh SWIFT
# The cases come with the onnx package, which is installed in a virtual environment (PYTHON, default python3).
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${1:-swift}
work=.venv-conformance

if [ ! -x "$work/bin/python" ]; then "${PYTHON:-python3}" -m venv "$work"; fi
"$work/bin/pip" install --quiet --disable-pip-version-check --requirement Tests/Conformance/requirements.txt
"$work/bin/python" Tests/Conformance/prepare.py --list "$work/cases.txt"
diff Tests/Conformance/cases.txt "$work/cases.txt" ||
    { echo "error: Tests/Conformance/cases.txt is out of date" >&2; exit 1; }
rm -rf "$work/cases"
"$work/bin/python" Tests/Conformance/prepare.py "$work/cases"
"$swift" build -c release --product onnx-conformance
"$("$swift" build -c release --show-bin-path)/onnx-conformance" "$work/cases" >"$work/cases/results.txt" || true
"$work/bin/python" Tests/Conformance/report.py "$work/cases" Documentation/ONNXConformance.md
