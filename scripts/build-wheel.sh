#!/usr/bin/env bash
# Builds the wheels of the Python package, which have the C library in them and are for every Python 3 of a processor.
#
#     scripts/build-wheel.sh [--target ARCHITECTURE]... FOLDER
#
# ARCHITECTURE is x86_64 or aarch64; without it, this machine's, and aarch64 too where its cross tools are installed. The
# wheels are named after the oldest release of glibc that auditwheel finds they run with; their paths are printed.
# Environment variables: VENULE_SHARED_LIBRARY is a libvenule.so.0 of the one ARCHITECTURE that is there already and is not
# built; PYTHON (default python3) makes the virtual environment .venv-python for the tools of python/requirements-build.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
work=.venv-python

targets=() folder=
while [ $# -gt 0 ]; do
    case $1 in
        --target) targets+=("${2:?an architecture is expected behind --target}") && shift ;;
        *) folder=$1 ;;
    esac
    shift
done
[ -n "$folder" ] || { echo "error: expected: $0 [--target x86_64|aarch64]... FOLDER" >&2; exit 1; }
if [ ${#targets[@]} -eq 0 ]; then
    targets=("$(uname -m)")
    if [ "${targets[0]}" != aarch64 ] && command -v aarch64-linux-gnu-gcc >/dev/null; then targets+=(aarch64); fi
fi

if [ -n "${VENULE_SHARED_LIBRARY:-}" ] && [ ${#targets[@]} -ne 1 ]; then
    echo "error: VENULE_SHARED_LIBRARY is for one architecture; --target says which" >&2
    exit 1
fi

if [ ! -x "$work/bin/pip" ]; then
    scripts/install-packages.sh python3 python3-venv
    "${PYTHON:-python3}" -m venv "$work"
fi
"$work/bin/pip" install --quiet --disable-pip-version-check --requirement python/requirements-build.txt ||
    { echo "error: the tools of python/requirements-build.txt cannot be installed" >&2; exit 1; }

mkdir -p "$folder"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Without it the times of the files would be in the wheels.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-315532800}
for target in "${targets[@]}"; do
    library=$scratch/$target/libvenule.so.0
    if [ -n "${VENULE_SHARED_LIBRARY:-}" ]; then
        mkdir "$scratch/$target"
        cp "$VENULE_SHARED_LIBRARY" "$library"
    else
        scripts/build-shared.sh --target "$target" "$scratch/$target"
    fi
    # What an earlier build has left there would be packed as well.
    rm -rf python/build
    VENULE_SHARED_LIBRARY=$library VENULE_WHEEL_ARCHITECTURE=$target \
        "$work/bin/pip" wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
        --wheel-dir "$scratch/$target" ./python
    rm -rf python/build
    wheel=$(echo "$scratch/$target"/*.whl)
    found=$("$work/bin/auditwheel" show "$wheel" 2>"$scratch/log" | tr '\n' ' ') || { cat "$scratch/log" >&2; exit 1; }
    tag=$(sed -n 's/.*platform tag: "\(manylinux_[0-9]*_[0-9]*_'"$target"'\)".*/\1/p' <<<"$found")
    [ -n "$tag" ] || { echo "error: auditwheel finds no release of glibc for $wheel: $found" >&2; exit 1; }
    "$work/bin/wheel" tags --remove --platform-tag "$tag" "$wheel" >"$scratch/name"
    rm -f "$folder"/venule-*_"$target".whl
    cp "$scratch/$target/$(tail -n 1 "$scratch/name")" "$folder"
    echo "$folder/$(tail -n 1 "$scratch/name")"
done
