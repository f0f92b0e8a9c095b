"""Pictures at another size, as ``venule segment`` resizes them.

That is scikit-image's ``resize(image, shape)`` with its default arguments, as the published protocol of IterNet calls it: a
Gaussian blur along each axis that shrinks, then linear interpolation between pixel centres, both mirrored at the border
without repeating the edge. Source: ``skimage/transform/_warps.py`` of scikit-image 0.17 for the parameters. Both are linear
and separable, so each axis needs a list of weights for each target position.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt


def resized(pixels: npt.NDArray[np.float32], height: int, width: int) -> npt.NDArray[np.float32]:
    """[height][width][channels] of another size. Sums are formed in float64."""
    if pixels.shape[:2] == (height, width):
        return pixels
    vertical = _along_first(pixels.astype(np.float64), height)
    both = _along_first(vertical.swapaxes(0, 1), width).swapaxes(0, 1)
    return np.ascontiguousarray(both, dtype=np.float32)


def _along_first(values: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float64]:
    sources, weights = _taps(len(values), count)
    result = np.zeros((count, *values.shape[1:]))
    for index in range(sources.shape[1]):
        result += weights[:, index, np.newaxis, np.newaxis] * values[sources[:, index]]
    return result


def _taps(source_count: int, target_count: int) -> tuple[npt.NDArray[Any], npt.NDArray[np.float64]]:
    """For each target position the source positions it is made of, and the weight of each."""
    factor = source_count / target_count
    kernel = _blur(max(0.0, (factor - 1) / 2))
    offsets = np.arange(len(kernel)) - len(kernel) // 2
    position = factor * (np.arange(target_count) + 0.5) - 0.5
    lower = np.floor(position).astype(np.int64)
    fraction = position - lower
    sources, weights = [], []
    for neighbour, share in ((lower, 1 - fraction), (lower + 1, fraction)):
        centre = _mirrored(neighbour, source_count)
        sources.append(_mirrored(centre[:, np.newaxis] + offsets, source_count))
        weights.append(share[:, np.newaxis] * kernel)
    return np.concatenate(sources, axis=1), np.concatenate(weights, axis=1)


def _blur(deviation: float) -> npt.NDArray[np.float64]:
    """The normalised Gaussian that ``scipy.ndimage.gaussian_filter`` uses: cut off at four standard deviations."""
    radius = math.floor(4 * deviation + 0.5)
    if radius == 0:
        return np.ones(1)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / deviation) ** 2)
    normalised: npt.NDArray[np.float64] = weights / weights.sum()
    return normalised


def _mirrored(positions: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    """Positions beyond an edge, mirrored without repeating it."""
    if count == 1:
        return np.zeros_like(positions)
    period = 2 * (count - 1)
    inside = np.mod(positions, period)
    found: npt.NDArray[Any] = np.where(inside < count, inside, period - inside)
    return found
