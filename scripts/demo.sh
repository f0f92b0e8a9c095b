#!/usr/bin/env bash
# The main job end to end: converts a model, emits its plan, segments a photograph.
# Usage: scripts/demo.sh FOLDER_OF_THE_PROGRAMS MODEL PHOTOGRAPH OUT
set -euo pipefail
bin=$1 model=$2 photograph=$3 out=$4
name=$(basename "${photograph%.*}")
# The size at which this model sees the vessels of this photograph best (models/README.md).
shape=1x592x592x3

# What stands behind a name on a line of a report.
value() { sed -n "s/^$1  *//p" | head -n 1; }

mkdir -p "$out"
echo "Converting $model to $out/iternet.vir"
"$bin/venule" import "$model" -o "$out/iternet.vir" >"$out/import.txt"
echo "Compiling it to $out/iternet.plan"
"$bin/venule" compile "$out/iternet.vir" -o "$out/iternet.plan" --input-shape "$shape" >"$out/compile.txt"
echo "Segmenting $photograph"
"$bin/venule" segment "$out/iternet.plan" "$photograph" -o "$out" --overlay --force >"$out/segment.txt"
echo "Measuring the plan on venule-run, the device's program"
"$bin/venule-run" bench "$out/iternet.plan" --runs 5 >"$out/bench.txt"

cat <<END

  model         $(value architecture <"$out/import.txt")
  parameters    $(value parameters <"$out/import.txt")
  shape         $shape
  plan          $(value written <"$out/compile.txt")
  peak memory   $(value 'peak resident' <"$out/bench.txt")
  time          $(value median <"$out/bench.txt"), threads: $(value threads <"$out/bench.txt"), instruction set: $(value 'instruction set' <"$out/bench.txt")

  vessel map    $out/$name.png
  overlay       $out/$name-overlay.png
END
