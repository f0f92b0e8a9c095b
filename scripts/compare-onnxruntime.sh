#!/usr/bin/env bash
# Compares operators of ONNX with ONNX Runtime on some 5,000 random cases, among them the whole grid of Resize.
# Usage: scripts/compare-onnxruntime.sh SWIFT [KIND...]; the kinds are those of Tests/Conformance/Runtime/main.py, without any all.
# Needs Python 3.11 or later (PYTHON, default python3). Prints the cases that differ, and ends with 1 if there are any.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${1:-swift}
shift || true
work=.venv-conformance/runtime

if [ ! -x "$work/bin/python" ]; then "${PYTHON:-python3}" -m venv "$work"; fi
"$work/bin/pip" install --quiet --disable-pip-version-check --requirement Tests/Conformance/Runtime/requirements.txt
rm -rf "$work/cases"
"$work/bin/python" Tests/Conformance/Runtime/main.py "$work/cases" "$@"
"$swift" build -c release --product onnx-conformance
"$("$swift" build -c release --show-bin-path)/onnx-conformance" "$work/cases"
