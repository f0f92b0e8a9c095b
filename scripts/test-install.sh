#!/usr/bin/env bash
# Installs into a temporary folder, as for a package and as for a user, and tries all that was installed: the programs with an
# empty environment and from elsewhere, C programs by pkg-config, completions, manual pages; then removes it.
#
#     scripts/test-install.sh BINARIES
#
# BINARIES holds the programs of a release build.
set -euo pipefail
cd "$(dirname "$0")/.."

binaries=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checks=0
fail() {
    echo "error: $1" >&2
    exit 1
}
passed() { checks=$((checks + 1)); }

stage=$work/stage
home=$work/home
PREFIX=$home scripts/install.sh stage "$binaries" "$stage"

# MARK: As for a package

# The paths in what is installed do not name DESTDIR, and it can be removed from there.
package=$work/package
PREFIX=$home DESTDIR=$package scripts/install.sh copy "$stage" >/dev/null
grep -qx "prefix=$home" "$package$home/lib/pkgconfig/venule.pc" || fail "venule.pc does not name its prefix"
! grep -rqF "$package" "$package" || fail "what is installed names DESTDIR: $(grep -rlF "$package" "$package")"
PREFIX=$home DESTDIR=$package scripts/install.sh remove >/dev/null
[ -z "$(find "$package" -mindepth 1 -print -quit)" ] || fail "'make uninstall' leaves $(find "$package" -mindepth 1 | head -n 3)"
passed

# MARK: As for a user

# What is there already stays, and is not removed later.
mkdir -p "$home/bin" "$home/share/man"
echo other >"$home/bin/other"
PREFIX=$home scripts/install.sh copy "$stage" >/dev/null
cp "$home/share/doc/venule/installed.txt" "$work/first.txt"
# Again, over it: the folders that the first time made are still known, and a file that is no longer installed goes.
echo "$home/bin/venule-old" >>"$home/share/doc/venule/installed.txt"
touch "$home/bin/venule-old"
PREFIX=$home scripts/install.sh copy "$stage" >/dev/null
cmp "$work/first.txt" "$home/share/doc/venule/installed.txt" || fail "installing twice gives another list"
[ ! -e "$home/bin/venule-old" ] || fail "a file of an earlier installation stays"
passed

# MARK: The programs

toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v "${SWIFT:-swift}")")")")
for program in "$home"/bin/venule "$home"/bin/venule-run "$home"/lib/libvenule.so.0; do
    ! readelf --wide --sections "$program" | grep -qE ' \.(symtab|debug_[a-z]*) ' || fail "$program is not stripped"
    # SwiftPM lets every program look for libraries beside itself.
    ! readelf --wide --dynamic "$program" | grep -E 'RPATH|RUNPATH' | grep -vF '[$ORIGIN]' ||
        fail "$program looks for libraries in folders of its own"
    ! readelf --wide --dynamic "$program" | grep -iE 'NEEDED.*(swift|Foundation|dispatch)' || fail "$program needs Swift's libraries"
    for path in "$PWD" "$toolchain" "${HOME:-/root}/"; do
        ! grep -a -q -F -- "$path" "$program" || fail "$program holds the path $path: $(strings "$program" | grep -F -- "$path" | head -n 3)"
    done
done
readelf --wide --program-headers "$home/bin/venule-run" | grep -q INTERP && fail "venule-run is not static"
passed
run() { (cd "$work" && env -i "$@"); }
[ "$(run "$home/bin/venule" --version)" = "$(sed -n 's/^#define VENULE_VERSION "\(.*\)"$/\1/p' Sources/CVenule/venule.h)" ] ||
    fail "venule --version is not that of venule.h"
cp models/iternet_k8_n3.hdf5 "$work/model.hdf5"
run "$home/bin/venule" compile model.hdf5 -o installed.plan --input-shape 1x32x48x3 --outputs all >/dev/null
"$binaries/venule" compile models/iternet_k8_n3.hdf5 -o "$work/built.plan" --input-shape 1x32x48x3 --outputs all >/dev/null
cmp "$work/installed.plan" "$work/built.plan" || fail "the installed venule makes another plan"
run "$home/bin/venule-run" doctor installed.plan >/dev/null || fail "the installed venule-run does not run the plan"
passed

# MARK: The C library

printf 'P6\n48 32\n255\n' >"$work/photograph.ppm"
head -c $((32 * 48 * 3)) "$work/installed.plan" >>"$work/photograph.ppm"
export PKG_CONFIG_PATH=$home/lib/pkgconfig
[ "$(pkg-config --modversion venule)" = "$("$home/bin/venule" --version)" ] || fail "venule.pc has another version"
# shellcheck disable=SC2046
gcc -std=gnu11 -Wall -Wextra -Werror Examples/segment.c $(pkg-config --cflags --libs venule) -o "$work/segment"
# shellcheck disable=SC2046
gcc -std=gnu11 -Wall -Wextra -Werror -static Examples/segment.c $(pkg-config --cflags --static --libs venule) -o "$work/segment-static"
readelf --wide --dynamic "$work/segment" | grep -q 'NEEDED.*\[libvenule\.so\.0\]' || fail "the program does not need libvenule.so.0"
! readelf --wide --dynamic "$work/segment-static" | grep -q NEEDED || fail "the static program needs libraries"
run LD_LIBRARY_PATH="$home/lib" ./segment installed.plan photograph.ppm shared.pgm
run ./segment-static installed.plan photograph.ppm static.pgm
run "$home/bin/venule-run" run installed.plan --input photograph.ppm --output runner.pgm >/dev/null
for map in static runner; do cmp "$work/shared.pgm" "$work/$map.pgm" || fail "the maps differ"; done
scripts/test-shared.sh "$home/lib/libvenule.so.0" >/dev/null
passed

# MARK: Completions

# What a shell offers for a line of which the last word is not finished.
bash_offers() { # WORD...
    bash --norc --noprofile -c '
        source "$1"; shift
        function_name=$(complete -p "$1" | sed "s/.*-F \([^ ]*\).*/\1/")
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
        "$function_name" "$1" "${@: -1}" "${*: -2:1}"
        printf "%s\n" "${COMPREPLY[@]}"' bash "$home/share/bash-completion/completions/$1" "$@"
}
offers() { # SHELL EXPECTED WORD...
    local shell=$1 expected=$2
    shift 2
    "${shell}_offers" "$@" | sed 's/[[:space:]]*$//' >"$work/offered"
    grep -qx -e "$expected" "$work/offered" || fail "$shell does not offer '$expected' for '$*', but: $(tr '\n' ' ' <"$work/offered")"
}
offers bash compile venule com
offers bash --input-shape venule compile --inp
offers bash describe venule-run desc
offers bash --deadline-ms venule-run run --dead
# Every command and option that the runner's help has.
for option in $("$home/bin/venule-run" --help | grep -oE '^  --[a-z-]+'); do
    grep -qF -e "$option" "$home/share/bash-completion/completions/venule-run" || fail "bash does not know $option of venule-run"
done
for shell in zsh fish; do
    command -v $shell >/dev/null || { echo "skipped: completions for $shell, which is not installed"; continue; }
    case $shell in
        zsh)
            files=("$home"/share/zsh/site-functions/_*)
            found=$(zsh -f -c 'fpath=($1 $fpath); autoload -Uz compinit; compinit -u -d $2; print $_comps[venule] $_comps[venule-run]' \
                zsh "$home/share/zsh/site-functions" "$work/zcompdump")
            [ "$found" = "_venule _venule-run" ] || fail "zsh does not take the completions: '$found'"
            ;;
        fish) files=("$home"/share/fish/vendor_completions.d/*) ;;
    esac
    for file in "${files[@]}"; do $shell -n "$file" || fail "$shell cannot read $file"; done
done
if command -v fish >/dev/null; then
    fish_offers() { HOME=$work XDG_DATA_DIRS=$home/share PATH=$home/bin:$PATH fish -c 'complete -C "$argv"' "$*" | cut -f 1; }
    offers fish compile venule com
    offers fish --input-shape venule compile --inp
    offers fish describe venule-run desc
    offers fish --deadline-ms venule-run run --dead
fi
passed

# MARK: Manual pages

for page in "$home"/share/man/man1/*.1; do
    # groff's and, where it is installed, mandoc's opinion.
    found=$(LC_ALL=C.UTF-8 MANROFFOPT= MANWIDTH=100 man --warnings -l "$page" 2>&1 >"$work/page.txt") || fail "man cannot show $page: $found"
    [ -z "$found" ] || fail "man warns of $page: $found"
    if command -v mandoc >/dev/null; then
        found=$(mandoc -T lint -W warning "$page" 2>&1) || fail "mandoc warns of $page: $found"
    fi
done
shown() { LC_ALL=C.UTF-8 MANWIDTH=100 man -l "$home/share/man/man1/$1.1" 2>/dev/null | sed 's/.\x08//g' >"$work/page.txt"; }
shown venule-run
for option in $("$home/bin/venule-run" --help | grep -oE '^  --[a-z-]+'); do
    grep -qF -e "$option" "$work/page.txt" || fail "venule-run.1 does not have $option"
done
shown venule
mapfile -t commands < <("$home/bin/venule" --help | sed -n '/^SUBCOMMANDS:/,/^$/s/^  \([a-z][a-z-]*\).*/\1/p')
[ ${#commands[@]} -gt 1 ] || fail "venule --help has no commands"
for command in "${commands[@]}"; do
    sed -n "/^   $command\$/,/^   [a-z]/p" "$work/page.txt" >"$work/section.txt"
    [ -s "$work/section.txt" ] || fail "venule.1 does not have the command $command"
    for option in $("$home/bin/venule" help "$command" | grep -oE '^  (-[a-z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+'); do
        case $option in --help | --version) continue ;; esac
        grep -qF -e "$option" "$work/section.txt" || fail "venule.1 does not have $option of $command"
    done
done
passed

# MARK: Uninstalling

# What others have put into a folder of the installation keeps it.
touch "$home/share/doc/venule/mine"
PREFIX=$home scripts/install.sh remove >/dev/null
find "$home" -mindepth 1 | sed "s|^$home/||" | sort >"$work/left"
printf '%s\n' bin bin/other share share/doc share/doc/venule share/doc/venule/mine share/man | sort | diff - "$work/left" ||
    fail "'make uninstall' leaves other things than were there before"
if PREFIX=$home scripts/install.sh remove >/dev/null 2>&1; then fail "nothing is installed, and uninstalling does not say so"; fi
passed

echo "Installation: $checks parts tried"
