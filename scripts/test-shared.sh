#!/usr/bin/env bash
# What shared C libraries (scripts/build-shared.sh) export and need, as their files say it. scripts/test-devices.sh runs programs
# with them.
#
#     scripts/test-shared.sh LIBRARY...
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() {
    echo "error: $library: $1" >&2
    failures=$((failures + 1))
}

# The highest version of glibc that is allowed: that of the oldest systems for which Python's wheels are made by this name.
newest=GLIBC_2.17

sed -n 's/.*[ *]\(venule_[a-z_]*\)(.*/\1/p' Sources/CVenule/venule.h | sort -u >"$work/declared"
[ -s "$work/declared" ] || { echo "error: no functions were found in venule.h" >&2; exit 1; }
[ $# -gt 0 ] || { echo "error: expected: $0 LIBRARY..." >&2; exit 1; }
for library; do
    readelf --wide --dyn-syms "$library" | awk '$5 != "LOCAL" && $7 ~ /^([0-9]+|ABS|COM)$/ { print $8 }' | sort >"$work/exported"
    diff "$work/declared" "$work/exported" >"$work/difference" ||
        fail "it does not export what venule.h declares (<) and nothing else (>): $(grep '^[<>]' "$work/difference" | tr '\n' ' ')"
    readelf --wide --dynamic "$library" >"$work/dynamic"
    grep -q 'SONAME.*\[libvenule\.so\.0\]' "$work/dynamic" || fail "its name is not libvenule.so.0"
    for needed in $(sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' "$work/dynamic"); do
        case $needed in
            libc.so.6 | libpthread.so.0 | ld-linux-aarch64.so.1) ;;
            *) fail "it needs $needed" ;;
        esac
    done
    ! grep -E 'TEXTREL' "$work/dynamic" || fail "it has relocations in its code"
    ! grep -E 'RPATH|RUNPATH' "$work/dynamic" || fail "it looks for libraries in folders of its own"
    readelf --wide --segments "$library" | grep -q ' GNU_STACK .* RW  *0x' || fail "its stack is executable, or it does not say"
    ! readelf --wide --sections "$library" | grep -E ' \.(symtab|debug_[a-z]*) ' || fail "it is not stripped"
    highest=$(readelf --wide --version-info "$library" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)
    [ -n "$highest" ] && [ "$(printf '%s\n' "$highest" $newest | sort -V | tail -n 1)" = $newest ] ||
        fail "it needs ${highest:-no version of glibc}, expected $newest at most"
    for path in "$PWD" "${HOME:-/root}/" /Sources/ "$(dirname "$(dirname "$(command -v "${SWIFT:-swift}")")")"; do
        ! grep -a -q -F -- "$path" "$library" || fail "it holds the path $path"
    done
    echo "$library: $(wc -l <"$work/exported") functions, ${highest}, $(stat -c %s "$library") bytes"
done
[ $failures -eq 0 ]
