#!/usr/bin/env bash
# The main job end to end: converts a model, emits its plan, segments a photograph.
# Usage: scripts/demo.sh FOLDER_OF_THE_PROGRAMS MODEL PHOTOGRAPH OUT
set -euo pipefail
bin=$1 model=$2 photograph=$3 out=$4
name=$(basename "${photograph%.*}")
# A square near the photograph's own size, and one that any IterNet takes.
size=592

mkdir -p "$out"
echo "== Converting $model"
"$bin/venule" import "$model" -o "$out/iternet.vir"
echo
echo "== Compiling for ${size}x${size}"
"$bin/venule" compile "$out/iternet.vir" -o "$out/iternet.plan" --input-shape "1x${size}x${size}x3"
echo
echo "== Segmenting $photograph"
"$bin/venule" segment "$out/iternet.plan" "$photograph" -o "$out" --overlay
echo
echo "== Running the plan on the device's runner"
"$bin/venule-run" bench "$out/iternet.plan" --runs 3
echo
echo "The vessel map is $out/$name.png, the overlay on the photograph $out/$name-overlay.png."
