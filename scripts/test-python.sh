#!/usr/bin/env bash
# Builds the Python package's wheel, installs it into a virtual environment and tests it there, beside the programs of an
# ordinary build.
#
#     scripts/test-python.sh BINARIES [PYTEST-ARGUMENT...]
#
# BINARIES holds venule and venule-run. PYTHON (default python3) makes the virtual environment, .venv-python.
set -euo pipefail
cd "$(dirname "$0")/.."
work=.venv-python
binaries=$(cd "${1:?the folder with the programs is expected}" && pwd)
shift
largest=1000000

wheels=.build-devices/wheels
rm -rf "$wheels"
scripts/build-wheel.sh --target "$(uname -m)" "$wheels" >/dev/null
wheel=$(echo "$wheels"/*.whl)
bytes=$(wc -c <"$wheel")
[ "$bytes" -lt $largest ] || { echo "error: $wheel has $bytes bytes; fewer than $largest are expected" >&2; exit 1; }

"$work/bin/pip" install --quiet --disable-pip-version-check --requirement python/requirements-test.txt ||
    { echo "error: the packages of python/requirements-test.txt cannot be installed, so that the wheel is not tested" >&2; exit 1; }
"$work/bin/pip" install --quiet --disable-pip-version-check --force-reinstall --no-deps "$wheel"

(cd python && MYPY_CACHE_DIR=../$work/mypy ../"$work/bin/mypy")
# Not from the sources' folder, where the package without its library would be found.
env -u VENULE_SHARED_LIBRARY VENULE="$binaries/venule" VENULE_RUN="$binaries/venule-run" VENULE_WHEEL="$PWD/$wheel" PYTHONDONTWRITEBYTECODE=1 \
    "$work/bin/python" -m pytest -c python/pyproject.toml python/tests "$@"
PATH="$PWD/$work/bin:$PATH" scripts/docs-check.py --with python "$binaries" Documentation/Python.md Documentation/Tutorial.md
echo "Python package: $(basename "$wheel"), $bytes bytes"
