#!/usr/bin/env bash
# Builds a fuzz target with libFuzzer and AddressSanitizer and runs it.
# Usage: FuzzTesting/fuzz.sh TARGET SECONDS
set -euo pipefail
cd "$(dirname "$0")"
target=$1
seconds=$2
swift build --product "$target" -Xswiftc -sanitize=fuzzer,address -Xswiftc -parse-as-library \
    2>&1 | grep -v "Cannot export local symbol"
corpus=.build/corpus/$target
mkdir -p "$corpus" .build/findings
SEEDS=$corpus "$(swift build --show-bin-path)/$target" "$corpus" -max_total_time="$seconds" -max_len=200000 -timeout=20 \
    -rss_limit_mb=4096 -artifact_prefix=.build/findings/ -dict=keras.dict -print_final_stats=1
