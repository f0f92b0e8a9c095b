#!/bin/sh
# Installs the peers in virtual environments, exports the model, compares, and writes bench/RESULTS.md:
#
#     bench/compare.sh BINARIES [options of compare.py]
set -eu
cd "$(dirname "$0")/.."
binaries=$1
shift
python=${PYTHON:-python3}
folder=.build-bench
mkdir -p "$folder/out"

environment() { # NAME REQUIREMENTS
    [ -x "$folder/$1/bin/python" ] || "$python" -m venv "$folder/$1"
    "$folder/$1/bin/pip" install --quiet --disable-pip-version-check -r "bench/compare/$2"
}
environment peers requirements.txt
if [ ! -e "$folder/out/model.hdf5" ]; then
    environment keras requirements-keras.txt
    "$folder/keras/bin/python" bench/compare/export.py "$folder/out" >"$folder/export.log" 2>&1 \
        || { tail -20 "$folder/export.log" >&2; exit 1; }
fi
PYTHONDONTWRITEBYTECODE=1 "$folder/peers/bin/python" bench/compare/compare.py "$folder/out" --venule "$binaries" "$@"
