#!/usr/bin/env bash
# Builds the shared C library, from the same objects as the devices' libraries (scripts/build-device.sh).
#
#     scripts/build-shared.sh [--target ARCHITECTURE] FOLDER
#
# ARCHITECTURE is x86_64 or aarch64; without it, this machine's. FOLDER gets libvenule.so.0, which needs no library but
# glibc, 2.17 or later, and exports the functions of venule.h.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
    echo "error: expected: $0 [--target x86_64|aarch64] FOLDER" >&2
    exit 1
}
target=$(uname -m) folder=
while [ $# -gt 0 ]; do
    case $1 in
        --target)
            [ $# -gt 1 ] || usage
            target=$2
            shift
            ;;
        -*) usage ;;
        *)
            [ -z "$folder" ] || usage
            folder=$1
            ;;
    esac
    shift
done
[ -n "$folder" ] || usage
case $target in
    x86_64 | aarch64) ;;
    *) echo "error: there is no shared library for $target, only for x86_64 and aarch64" >&2 && exit 1 ;;
esac

mkdir -p .build-devices "$folder"
log=.build-devices/$target-shared.log
if ! scripts/build-device.sh "$target" shared ".build-devices/shared/$target" >"$log" 2>&1; then
    cat "$log" >&2
    echo "error: the build of libvenule.so.0 for $target failed" >&2
    exit 1
fi
cp ".build-devices/shared/$target/libvenule.so.0" "$folder/libvenule.so.0"
