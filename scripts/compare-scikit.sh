#!/usr/bin/env bash
# Compares `venule evaluate` with scikit-learn and scikit-image on random and awkward maps, of which each must agree to 1e-9.
# Usage: scripts/compare-scikit.sh SWIFT FLAGS..., the flags being those of the build; SEED and ROUNDS in the environment.
# Both are installed in a virtual environment (PYTHON, default python3).
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${1:-swift}
shift || true
work=.venv-scikit

if [ ! -x "$work/bin/python" ]; then
    scripts/install-packages.sh python3 python3-venv
    "${PYTHON:-python3}" -m venv "$work"
fi
"$work/bin/pip" install --quiet --disable-pip-version-check --requirement Tests/EvaluationTests/requirements.txt ||
    { echo "error: the packages of Tests/EvaluationTests/requirements.txt cannot be installed, so that nothing is compared" >&2; exit 1; }
"$swift" build "$@" --product venule
"$work/bin/python" Tests/EvaluationTests/compare_scikit.py "$("$swift" build "$@" --show-bin-path)/venule" \
    --seed "${SEED:-1}" --rounds "${ROUNDS:-20}"
