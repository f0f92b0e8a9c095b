#!/usr/bin/env bash
# Runs the cohort examples of the Python package on clusters of this machine: a plain loop, Dask with two workers, Spark in
# local mode. Spark is a download of 456 MB and needs Java 17 or 21.
#
#     scripts/test-cohort.sh BINARIES [PYTEST-ARGUMENT...]
#
# BINARIES holds venule. PYTHON (default python3) makes the virtual environment, .venv-cohort.
set -euo pipefail
cd "$(dirname "$0")/.."
work=.venv-cohort
binaries=$(cd "${1:?the folder with the programs is expected}" && pwd)
shift

command -v java >/dev/null || scripts/install-packages.sh openjdk-17-jre-headless
if [ ! -x "$work/bin/pip" ]; then
    scripts/install-packages.sh python3 python3-venv
    "${PYTHON:-python3}" -m venv "$work"
fi
"$work/bin/pip" install --quiet --disable-pip-version-check --requirement python/requirements-cohort.txt ||
    { echo "error: the packages of python/requirements-cohort.txt cannot be installed, so that the engines are not tested" >&2; exit 1; }
wheels=.build-devices/wheels-cohort
rm -rf "$wheels"
scripts/build-wheel.sh --target "$(uname -m)" "$wheels" >/dev/null
"$work/bin/pip" install --quiet --disable-pip-version-check --force-reinstall --no-deps "$wheels"/*.whl

VENULE=$binaries/venule PYTHONDONTWRITEBYTECODE=1 PATH="$PWD/$work/bin:$PATH" \
    "$work/bin/python" -m pytest -q -p no:cacheprovider python/examples "$@"
PATH="$PWD/$work/bin:$PATH" scripts/docs-check.py --with cohort "$binaries" Documentation/Cohorts.md Documentation/Tutorial.md
