#!/bin/sh
# Builds the device half as Embedded Swift and compares its results, bit for bit, with the ordinary build's:
# the runner's at several thread counts and instruction sets, and those of a C program linked with the library.
#
#     scripts/test-embedded.sh BINARIES [PLAN]
#
# BINARIES holds the ordinary build's programs and library. Without a plan, one is compiled from the model in models/.
set -eu
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

binaries=$(cd "$1" && pwd)
plan=${2:-}
if [ -z "$plan" ]; then
    plan=$folder/sample.plan
    "$binaries/venule" compile models/iternet_k8_n3.hdf5 --input-shape 1x48x80x3 --outputs all -o "$plan" >/dev/null
fi
ordinary=$binaries/venule-run
embedded=$(scripts/build-embedded.sh)

# Portable kernels without fused multiply-add have bits of their own, so both builds run with the same kernels.
check() {
    "$ordinary" bench "$plan" --runs 1 --threads 1 | grep '^crc32c' >"$folder/expected"
    "$embedded" bench "$plan" --runs 1 --threads "$1" | grep '^crc32c' >"$folder/found"
    if ! cmp -s "$folder/expected" "$folder/found"; then
        echo "Embedded Swift, $1 threads, VENULE_ISA='${VENULE_ISA:-}': the outputs differ" >&2
        diff "$folder/expected" "$folder/found" >&2
        exit 1
    fi
}
check 1
check 3
export VENULE_ISA=portable
check 1
unset VENULE_ISA

# Any bytes make a photograph; the plan's own are the same each time.
set -- $("$ordinary" describe "$plan" | sed -n 's/^input .* 1x\([0-9]*\)x\([0-9]*\)x3 float32$/\1 \2/p')
printf 'P6\n%d %d\n255\n' "$2" "$1" >"$folder/photograph.ppm"
head -c $(($1 * $2 * 3)) "$plan" >>"$folder/photograph.ppm"
if [ "$(wc -c <"$folder/photograph.ppm")" -lt $(($1 * $2 * 3)) ]; then
    head -c $(($1 * $2 * 3)) "$embedded" >>"$folder/photograph.ppm"
fi

clang=$(dirname "$(command -v "$swift")")/clang
[ -x "$clang" ] || clang=clang
scripts/build-embedded.sh --library "$folder/lib"
for example in segment stream camera; do
    "$clang" -std=gnu11 -Wall -Wextra -Werror -ISources/CVenule -c "Examples/$example.c" -o "$folder/$example.o"
    "$clang" "$folder/$example.o" -L"$folder/lib" -lvenule -lm -lpthread -o "$folder/$example-embedded"
    "${swift}c" "$folder/$example.o" "$binaries/libVenuleC.a" -o "$folder/$example-ordinary"
done
"$folder/segment-embedded" "$plan" "$folder/photograph.ppm" "$folder/embedded.pgm" 2
"$folder/segment-ordinary" "$plan" "$folder/photograph.ppm" "$folder/ordinary.pgm" 1
cmp "$folder/embedded.pgm" "$folder/ordinary.pgm"

# The other examples and the runner with pictures give the same map, row by row.
same() { # PROGRAM ARGUMENT...
    rm -f "$folder/map.pgm"
    "$@" >"$folder/printed" 2>"$folder/log" || { cat "$folder/log" >&2; exit 1; }
    cmp "$folder/map.pgm" "$folder/ordinary.pgm"
}
for build in embedded ordinary; do
    same "$folder/stream-$build" "$plan" "$folder/photograph.ppm" "$folder/map.pgm"
    [ "$(cat "$folder/printed")" = "output 4 of 4" ]
    same "$folder/camera-$build" "$plan" "$folder/photograph.ppm" "$folder/map.pgm"
    same "$folder/camera-$build" "$plan" "$folder/photograph.ppm" "$folder/map.pgm" cancel
    grep -q '^camera: error: the run was cancelled$' "$folder/log"
    grep -q '^camera: venule: session: 2 threads' "$folder/log"
    # The first output alone.
    "$folder/stream-$build" "$plan" "$folder/photograph.ppm" "$folder/first.pgm" 1 >"$folder/printed"
    [ "$(cat "$folder/printed")" = "output 1 of 1" ]
    ! cmp -s "$folder/first.pgm" "$folder/ordinary.pgm"
    cp "$folder/first.pgm" "$folder/first-$build.pgm"
    # Which output a deadline leaves depends on the machine; there is one.
    "$folder/stream-$build" "$plan" "$folder/photograph.ppm" "$folder/late.pgm" 4 1 >"$folder/printed"
    grep -q '^output [1-4] of 4$' "$folder/printed"
done
cmp "$folder/first-embedded.pgm" "$folder/first-ordinary.pgm"
for runner in "$ordinary" "$embedded"; do
    same "$runner" run "$plan" --input "$folder/photograph.ppm" --output "$folder/map.pgm" --threads 2
    same "$runner" run "$plan" --input "$folder/photograph.ppm" --output "$folder/map.pgm" --threads 1 --no-mmap
    "$runner" run "$plan" --input "$folder/photograph.ppm" --output "$folder/until.pgm" --until 1 >/dev/null
    cmp "$folder/until.pgm" "$folder/first-embedded.pgm"
done
if "$folder/segment-embedded" Package.swift "$folder/photograph.ppm" "$folder/none.pgm" 2>"$folder/error"; then
    echo "the C program accepted a plan that is none" >&2
    exit 1
fi
echo "Embedded Swift: the runner and a C program give the ordinary build's bits ($(wc -c <"$embedded") bytes of runner)"
