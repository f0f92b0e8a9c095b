#!/usr/bin/env bash
# Runs ONNX's own test cases and compares their outcomes with Tests/Conformance/cases.txt and Documentation/ONNXConformance.md;
# with --rewrite it writes both anew instead. Usage: scripts/conformance.sh [--rewrite] SWIFT FLAGS..., the flags being those of the build.
# The cases come with the onnx package, which is installed in a virtual environment (PYTHON, default python3).
set -euo pipefail
cd "$(dirname "$0")/.."
rewrite=
if [ "${1:-}" = --rewrite ]; then rewrite=--rewrite; shift; fi
swift=${1:-swift}
shift || true
work=.venv-conformance
list=Tests/Conformance/cases.txt
page=Documentation/ONNXConformance.md

if [ ! -x "$work/bin/python" ]; then
    scripts/install-packages.sh python3 python3-venv
    "${PYTHON:-python3}" -m venv "$work"
fi
"$work/bin/pip" install --quiet --disable-pip-version-check --requirement Tests/Conformance/requirements.txt ||
    { echo "error: the onnx package of Tests/Conformance/requirements.txt cannot be installed, so that its cases are not run" >&2; exit 1; }
rm -rf "$work/cases"
"$work/bin/python" Tests/Conformance/prepare.py "$work/cases"
"$swift" build "$@" --product onnx-conformance
"$("$swift" build "$@" --show-bin-path)/onnx-conformance" "$work/cases" --expected "$list" $rewrite
if [ -n "$rewrite" ]; then
    "$work/bin/python" Tests/Conformance/report.py "$work/cases/results.txt" "$page"
else
    "$work/bin/python" Tests/Conformance/report.py "$work/cases/results.txt" "$work/page.md"
    diff "$page" "$work/page.md" || { echo "error: $page is out of date; make conformance-cases writes it" >&2; exit 1; }
fi
