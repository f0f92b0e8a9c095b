#!/usr/bin/env bash
# Compiles a program that uses all of venule.h by every standard of C from C99 and of C++ from C++11 on, pedantically, with gcc
# and with the Swift toolchain's clang.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clang=$(dirname "$(command -v "${SWIFT:-swift}")")/clang
[ -x "$clang" ] || clang=clang

compiled=0
# LANGUAGE STANDARD, of which compilers that are older than the standard have another name.
check() {
    local language=$1
    shift
    for compiler in gcc "$clang"; do
        local standard=
        for name in "$@"; do
            if "$compiler" -x "$language" "-std=$name" -E /dev/null >/dev/null 2>&1; then
                standard=$name
                break
            fi
        done
        [ -n "$standard" ] || { echo "error: $compiler knows none of $*" >&2; exit 1; }
        # As a user's own header, since compilers say nothing of the system's.
        "$compiler" -x "$language" "-std=$standard" -pedantic -Wall -Wextra -Werror -ISources/CVenule -c Tests/CInterface/header.c \
            -o "$work/header.o"
        compiled=$((compiled + 1))
    done
}
for year in 99 11 17; do check c "c$year"; done
check c c23 c2x
for year in 11 14 17; do check c++ "c++$year"; done
check c++ c++20 c++2a

# A function that the program does not use would not be tried.
mapfile -t functions < <(sed -n 's/.*[ *]\(venule_[a-z_]*\)(.*/\1/p' Sources/CVenule/venule.h | sort -u)
for function in "${functions[@]}"; do
    nm -u "$work/header.o" | grep -q " $function\$" || { echo "error: Tests/CInterface/header.c does not call $function" >&2; exit 1; }
done
echo "venule.h: $compiled compilations, ${#functions[@]} functions"
