#!/bin/sh
# Builds the device half as Embedded Swift for this machine: the runner, and with --library the C library.
#
#     scripts/build-embedded.sh                  prints the runner's path
#     scripts/build-embedded.sh --library DIR    leaves libvenule.a and venule.h in DIR; C programs link it with
#                                                -lvenule -lm -lpthread and need nothing of Swift
set -eu
cd "$(dirname "$0")/.."

architecture=$(uname -m)
toolset=toolsets/embedded-$architecture.json
triple=$architecture-unknown-none-elf
[ "$architecture" = aarch64 ] && triple=aarch64-none-none-elf
scratch=.build-embedded
swift=${SWIFT:-swift}
if [ ! -f "$toolset" ]; then
    echo "$0: there is no $toolset for this machine's processor" >&2
    exit 1
fi

build() {
    VENULE_EMBEDDED=1 "$swift" build -c release --triple "$triple" --toolset "$toolset" --scratch-path "$scratch" "$@"
}

if [ "${1:-}" = --library ]; then
    folder=$2
    build --product VenuleC >&2
    # The Unicode tables complete the library; without them a program would have to look for Swift's own.
    tables=$("${swift}c" -print-target-info | sed -n 's/.*"runtimeResourcePath" *: *"\(.*\)".*/\1/p')/embedded/$triple/libswiftUnicodeDataTables.a
    mkdir -p "$folder"
    rm -f "$folder/libvenule.a"
    printf 'create %s\naddlib %s\naddlib %s\nsave\nend\n' \
        "$folder/libvenule.a" "$scratch/$triple/release/libVenuleC.a" "$tables" | ar -M
    cp Sources/CVenule/venule.h "$folder/venule.h"
else
    build --product venule-run >&2
    echo "$scratch/$triple/release/venule-run"
fi
