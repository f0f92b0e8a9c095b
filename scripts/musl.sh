#!/usr/bin/env bash
# Prints the folder of the static musl library for one of Debian's architectures (arm64, armhf, amd64).
#
# amd64's comes from the package musl-tools. The others are Debian's packages for those architectures, fetched with apt
# into a folder of this project with lists of its own, so that nothing of the system changes.
set -euo pipefail
cd "$(dirname "$0")/.."

architecture=$1
case $architecture in
    amd64)
        echo /usr/lib/x86_64-linux-musl
        exit 0
        ;;
    arm64) triple=aarch64-linux-musl ;;
    armhf) triple=arm-linux-musleabihf ;;
    *)
        echo "error: Debian has no musl for $architecture" >&2
        exit 1
        ;;
esac

root=$PWD/.build-devices/musl/$architecture
library=$root/usr/lib/$triple
if [ ! -f "$library/libc.a" ]; then
    apt=$root.apt
    rm -rf "$apt" "$root"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    : >"$apt/status"
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${DEBIAN_MIRROR:-http://deb.debian.org/debian} $release main" \
        >"$apt/sources.list"
    options=(-o "Dir::State=$apt" -o "Dir::State::lists=$apt/lists" -o "Dir::State::status=$apt/status"
        -o "Dir::Cache=$apt/cache" -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o "APT::Architecture=$architecture" -o "APT::Architectures::=$architecture" -o APT::Sandbox::User=root)
    {
        apt-get "${options[@]}" update --quiet
        cd "$apt"
        apt-get "${options[@]}" download "musl-dev:$architecture"
        dpkg-deb --extract musl-dev_*.deb "$root"
        rm -rf "$apt"
    } >&2
fi
echo "$library"
