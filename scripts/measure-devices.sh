#!/usr/bin/env bash
# Start-up time and peak memory of the devices' programs, as Documentation/Devices.md has them.
#
#     scripts/measure-devices.sh FOLDER PLAN SMALL
#
# FOLDER holds the programs (scripts/build-devices.sh). Those of other processors are emulated: their times would be the
# emulator's and are left out, and of their memory only what PLAN takes beyond SMALL can be told, since the rest is mostly the
# emulator's. SMALL is a plan whose own memory is negligible.
set -euo pipefail

[ $# -eq 3 ] || { echo "error: expected: $0 FOLDER PLAN SMALL" >&2; exit 1; }
folder=$1 plan=$2 small=$3
repeats=40

emulator() { # ARCHITECTURE
    case $1 in
        "$(uname -m)") ;;
        armv7) echo qemu-arm ;;
        *) echo "qemu-$1" ;;
    esac
}

bench() { "${run[@]}" bench "$1" --runs 1 --threads 1; }

kibibytes() { # of the line "peak resident 12.34 MiB"
    awk '/^peak resident/ { print int($3 * ($4 == "MiB" ? 1024 : $4 == "KiB" ? 1 : 1 / 1024)) }'
}

least() { sort -n | head -1; }

# From the start of the process to its end, the plan being loaded, verified and described.
process_milliseconds() {
    local start
    for _ in $(seq $repeats); do
        start=$(date +%s%N)
        "${run[@]}" describe "$plan" >/dev/null
        echo $(($(date +%s%N) - start))
    done | least | awk '{ printf "%.1f", $1 / 1e6 }'
}
load_milliseconds() {
    for _ in $(seq 5); do bench "$plan" | awk '/^load/ { print $2 }'; done | least
}

printf '%-16s %10s %12s %12s %14s\n' target bytes "load ms" "process ms" "peak KiB"
for target in "$folder"/*/; do
    target=$(basename "$target")
    emulator=$(emulator "${target%-*}")
    run=(${emulator:+"$emulator"} "$folder/$target/venule-run")
    if [ -z "$emulator" ]; then
        times="$(load_milliseconds) $(process_milliseconds)"
        peak=$(bench "$plan" | kibibytes)
    elif [ -x "$(command -v "$emulator")" ]; then
        times="- -"
        peak="+$(($(bench "$plan" | kibibytes) - $(bench "$small" | kibibytes)))"
    else
        echo "skipped: $target, there is no $emulator" >&2
        continue
    fi
    # shellcheck disable=SC2086
    printf '%-16s %10s %12s %12s %14s\n' "$target" "$(stat -c %s "$folder/$target/venule-run")" $times "$peak"
done
