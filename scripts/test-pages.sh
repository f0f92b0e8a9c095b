#!/usr/bin/env bash
# Opens the pages that `venule` writes in headless Chromium and checks them. Usage: scripts/test-pages.sh PROGRAMS [OUT [TEST...]]
# Pages and pictures of them stay in OUT (out/pages).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-packages.sh chromium chromium-driver fonts-dejavu-core python3
exec python3 Tests/Pages/test_pages.py "$1" "${2:-out/pages}" "${@:3}"
