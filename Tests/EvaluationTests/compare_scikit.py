#!/usr/bin/env python3
"""Runs `venule evaluate` and scikit-learn side by side, and its field of view beside that of scikit-image's functions.

Usage: compare_scikit.py VENULE [--seed N] [--rounds N]
       compare_scikit.py VENULE --pred DIR --truth DIR [--fov DIR]

Every figure has to agree to 1e-9 and be undefined on both sides or on none. The exit status is 1 where one does not. With
folders these are compared; files of a name belong together there. Otherwise maps are made at random: floats, 256 levels, few levels, one class
only, constants, neighbouring floats, none of a size, with and without a field of view, also one that is found in photographs.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import binary_fill_holes
from skimage.filters import threshold_otsu
from skimage.measure import label

from make_fixtures import figures


def best_threshold(truth, scores):
    """Of all scores that occur, in time that does not grow with their number squared; ties go to the lowest."""
    if not truth.any():
        return None
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(truth[order])
    last = np.append(np.diff(scores[order]) != 0, True)
    dice = (2 * found / (np.arange(len(scores)) + 1 + truth.sum()))[last]
    return float(scores[order][last][len(dice) - 1 - int(np.argmax(dice[::-1]))])


def read(path):
    if path.suffix == ".npy":
        return np.load(path).astype(np.float32)
    return (np.asarray(Image.open(path).convert("L")) / 255).astype(np.float32)


def field_of_view(photograph):
    levels = photograph.max(axis=2)
    roots = np.sqrt(255 * levels.astype(float)).round().astype(np.uint8)
    parts = label(roots > threshold_otsu(roots), connectivity=1)
    return binary_fill_holes(parts == 1 + np.bincount(parts.ravel())[1:].argmax())


class Comparison:
    def __init__(self, venule):
        self.venule = venule
        self.compared = self.failures = 0
        self.largest = 0.0

    def number(self, place, found, expected):
        self.compared += 1
        if found is None or expected is None:
            agrees = found is None and expected is None
        else:
            self.largest = max(self.largest, abs(found - expected))
            agrees = abs(found - expected) <= 1e-9
        if not agrees:
            self.failures += 1
            print(f"{place}: venule {found}, scikit-learn {expected}")

    def row(self, place, found, expected):
        for name in ("rocAUC", "averagePrecision", "calibrationError"):
            self.number(f"{place} {name}", found[name], expected[name])
        for cut in ("atHalf", "atBest"):
            if (found.get(cut) is None) != (expected[cut] is None):
                self.number(f"{place} {cut}", found.get(cut) and 1, expected[cut] and 1)
            elif expected[cut] is not None:
                for name, value in expected[cut].items():
                    self.number(f"{place} {cut} {name}", found[cut][name], value)

    def run(self, name, photographs, arguments):
        """Photographs: name, scores, truth, field (or None) of each."""
        command = [self.venule, "evaluate", "--json", "--resamples", "0", *arguments]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            self.failures += 1
            print(f"{name}: {result.stderr}")
            return
        report = json.loads(result.stdout)
        pixels = {}
        for stem, scores, truth, field in photographs:
            chosen = np.ones(scores.shape, bool) if field is None else field
            pixels[stem] = truth[chosen].astype(int), scores[chosen]
        truth, scores = (np.concatenate([value[i] for value in pixels.values()]) for i in (0, 1))
        threshold = best_threshold(truth, scores)
        self.number(f"{name} bestThreshold", report["bestThreshold"], threshold)
        self.row(f"{name} pooled", report["pooled"], figures(truth, scores, threshold))
        rows = {row["name"]: row["figures"] for row in report["photographs"]}
        if set(rows) != set(pixels):
            self.failures += 1
            print(f"{name}: venule has {sorted(rows)}, expected {sorted(pixels)}")
            return
        for stem, (truth, scores) in pixels.items():
            self.row(f"{name} {stem}", rows[stem], figures(truth, scores, threshold))


def scores_of(random, kind, truth):
    logits = random.normal(np.where(truth, 1.5, -2.5), random.uniform(0.3, 3))
    scores = 1 / (1 + np.exp(-logits))
    half = np.float32(0.5)
    return {
        "floats": lambda: scores, "levels": lambda: np.round(scores * 255) / 255, "few": lambda: np.round(scores * 3) / 3,
        "constant": lambda: np.full(truth.shape, random.random()), "logits": lambda: logits,
        "sharp": lambda: 1 / (1 + np.exp(-20 * logits)),
        "neighbours": lambda: np.nextafter(half, random.choice(np.float32([0, 0.5, 1]), truth.shape)),
        "bounds": lambda: random.integers(0, 16, truth.shape) / 15,
    }[kind]().astype(np.float32)


def random_round(comparison, random, index, folder):
    for place in ("pred", "truth", "fov", "images"):
        (folder / place).mkdir()
    kind = ["floats", "levels", "few", "constant", "logits", "sharp", "neighbours", "bounds"][index % 8]
    fields = ["none", "files", "auto"][index % 3]
    photographs = []
    for number in range(1, random.integers(2, 5)):
        height, width = random.integers(1, 70, 2) if fields != "auto" else random.integers(40, 70, 2)
        share = random.choice([0, 0.02, 0.15, 0.5, 1], p=[0.1, 0.2, 0.5, 0.1, 0.1])
        truth = random.random((height, width)) < share
        scores, field = scores_of(random, kind, truth), None
        stem = f"{number:02}_test"
        if kind == "levels" and random.random() < 0.5:
            Image.fromarray(np.round(scores * 255).astype(np.uint8)).save(folder / f"pred/{stem}.png")
        else:
            np.save(folder / f"pred/{stem}.npy", scores)
        Image.fromarray(truth).save(folder / f"truth/{number:02}_manual1.png")
        if fields == "files":
            field = random.random((height, width)) < 0.7
            field[0, 0] = True
            Image.fromarray(field).save(folder / f"fov/{stem}_mask.png")
        elif fields == "auto":
            rows, columns = np.mgrid[0:height, 0:width]
            disc = (rows - height / 2) ** 2 + (columns - width / 2) ** 2 < (min(height, width) / 2 - 3) ** 2
            photograph = np.where(disc[..., None], [190, 80, 40], 0) + random.normal(0, 10, (height, width, 3))
            photograph = np.clip(photograph, 0, 255).round().astype(np.uint8)
            Image.fromarray(photograph).save(folder / f"images/{stem}.png")
            field = field_of_view(photograph)
        photographs.append((stem, scores, truth, field))
    arguments = ["--pred", folder / "pred", "--truth", folder / "truth"]
    arguments += {"none": [], "files": ["--fov", folder / "fov"], "auto": ["--fov", "auto", "--images", folder / "images"]}[fields]
    comparison.run(f"round {index} ({kind}, field of view {fields})", photographs, arguments)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("venule")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--pred", type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--fov", type=Path)
    options = parser.parse_args()
    comparison = Comparison(options.venule)
    if options.pred:
        photographs = []
        for truth in sorted(options.truth.iterdir()):
            array = options.pred / f"{truth.stem}.npy"
            scores = read(array if array.exists() else array.with_suffix(".png"))
            field = read(options.fov / truth.name) > 0.5 if options.fov else None
            photographs.append((truth.stem, scores, read(truth) > 0.5, field))
        arguments = ["--pred", options.pred, "--truth", options.truth] + (["--fov", options.fov] if options.fov else [])
        comparison.run("folders", photographs, arguments)
    else:
        for index in range(options.rounds):
            with tempfile.TemporaryDirectory() as folder:
                random_round(comparison, np.random.default_rng([options.seed, index]), index, Path(folder))
    print(f"{comparison.compared} figures compared, the largest difference is {comparison.largest:.2g}, {comparison.failures} do not agree")
    sys.exit(1 if comparison.failures or not comparison.compared else 0)


if __name__ == "__main__":
    main()
