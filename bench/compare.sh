#!/bin/sh
# Installs the peers in virtual environments, exports the models, measures, and writes bench/RESULTS.md:
#
#     bench/compare.sh BINARIES [options of compare.py]
#
# Everything but the report lies in .build-bench; what is there already is not made again.
set -eu
cd "$(dirname "$0")/.."
binaries=$1
shift
python=${PYTHON:-python3}
folder=.build-bench
mkdir -p "$folder/out"
export PYTHONDONTWRITEBYTECODE=1

environment() { # NAME REQUIREMENTS
    [ -x "$folder/$1/bin/python" ] || "$python" -m venv "$folder/$1"
    # Later calls leave the versions alone, so that all phases are measured with the same.
    [ -e "$folder/$1/installed" ] || "$folder/$1/bin/pip" install --quiet --disable-pip-version-check -r "bench/compare/$2"
    touch "$folder/$1/installed"
}
environment peers requirements.txt
# The file that the export writes last.
if [ ! -e "$folder/out/model-2336x3504.tflite" ]; then
    environment keras requirements-keras.txt
    "$folder/keras/bin/python" bench/compare/export.py "$folder/out" >"$folder/export.log" 2>&1 \
        || { tail -20 "$folder/export.log" >&2; exit 1; }
fi
"$folder/peers/bin/python" bench/compare/compare.py "$folder/out" --venule "$binaries" "$@"
