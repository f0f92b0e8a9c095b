#!/usr/bin/env bash
# Puts what `make install` installs into a folder of its own, and from there to where it is used.
#
#     scripts/install.sh stage BINARIES FOLDER    FOLDER gets bin, lib, include and share, for $PREFIX
#     scripts/install.sh copy FOLDER              copies them to $DESTDIR$PREFIX and writes down what it has put there
#     scripts/install.sh remove                   removes what was written down, and nothing else
#
# BINARIES holds venule and venule-run of a release build. DESTDIR is for packages: what is copied there is used from PREFIX
# (/usr/local) later on. Where the destination belongs to somebody else, copying and removing are done by sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=${PREFIX:-/usr/local}
root=${DESTDIR:-}
destination=$root$prefix
# What was installed, for `remove`: files, and behind them the folders that had to be made, the innermost first. DESTDIR is no
# part of these paths.
list=$prefix/share/doc/venule/installed.txt
swift=${SWIFT:-swift}

fail() {
    echo "error: $1" >&2
    exit 1
}
case $prefix in
    /*) ;;
    *) fail "PREFIX '$prefix': expected an absolute path" ;;
esac

# MARK: Staging

stage() { # BINARIES FOLDER
    local binaries=$1 folder=$2 program shell version library
    rm -rf "$folder"
    mkdir -p "$folder"/{bin,include,lib/pkgconfig,share/doc/venule,share/man/man1}
    for program in venule venule-run; do
        strip --strip-all -o "$folder/bin/$program" "$binaries/$program"
        chmod 755 "$folder/bin/$program"
        python3 scripts/manual.py "$binaries/$program" >"$folder/share/man/man1/$program.1"
    done

    library=.build-devices/installed/$(uname -m)-shared
    scripts/build-devices.sh .build-devices/installed "$(uname -m)-shared" >/dev/null
    install -m 644 "$library/libvenule.so.0" "$folder/lib/libvenule.so.0"
    ln -s libvenule.so.0 "$folder/lib/libvenule.so"
    install -m 644 "$library/libvenule.a" "$folder/lib/libvenule.a"
    install -m 644 Sources/CVenule/venule.h "$folder/include/venule.h"
    version=$(sed -n 's/^#define VENULE_VERSION "\(.*\)"$/\1/p' Sources/CVenule/venule.h)
    cat >"$folder/lib/pkgconfig/venule.pc" <<PC
prefix=$prefix
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: venule
Description: Runs plans that venule compile made of segmentation networks
Version: $version
Libs: -L\${libdir} -lvenule
Libs.private: -lm -lpthread
Cflags: -I\${includedir}
PC

    local place
    for shell in bash zsh fish; do
        for program in venule venule-run; do
            case $shell in
                bash) place=share/bash-completion/completions/$program ;;
                zsh) place=share/zsh/site-functions/_$program ;;
                fish) place=share/fish/vendor_completions.d/$program.fish ;;
            esac
            mkdir -p "$folder/$(dirname "$place")"
            python3 scripts/completions.py "$shell" "$binaries/$program" >"$folder/$place"
        done
    done

    install -m 644 LICENSE "$folder/share/doc/venule/LICENSE"
    third_parties >"$folder/share/doc/venule/third-parties.txt"
}

# Licences of what is linked into the programs and the libraries. Libraries that are loaded at start have their own packages.
third_parties() {
    local toolchain parser
    toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v "$swift")")")")
    parser=.build/checkouts/swift-argument-parser/LICENSE.txt
    cat <<'TEXT'
venule holds the Swift standard library, the essential part of Foundation, and Swift Argument Parser; venule-run, libvenule.so.0
and libvenule.a hold the Swift standard library. They come under the Apache License 2.0 with Runtime Library Exception, below.
All hold parts of libgcc, which the GCC Runtime Library Exception allows without further conditions.

venule-run is linked with the GNU C Library, which comes under the GNU Lesser General Public License 2.1, further below. Venule's
sources are free; they can be linked with another version of that library by `make`.

TEXT
    printf '==== Swift ====\n\n'
    cat "$toolchain/share/swift/LICENSE.txt"
    if [ -e "$parser" ]; then
        printf '\n==== Swift Argument Parser ====\n\n'
        cat "$parser"
    fi
    if [ -e /usr/share/common-licenses/LGPL-2.1 ]; then
        printf '\n==== The GNU C Library ====\n\n'
        cat /usr/share/common-licenses/LGPL-2.1
    fi
}

# MARK: Copying

# Goes on by sudo where the destination, or what of its path there is, belongs to somebody else.
as_owner() {
    local place=$destination
    while [ ! -e "$place" ]; do place=$(dirname "$place"); done
    [ -d "$place" ] || fail "$place is no folder"
    if [ ! -w "$place" ] && [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "$place cannot be written, and there is no sudo"
        exec sudo env "PREFIX=$prefix" "DESTDIR=${DESTDIR:-}" bash "$0" "$@"
    fi
}

# Made if it does not exist, with those around it; they are written down.
make_folder() { # PATH
    [ ! -d "$root$1" ] || return 0
    [ "$1" = / ] || make_folder "$(dirname "$1")"
    mkdir -p "$root$1"
    [ "$1" = / ] || made+=("$1")
}

copy() { # FOLDER
    local folder=$1 name path made=() names=() files=()
    umask 022
    mapfile -t names < <(cd "$folder" && find . -type f -o -type l | sed 's|^\./||' | sort)
    for name in "${names[@]}"; do files+=("$prefix/$name"); done
    # What an earlier installation made is still this one's; its files that are no longer installed go.
    if [ -e "$root$list" ]; then
        while read -r path; do
            case $path in
                */) made+=("${path%/}") ;;
                *) printf '%s\n' "${files[@]}" "$list" | grep -qxF -- "$path" || rm -f "$root$path" ;;
            esac
        done <"$root$list"
    fi
    for name in "${names[@]}"; do
        path=$prefix/$name
        make_folder "$(dirname "$path")"
        [ ! -d "$root$path" ] || fail "$root$path is a folder"
        # A program or library that runs keeps the old file.
        rm -f "$root$path"
        if [ -L "$folder/$name" ]; then
            cp -P "$folder/$name" "$root$path"
        elif [ -x "$folder/$name" ]; then
            install -m 755 "$folder/$name" "$root$path"
        else
            install -m 644 "$folder/$name" "$root$path"
        fi
    done
    {
        printf '%s\n' "${files[@]}" "$list"
        [ ${#made[@]} -eq 0 ] || printf '%s/\n' "${made[@]}" | sort -ru
    } >"$root$list.new"
    mv "$root$list.new" "$root$list"
    update_cache
    echo "installed ${#files[@]} files in $destination; 'make uninstall' removes them"
}

# The system's list of libraries, where the folder is one of those that it lists.
update_cache() {
    if [ -z "${DESTDIR:-}" ] && [ "$(id -u)" -eq 0 ] && command -v ldconfig >/dev/null; then ldconfig; fi
}

remove() {
    local path paths=()
    [ -e "$root$list" ] || fail "$root$list does not exist: nothing is installed in $destination"
    mapfile -t paths <"$root$list"
    for path in "${paths[@]}"; do
        case $path in
            */../* | */.. | [!/]*) fail "$root$list: '$path' is no path of an installation" ;;
            # A folder may hold what others have put there since.
            */) rmdir --ignore-fail-on-non-empty "$root$path" 2>/dev/null || true ;;
            *) rm -f "$root$path" ;;
        esac
    done
    update_cache
    echo "removed what was installed in $destination"
}

case ${1:-} in
    stage)
        [ $# -eq 3 ] || fail "expected: $0 stage BINARIES FOLDER"
        stage "$2" "$3"
        ;;
    copy)
        [ $# -eq 2 ] || fail "expected: $0 copy FOLDER"
        as_owner "$@"
        copy "$2"
        ;;
    remove)
        as_owner "$@"
        remove
        ;;
    *) fail "expected: $0 stage, copy or remove" ;;
esac
