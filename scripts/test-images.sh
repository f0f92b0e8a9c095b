#!/usr/bin/env bash
# Makes pictures in all forms, some of 35 million pixels, and runs the tests of the readers on them. Usage: scripts/test-images.sh SWIFT
# The software that makes them is installed in a virtual environment (PYTHON, default python3); takes some minutes and 2 GB.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${1:-swift}
work=.venv-images
scripts=Tests/ImagingTests/Fixtures/make_images

if [ ! -x "$work/bin/python" ]; then "${PYTHON:-python3}" -m venv "$work"; fi
"$work/bin/pip" install --quiet --disable-pip-version-check --requirement "$scripts/requirements.txt"
rm -rf "$work/images"
"$work/bin/python" "$scripts/make_images.py" --large "$work/images"
build=(-c release -Xswiftc -enable-testing)
"$swift" build "${build[@]}" --build-tests
VENULE_TEST_IMAGES=$PWD/$work/images "$swift" test "${build[@]}" --skip-build --filter PhotographFormTests
