#!/usr/bin/env bash
# Builds the runner and the C library for devices, two architectures at a time, and prints the sizes.
#
#     scripts/build-devices.sh FOLDER [TARGET...]
#
# A TARGET is an architecture and a linkage (scripts/build-device.sh), such as aarch64-musl; the default is all but shared.
# Each gets a folder of its name in FOLDER.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$1
shift
[ $# -gt 0 ] || set -- aarch64-musl aarch64-glibc armv7-musl armv7-glibc riscv64-glibc x86_64-musl x86_64-glibc

build() {
    local folder=$1 architecture=$2
    shift 2
    for linkage in "$@"; do
        local log=.build-devices/$architecture-$linkage.log
        if ! scripts/build-device.sh "$architecture" "$linkage" "$folder/$architecture-$linkage" >"$log" 2>&1; then
            cat "$log" >&2
            echo "error: the build for $architecture-$linkage failed" >&2
            return 255
        fi
    done
}
export -f build

mkdir -p .build-devices
jobs=()
for architecture in $(printf '%s\n' "$@" | sed 's/-[^-]*$//' | sort -u); do
    linkages=$(printf '%s\n' "$@" | sed -n "s/^$architecture-//p" | tr '\n' ' ')
    jobs+=("$folder $architecture $linkages")
done
printf '%s\n' "${jobs[@]}" | xargs -P 2 -d '\n' -I '{}' bash -c 'build {}'

size() { if [ -e "$1" ]; then stat -c %s "$1"; else echo -; fi; }
printf '%-16s %12s %14s %15s\n' target venule-run libvenule.a libvenule.so.0
for target in "$@"; do
    printf '%-16s %12s %14s %15s\n' "$target" "$(size "$folder/$target/venule-run")" "$(size "$folder/$target/libvenule.a")" \
        "$(size "$folder/$target/libvenule.so.0")"
done
