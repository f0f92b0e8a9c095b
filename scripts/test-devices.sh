#!/usr/bin/env bash
# Runs plans with the devices' programs, those of other processors emulated, and compares the bits of the outputs with
# those of the ordinary build; runs the plans' self-tests there.
#
#     scripts/test-devices.sh BINARIES FOLDER
#
# BINARIES holds the ordinary build's programs, FOLDER the devices' (scripts/build-devices.sh). What cannot run here is
# named and skipped.
#
# CPUs with fused multiply-add all give the same bits. The others have bits of their own, which are those that
# VENULE_ISA=portable gives on x86-64.
set -euo pipefail
cd "$(dirname "$0")/.."

binaries=$(cd "$1" && pwd)
devices=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
runs=0 failures=0 skipped=0

skip() {
    echo "skipped: $1"
    skipped=$((skipped + 1))
}
fail() {
    echo "$1" >&2
    failures=$((failures + 1))
}

# MARK: Plans

compile() { # NAME MODEL SHAPE OPTION..., where SHAPE is empty if the model says it
    local name=$1 model=$2 shape=$3
    shift 3
    "$binaries/venule" compile "$model" ${shape:+--input-shape "$shape"} --outputs all -o "$work/$name.plan" "$@" >/dev/null
}
compile_winograd() { # NAME TILE MODEL SHAPE OPTION...
    local name=$1 tile=$2
    shift 2
    compile "$name" "$@" --target "Tests/Fixtures/devices/winograd-$tile.costs"
    "$binaries/venule" inspect "$work/$name.plan" | grep -q "^algorithms .*winograd-$tile" ||
        { echo "$name has no convolution by winograd-$tile" >&2; exit 1; }
}
compile convolutions Tests/Fixtures/devices/convolutions.vir 1x11x13x3
compile convolutions-exact Tests/Fixtures/devices/convolutions.vir 1x11x13x3 --exact --step-rows 1
compile_winograd convolutions-4x4 4x4 Tests/Fixtures/devices/convolutions.vir 1x11x13x3
compile_winograd convolutions-2x2 2x2 Tests/Fixtures/devices/convolutions.vir 1x11x13x3 --step-rows 2
compile convolutions-f16 Tests/Fixtures/devices/convolutions.vir 1x11x13x3 --weights f16
compile convolutions-bf16 Tests/Fixtures/devices/convolutions.vir 1x11x13x3 --weights bf16 --exact
compile families Tests/Fixtures/devices/families.vir 1x9x11x3
compile subnormals-kept Tests/Fixtures/devices/subnormals.vir "" --exact
compile subnormals Tests/Fixtures/devices/subnormals.vir "" --exact --flush-subnormals
compile iternet-k4 Tests/Fixtures/iternet/k4_n3.hdf5 1x32x48x3
compile_winograd iternet-k4-4x4 4x4 Tests/Fixtures/iternet/k4_n3.hdf5 1x48x32x3 --step-rows 4
compile iternet-k8 models/iternet_k8_n3.hdf5 1x32x48x3
compile_winograd iternet-k8-2x2 2x2 models/iternet_k8_n3.hdf5 1x32x48x3 --step-rows 4
compile iternet-k8-f16 models/iternet_k8_n3.hdf5 1x32x48x3 --weights f16
compile iternet-k8-exact models/iternet_k8_n3.hdf5 1x32x48x3 --exact --step-rows scaled-4
# Plain tensors: a network of another framework, and operators that together meet every plain kernel.
compile onnx-iternet Tests/Fixtures/onnx/networks/pytorch_iternet.onnx 1x3x32x32
compile computed Tests/Fixtures/devices/computed.vir ""
compile tensors Tests/Fixtures/devices/tensors.vir ""
for operator in arguments maxpool_bytes comparisons quantization conv_computed_weights gather gemm groupnormalization \
    maxpool_indices resize_crop softmax_13 loop; do
    compile "onnx-$operator" "Tests/Fixtures/onnx/operators/$operator.onnx" ""
done
compile camera models/iternet_k8_n3.hdf5 1x32x48x3 --input-format rgb8:100x70 --crop 90x60+5+7 --resize 48x32 --mean 0.5 --deviation 0.25
# CPUs may differ in what they make of subnormal numbers that are kept.
mv "$work/subnormals-kept.plan" "$work/subnormals.kept"
plans=$(cd "$work" && ls -- *.plan)

# MARK: What is expected

sums() { grep '^crc32c' || true; }
set_of() { VENULE_ISA=$1 "$binaries/venule-run" bench "$work/families.plan" --runs 1 --threads 1 2>/dev/null | sums; }

# The ordinary build's best set, if it fuses, and its portable set, which does not on x86-64.
fused= unfused=
case $(uname -m) in
    x86_64)
        unfused=portable
        for set in avx2 avx512; do [ -z "$(set_of $set)" ] || fused=$set; done
        [ -n "$fused" ] || skip "everything with fused multiply-add: this CPU has none"
        ;;
    aarch64)
        fused=neon
        skip "everything without fused multiply-add: this CPU has it"
        ;;
    *) skip "everything: $(uname -m) has no sets of known kinds" ;;
esac
for kind in fused unfused; do
    [ -n "${!kind}" ] || continue
    for plan in $plans; do
        VENULE_ISA=${!kind} "$binaries/venule-run" bench "$work/$plan" --runs 1 --threads 1 | sums >"$work/$plan.$kind"
        [ -s "$work/$plan.$kind" ] || { echo "no expected outputs of $plan" >&2; exit 1; }
    done
done

# Else nobody would notice numbers that are not flushed.
if [ -n "$fused" ] &&
    VENULE_ISA=$fused "$binaries/venule-run" bench "$work/subnormals.kept" --runs 1 --threads 1 | sums |
        cmp -s - "$work/subnormals.plan.fused"; then
    fail "subnormals: the same bits whether they are flushed or not"
fi

# MARK: Runs

# fused or unfused, threads, then the command that runs the program.
compare() {
    local kind=$1 threads=$2 label=$3
    shift 3
    [ -n "${!kind}" ] || return 0
    local started=$SECONDS
    for plan in $plans; do
        runs=$((runs + 1))
        if ! "$@" bench "$work/$plan" --runs 1 --threads "$threads" >"$work/found" 2>&1; then
            fail "$label: $plan: $(tail -n 1 "$work/found")"
        elif ! sums <"$work/found" | cmp -s - "$work/$plan.$kind"; then
            fail "$label: $plan: other bits than the $kind ones of this machine"
            sums <"$work/found" | diff "$work/$plan.$kind" - >&2 || true
        fi
        # What the compiler foretold, whether or not this machine has the memory.
        "$@" doctor "$work/$plan" --threads "$threads" >"$work/doctor" 2>&1 || true
        grep -q '^self-test ok' "$work/doctor" || fail "$label: $plan: $(tail -n 1 "$work/doctor")"
    done
    echo "$label: $(sed -n 's/^instruction set //p' "$work/found") kernels, $kind, $((SECONDS - started)) s"
}

# TARGET EMULATOR KIND CPU: one CPU of an emulated processor.
emulated() {
    local target=$1 emulator=$2 kind=$3 cpu=$4
    if [ ! -x "$devices/$target/venule-run" ]; then
        skip "$target: not built"
    elif ! command -v "$emulator" >/dev/null; then
        skip "$target on $cpu: no $emulator"
    else
        compare "$kind" 2 "$target on $cpu" "$emulator" -cpu "$cpu" "$devices/$target/venule-run"
    fi
}

native=$(echo "$devices/$(uname -m)"-*/venule-run)
if [ -x "${native%% *}" ]; then
    for set in portable avx2 avx512 neon; do
        if ! VENULE_ISA=$set "${native%% *}" bench "$work/families.plan" --runs 1 >"$work/found" 2>&1; then
            skip "$(tail -n 1 "$work/found" | sed 's/.*families.plan: //')"
            continue
        fi
        kind=fused
        [ "$set-$(uname -m)" = portable-x86_64 ] && kind=unfused
        export VENULE_ISA=$set
        compare "$kind" 1 "$(uname -m), native" "${native%% *}"
        unset VENULE_ISA
    done
else
    skip "$(uname -m): not built"
fi
emulated aarch64-glibc qemu-aarch64 fused cortex-a53
emulated aarch64-glibc qemu-aarch64 fused max
emulated armv7-glibc qemu-arm unfused cortex-a9
emulated armv7-glibc qemu-arm fused cortex-a15
VENULE_ISA=portable emulated armv7-glibc qemu-arm unfused cortex-a15
emulated riscv64-glibc qemu-riscv64 fused rv64
# This emulator has no riscv_hwprobe, so that the vectors have to be asked for.
VENULE_ISA=rvv emulated riscv64-glibc qemu-riscv64 fused rv64,v=true,vext_spec=v1.0,vlen=128
VENULE_ISA=rvv emulated riscv64-glibc qemu-riscv64 fused rv64,v=true,vext_spec=v1.0,vlen=256

# MARK: No emulated multiply-add

# Where a target cannot fuse, a fused multiply-add compiles to a call for each lane, or worse, of another function.
for object in .build-devices/*/*/release/Kernels.build/*.o; do
    runs=$((runs + 1))
    if called=$("${NM:-nm}" -u "$object" 2>/dev/null | grep -E ' (fmaf?|expf?|powf?|sqrtf|floorf|__aeabi_f(mul|add|div))$'); then
        fail "$object calls $called"
    fi
done

# MARK: The C library

# Any bytes make a photograph.
printf 'P6\n48 32\n255\n' >"$work/photograph.ppm"
head -c $((32 * 48 * 3)) "$work/iternet-k8.plan" >>"$work/photograph.ppm"
# Runs a program that writes a map, and compares it with the map of that name. Rounded to 8 bits the maps are the same with
# and without fused multiply-add.
writes() { # NAME PROGRAM...
    local name=$1
    shift
    runs=$((runs + 1))
    rm -f "$work/found.pgm"
    if ! "$@" >"$work/printed" 2>"$work/log"; then
        fail "$*: $(tail -n 1 "$work/log")"
    else
        [ -e "$work/$name.pgm" ] || cp "$work/found.pgm" "$work/$name.pgm"
        cmp "$work/found.pgm" "$work/$name.pgm" || fail "$*: another map"
    fi
}
prints() { # LABEL FILE LINE: the line is in the file
    grep -q "$3" "$work/$2" || fail "$1: no line '$3'"
}
examples() { # TARGET COMPILER [EMULATOR [OPTION...]]
    local target=$1 compiler=$2 example library
    shift 2
    if ! command -v "$compiler" >/dev/null || ! command -v "${1:-true}" >/dev/null || [ ! -d "$devices/$target" ]; then
        skip "the C examples for $target: no $compiler, ${1:-} or library"
        return 0
    fi
    case $target in
        *-shared) library=(-l:libvenule.so.0 "-Wl,-rpath,$devices/$target" -lpthread) ;;
        *) library=(-static -lvenule -lm -lpthread) ;;
    esac
    for example in segment stream camera; do
        "$compiler" -std=gnu11 -Wall -Wextra -Werror -I"$devices/$target" -ISources/CVenule "Examples/$example.c" \
            -L"$devices/$target" "${library[@]}" -o "$work/$example-$target"
    done
    local files=("$work/iternet-k8.plan" "$work/photograph.ppm" "$work/found.pgm")
    writes map "$@" "$work/segment-$target" "${files[@]}" 2
    writes map "$@" "$work/stream-$target" "${files[@]}"
    prints "stream on $target" printed '^output 4 of 4$'
    writes first "$@" "$work/stream-$target" "${files[@]}" 1
    prints "stream on $target" printed '^output 1 of 1$'
    writes map "$@" "$work/camera-$target" "${files[@]}"
    writes map "$@" "$work/camera-$target" "${files[@]}" cancel
    prints "camera on $target" log '^camera: error: the run was cancelled$'
    echo "$target: segment, stream and camera"
}
examples x86_64-musl musl-gcc
examples aarch64-glibc aarch64-linux-gnu-gcc qemu-aarch64
examples armv7-glibc arm-linux-gnueabihf-gcc qemu-arm
examples riscv64-glibc riscv64-linux-gnu-gcc qemu-riscv64
if [ "$(uname -m)" = x86_64 ]; then examples x86_64-shared gcc; else skip "the C examples for x86_64-shared: $(uname -m)"; fi
examples aarch64-shared aarch64-linux-gnu-gcc qemu-aarch64 -L /usr/aarch64-linux-gnu
# Else the comparisons could not tell one output from another.
if [ -e "$work/first.pgm" ] && cmp -s "$work/first.pgm" "$work/map.pgm"; then fail "the first output and the last are the same"; fi

echo "Devices: $runs runs, $failures failed, $skipped skipped"
[ "$failures" -eq 0 ] && [ "$runs" -gt 0 ]
