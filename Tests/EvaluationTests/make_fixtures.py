"""Writes Fixtures/: scores with their truth, and the figures that scikit-learn has for them; run in this folder.

Needs NumPy 2.4.6 and scikit-learn 1.9.1. NAME.npy is float32: rows of scores, truth and field of view. figures.json has for each
name the figures of the pixels in the field, null where scikit-learn warns that they are undefined; intervals.json the bootstrap
of some photographs together. Draws are those of SplitMix64.
"""

import json
import warnings

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

BINS = 15


def defined(function, *arguments, **options):
    """Null where scikit-learn warns; its value there is arbitrary."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            value = float(function(*arguments, **options))
        except (Warning, ValueError):
            return None
    return value if np.isfinite(value) else None


def calibration_error(truth, scores):
    if len(scores) == 0 or scores.min() < 0 or scores.max() > 1:
        return None
    share, mean = calibration_curve(truth, scores, n_bins=BINS, strategy="uniform")
    bins = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], scores)
    counts = np.bincount(bins, minlength=BINS)
    return float((abs(share - mean) * counts[counts > 0]).sum() / counts.sum())


def matthews(truth, found):
    with warnings.catch_warnings():
        # It warns of one class only, and returns 0, which is a value here.
        warnings.simplefilter("ignore")
        return float(metrics.matthews_corrcoef(truth, found))


def at(truth, scores, threshold):
    if threshold is None:
        return None
    found = (scores >= np.float32(threshold)).astype(int)
    matrix = np.bincount(2 * truth + found, minlength=4).reshape(2, 2)
    return {
        "truePositives": int(matrix[1, 1]), "falsePositives": int(matrix[0, 1]),
        "trueNegatives": int(matrix[0, 0]), "falseNegatives": int(matrix[1, 0]),
        "accuracy": defined(metrics.accuracy_score, truth, found),
        "sensitivity": defined(metrics.recall_score, truth, found),
        "specificity": defined(metrics.recall_score, truth, found, pos_label=0),
        "precision": defined(metrics.precision_score, truth, found),
        "dice": defined(metrics.f1_score, truth, found),
        "jaccard": defined(metrics.jaccard_score, truth, found),
        "matthews": matthews(truth, found),
    }


def best_threshold(truth, scores):
    if not truth.any():
        return None
    levels = np.unique(scores)
    dice = [metrics.f1_score(truth, (scores >= level).astype(int)) for level in levels]
    return float(levels[int(np.argmax(dice))])


def figures(truth, scores, threshold):
    return {
        "rocAUC": defined(metrics.roc_auc_score, truth, scores),
        "averagePrecision": defined(metrics.average_precision_score, truth, scores),
        "calibrationError": calibration_error(truth, scores),
        "atHalf": at(truth, scores, 0.5),
        "atBest": at(truth, scores, threshold),
    }


def splitmix64(seed):
    state, mask = seed, (1 << 64) - 1
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        mixed = ((state ^ state >> 30) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & mask
        yield mixed ^ mixed >> 31


def intervals(photographs, threshold, seed, resamples, level=0.95):
    numbers = splitmix64(seed)
    samples = []
    for _ in range(resamples):
        drawn = [photographs[next(numbers) * len(photographs) >> 64] for _ in photographs]
        truth, scores = (np.concatenate([photograph[i] for photograph in drawn]) for i in (0, 1))
        samples.append(figures(truth, scores, threshold))

    def interval(get):
        values = [get(sample) for sample in samples]
        values = [value for value in values if value is not None]
        if not values:
            return None
        return [float(v) for v in np.percentile(values, [100 * (1 - level) / 2, 100 * (1 - (1 - level) / 2)])]

    measures = ["accuracy", "sensitivity", "specificity", "precision", "dice", "jaccard", "matthews"]
    result = {name: interval(lambda sample: sample[name]) for name in ("rocAUC", "averagePrecision", "calibrationError")}
    for place in ("atHalf", "atBest"):
        result[place] = {name: interval(lambda sample: sample[place] and sample[place][name]) for name in measures}
    return result


def main():
    random = np.random.default_rng(13)

    def map_of(count, share=0.12, spread=1.6):
        truth = random.random(count) < share
        logits = random.normal(np.where(truth, 1.5, -2.5), spread)
        return truth, (1 / (1 + np.exp(-logits))).astype(np.float32)

    def levels(count):
        truth, scores = map_of(count)
        return truth, (np.round(scores * 255) / 255).astype(np.float32)

    half = np.float32(0.5)
    cases = {
        "floats": map_of(1500), "levels": levels(1500), "few-levels": (random.random(300) < 0.3, random.integers(0, 4, 300) / 3),
        "no-vessels": (np.zeros(50), map_of(50)[1]), "vessels-only": (np.ones(50), map_of(50)[1]),
        "no-vessels-found-none": (np.zeros(50), np.full(50, 0.1)), "nothing-found": (np.arange(50) < 9, np.full(50, 0.1)),
        "all-found": (np.arange(50) < 9, np.full(50, 0.9)), "one-pixel": ([1], [0.7]), "reversed": (np.arange(60) < 30, np.arange(60) / 60),
        "perfect": (np.arange(60) >= 30, np.arange(60) / 60),
        "neighbours": (np.arange(90) % 3 == 0, np.array([np.nextafter(half, np.float32(0)), half, np.nextafter(half, np.float32(1))] * 30)),
        "zeros": (np.arange(40) % 4 == 0, np.array([0.0, -0.0, 1e-45, 1e-40] * 10)),
        "bounds": (np.arange(48) % 5 < 2, np.arange(48) % 16 / 15), "logits": (random.random(200) < 0.2, random.normal(0, 4, 200)),
        "tied-dice": ([1, 0, 1, 0, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]),
    }
    expected = {}
    for name, (truth, scores) in cases.items():
        truth, scores = np.asarray(truth, int), np.asarray(scores, np.float32)
        field = random.random(len(truth)) < 0.8 if name in ("floats", "levels") else np.ones(len(truth), bool)
        np.save(f"Fixtures/{name}.npy", np.stack([scores, truth, field]).astype(np.float32))
        truth, scores = truth[field], scores[field]
        threshold = best_threshold(truth, scores)
        expected[name] = {"bestThreshold": threshold, **figures(truth, scores, threshold)}
    with open("Fixtures/figures.json", "w") as file:
        json.dump(expected, file, indent=1)

    photographs = [levels(150) for _ in range(5)] + [(np.zeros(40, int), levels(40)[1])]
    photographs = [(np.asarray(truth, int), scores) for truth, scores in photographs]
    for index, (truth, scores) in enumerate(photographs):
        np.save(f"Fixtures/photograph{index}.npy", np.stack([scores, truth, np.ones(len(truth))]).astype(np.float32))
    truth, scores = (np.concatenate([photograph[i] for photograph in photographs]) for i in (0, 1))
    threshold = best_threshold(truth, scores)
    with open("Fixtures/intervals.json", "w") as file:
        json.dump(
            {"bestThreshold": threshold, "seed": 7, "resamples": 150, "pooled": figures(truth, scores, threshold),
             "intervals": intervals(photographs, threshold, 7, 150)}, file, indent=1)


if __name__ == "__main__":
    main()
