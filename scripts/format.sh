#!/usr/bin/env bash
# Formats all Swift and C code that is written by hand, by .swift-format and .clang-format; with --check it changes nothing,
# prints what is formatted otherwise and fails.
# Usage: scripts/format.sh [--check]
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
clang_format=${CLANG_FORMAT:-clang-format}

# onnx.pb-c.* is generated.
sources() { find . -path '*/.*' -prune -o -type f "$@" -not -name '*.pb-c.*' -print0; }

if [ "${1:-}" = --check ]; then
    status=0
    sources -name '*.swift' | xargs -0 "$swift" format lint --strict --parallel || status=1
    sources '(' -name '*.c' -o -name '*.h' ')' | xargs -0 "$clang_format" --dry-run --Werror || status=1
    [ $status = 0 ] || echo "scripts/format.sh formats these files" >&2
    exit $status
fi
sources -name '*.swift' | xargs -0 "$swift" format --in-place --parallel
sources '(' -name '*.c' -o -name '*.h' ')' | xargs -0 "$clang_format" -i
