#!/usr/bin/env bash
# Installs the Debian packages that the build needs, and only those that are missing.
# Usage: scripts/install-packages.sh PACKAGE...
set -euo pipefail

fail() {
    echo "error: $1" >&2
    echo "  $2" >&2
    exit 1
}

command -v swift >/dev/null ||
    fail "the Swift toolchain is missing: no 'swift' in PATH (6.3 or newer is needed)" \
        "install it as https://www.swift.org/install/linux says for Debian 12, then run make again"

# The compiler prints "Swift version 6.3.1 (…)".
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
read -r major minor <<<"${version:-0 0}"
if ((major < 6 || (major == 6 && minor < 3))); then
    fail "Swift $major.$minor was found, 6.3 or newer is needed" \
        "install it as https://www.swift.org/install/linux says for Debian 12, then run make again"
fi

command -v dpkg-query >/dev/null ||
    fail "'dpkg-query' is missing: packages can be installed only on Debian and its relatives" \
        "install by hand what these packages hold: $*"

missing=()
for package in "$@"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get install --yes --no-install-recommends ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
        fail "these packages are missing: ${missing[*]}, and there is no 'sudo' to install them with" \
            "as root: $install"
    as_root=(sudo)
fi
command -v apt-get >/dev/null ||
    fail "these packages are missing: ${missing[*]}, and there is no 'apt-get' to install them with" "$install"

echo "Installing ${missing[*]}"
# A list that is out of date names files that are gone; a fresh machine has no list at all.
"${as_root[@]}" apt-get update --quiet ||
    echo "warning: 'apt-get update' failed; trying with the lists there are" >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install ||
    fail "these packages could not be installed: ${missing[*]}" "${as_root[*]} $install"
