#!/usr/bin/env bash
# Builds a fuzz target with libFuzzer and AddressSanitizer and runs it.
# Usage: FuzzTesting/fuzz.sh TARGET SECONDS [OPTION...]
#
# Targets on plans take their first plans from `venule`, which `make build` makes.
set -euo pipefail
cd "$(dirname "$0")"
target=$1
seconds=$2
shift 2
# A crash would wait for the debugger of Swift's own report.
export SWIFT_BACKTRACE=enable=no
asan=detect_leaks=0:quarantine_size_mb=16:malloc_context_size=8

flags=(-c release -Xswiftc -enable-testing -Xswiftc -sanitize=fuzzer,address -Xswiftc -parse-as-library
    -Xcc -fsanitize=address,fuzzer-no-link -Xcc -fno-omit-frame-pointer)
case $target in
    FuzzPlan | FuzzPlanRun)
        # Calls at every comparison tell libFuzzer's own mutations what to try, and those of plans nothing; they are a third of the time.
        flags+=(-Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table -Xcc -fno-sanitize-coverage=trace-cmp
            --scratch-path .build/structured)
        # Their time is mostly that of allocations: memory that stays in the cache, and no stacks of who allocated what.
        asan=detect_leaks=0:quarantine_size_mb=1:thread_local_quarantine_size_kb=64:malloc_context_size=0
        ;;
esac
export ASAN_OPTIONS=${ASAN_OPTIONS:-$asan:max_allocation_size_mb=1024}
swift build "${flags[@]}" --product "$target" 2>&1 | grep -v "Cannot export local symbol"
corpus=.build/corpus/$target
log=.build/log/$target.log
mkdir -p "$corpus" .build/findings .build/log

# One plan for every operator of the ONNX fixtures, every kind of graph that passes are tested with, and every kernel.
plans() {
    local venule=../.build/release/venule folder=$1 name
    mkdir -p "$folder"
    for model in ../Tests/Fixtures/onnx/operators/*.onnx; do
        case $model in *.values.onnx) continue ;; esac
        "$venule" compile "$model" -o "$folder/onnx-$(basename "$model" .onnx).plan" >/dev/null 2>&1 || true
    done
    for graph in ../Tests/OptimizerTests/Passes/Golden/*/*.vir ../Tests/Fixtures/devices/computed.vir; do
        name=$(basename "$(dirname "$graph")")-$(basename "$graph" .vir)
        sed '/^=/,$d' "$graph" >"$folder/graph.vir"
        "$venule" compile "$folder/graph.vir" --input-shape 1x6x8x3 -o "$folder/$name.plan" >/dev/null 2>&1 ||
            "$venule" compile "$folder/graph.vir" --step-rows 1 -o "$folder/$name.plan" >/dev/null 2>&1 || true
    done
    rm -f "$folder/graph.vir"
}

options=(-max_len=4096)
case $target in
    FuzzCompile) options=(-max_len=65536 -len_control=0 -timeout=30 -entropic=0 -use_counters=0) ;;
    FuzzONNX) options=(-max_len=200000 -len_control=0 -timeout=60) ;;
    FuzzHDF5) options=(-max_len=300 -len_control=0 -timeout=60) ;;
    FuzzKeras) options=(-max_len=200000 -dict=keras.dict -timeout=20) ;;
    FuzzPlan*)
        [ -d .build/plans ] || plans .build/plans
        export PLANS=.build/plans
        options=(-max_len=8192 -timeout=10 -entropic=0 -use_counters=0 -detect_leaks=0)
        ;;
    FuzzNPY)
        printf "\\x93NUMPY\\1\\0\\x76\\0{'descr': '<f4', 'fortran_order': False, 'shape': (1, 592, 592, 3), }%58s\\n" "" >"$corpus/1"
        printf "\\x93NUMPY\\2\\0\\x39\\0\\0\\0{\"shape\":(2,),\"descr\":\"|u1\",\"fortran_order\":False}   \\n" >"$corpus/2"
        options=(-max_len=512 -dict=npy.dict)
        ;;
    FuzzPNM)
        # Behind a byte that says for which input.
        printf "\\0P6 # a comment\n2 3\n255\n%18s" "" >"$corpus/1"
        printf "\\1P5\n5 3\n1000 %30s" "" >"$corpus/2"
        printf "\\6P6 4\t1\n255\n%12s" "" >"$corpus/3"
        printf "\\12P5 5 3 65535\n%30s" "" >"$corpus/4"
        options=(-max_len=256 -dict=pnm.dict)
        ;;
esac
binary=$(swift build "${flags[@]}" --show-bin-path)/$target
status=0
SEEDS=$corpus "$binary" "$corpus" -max_total_time="$seconds" \
    -rss_limit_mb=4096 -artifact_prefix=.build/findings/ -print_final_stats=1 "${options[@]}" "$@" 2>&1 | tee -a "$log" || status=$?
# All runs that the log has.
awk -v target="$target" '$1 == "tally" { for (i = 2; i < NF; i += 2) { if (!($i in sum)) names[++count] = $i; sum[$i] += $(i + 1) } }
    END { for (i = 1; i <= count; i++) line = line " " names[i] " " sum[names[i]]; if (count) print "all runs of " target ":" line }' "$log"
exit "$status"
