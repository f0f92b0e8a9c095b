"""Writes the arrays under masks/ that MaskTests, OtsuThresholdTests and FieldOfViewTests read; run in this folder.

Needs NumPy 2.4.6, scikit-image 0.26.0, SciPy 1.17.1 and Pillow 13.0.0.

- components-NAME.npy, int32: a mask, skimage.measure.label of it with connectivity 2 and 1, scipy.ndimage.binary_fill_holes.
- otsu-NAME.npy, int32: skimage.filters.threshold_otsu of a picture of 8 bits, and the picture's 256 counts.
- otsu-NAME.npy, float32: the threshold of float values, and the values.
- field-NAME.png and field-NAME-mask.png: a photograph, and its field of view by scikit-image's functions.
"""

import numpy as np
from PIL import Image
from scipy.ndimage import binary_fill_holes
from skimage.filters import threshold_otsu
from skimage.measure import label

random = np.random.default_rng(13)


def components(name, mask):
    mask = np.asarray(mask, bool)
    stack = [mask, label(mask, connectivity=2), label(mask, connectivity=1), binary_fill_holes(mask)]
    np.save(f"masks/components-{name}.npy", np.stack(stack).astype(np.int32))


def spiral(side):
    mask = np.zeros((side, side), bool)
    top, bottom, left, right = 0, side - 1, 0, side - 1
    while top < bottom and left < right:
        mask[top, left:right + 1] = mask[top:bottom + 1, right] = mask[bottom, left:right + 1] = True
        mask[top + 2:bottom + 1, left] = True
        mask[top + 2, left:left + 3] = True
        top, bottom, left, right = top + 2, bottom - 2, left + 2, right - 2
    return mask


rows, columns = np.mgrid[0:19, 0:23]
for share in (10, 40, 60, 90):
    components(f"noise{share}", random.random((37, 29)) < share / 100)
components("chequerboard", (rows + columns) % 2 == 0)
components("rings", (np.maximum(abs(rows - 9), abs(columns - 11)) % 3) == 1)
components("spiral", spiral(21))
components("comb", (columns % 2 == 0) | (rows == 18))
components("comb-upwards", (columns % 2 == 0) | (rows == 0))
components("diagonal", abs(rows - columns) % 7 == 0)
components("empty", np.zeros((5, 7)))
components("full", np.ones((5, 7)))
components("row", random.random((1, 40)) < 0.5)
components("column", random.random((40, 1)) < 0.5)
components("pixel", np.ones((1, 1)))

bytes_of = lambda values: np.clip(values, 0, 255).round().astype(np.uint8)
for name, picture in {
    "two-levels": bytes_of(np.where(random.random(500) < 0.3, 200, 20)),
    "one-level": np.full(100, 77, np.uint8),
    "normal": bytes_of(random.normal(120, 30, 5000)),
    "mixture": bytes_of(np.concatenate([random.normal(30, 12, 3000), random.normal(170, 25, 1500)])),
    "uniform": random.integers(0, 256, 4000).astype(np.uint8),
    "gap": np.repeat(np.array([0, 1, 250, 255], np.uint8), [5, 5, 5, 5]),
    "ends": np.repeat(np.array([0, 255], np.uint8), [999, 1]),
}.items():
    counts = np.bincount(picture, minlength=256)
    np.save(f"masks/otsu-{name}.npy", np.concatenate([[threshold_otsu(picture)], counts]).astype(np.int32))
for name, values in {
    "floats": np.concatenate([random.beta(1, 12, 4000), random.beta(9, 2, 700)]),
    "wide-floats": random.normal(-3e4, 1e4, 3000),
    "equal-floats": np.full(9, 0.1),
    "few-floats": np.array([0.1, 0.2, 0.9]),
}.items():
    values = values.astype(np.float32)
    np.save(f"masks/otsu-{name}.npy", np.concatenate([[np.float32(threshold_otsu(values))], values]).astype(np.float32))


def field(name, picture):
    levels = picture.max(axis=2)
    roots = np.sqrt(255 * levels.astype(float)).round().astype(np.uint8)
    parts = label(roots > threshold_otsu(roots), connectivity=1)
    mask = binary_fill_holes(parts == 1 + np.bincount(parts.ravel())[1:].argmax())
    Image.fromarray(picture).save(f"masks/field-{name}.png", optimize=True)
    Image.fromarray(mask).save(f"masks/field-{name}-mask.png")


retina = Image.open("../../../models/retina.jpg").convert("RGB").resize((140, 140), Image.Resampling.BOX)
field("retina", np.asarray(retina))
field("noisy-retina", bytes_of(np.asarray(retina) + random.normal(0, 12, np.asarray(retina).shape)))
