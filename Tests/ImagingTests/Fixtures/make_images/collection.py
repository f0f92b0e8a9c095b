"""Collects variants of pictures with the pixels that are right, or how they must be refused."""

import io
import os

import numpy as np
from PIL import Image, ImageOps

Image.MAX_IMAGE_PIXELS = None


def nearest(dividend, divisor):
    """Of integers; halves to the even neighbour, as Python's `round`."""
    quotient, rest = dividend // divisor, dividend % divisor
    return (quotient + ((2 * rest > divisor) | ((2 * rest == divisor) & (quotient % 2 == 1)))).astype(np.uint8)


def scaled(samples, maximum):
    """8 bits of samples of a declared maximum."""
    # Python's integers where 64 bits do not suffice.
    return nearest(255 * (samples.astype(object) if maximum > 1 << 53 else samples.astype(np.int64)), maximum)


def over_black(samples, alpha, maximum):
    """8 bits of samples in front of black, rounded once."""
    product = samples.astype(np.int64) * (alpha.astype(np.int64)[..., None] if samples.ndim == 3 else alpha.astype(np.int64))
    return nearest(255 * product, maximum * maximum)


def rgb(samples):
    """Grey as three equal channels."""
    return np.repeat(samples[..., None], 3, axis=2) if samples.ndim == 2 else samples


def pillow(data):
    """What Pillow makes of a file: upright, transparent pixels in front of black, inks without profiles."""
    image = Image.open(io.BytesIO(data))
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode in ("LA", "RGBA", "PA", "La", "RGBa") or "transparency" in image.info:
        colours = np.asarray(image.convert("RGBA"))
        return over_black(colours[..., :3], colours[..., 3], 255)
    return np.asarray(image.convert("RGB"))


def photograph(height, width, seed=1):
    """8-bit RGB with a bright disc, a darker one and lines, which look the same in no two orientations."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
    y, x = rows / max(height - 1, 1), columns / max(width - 1, 1)
    disc = np.exp(-(((x - 0.3) / 0.2) ** 2 + ((y - 0.35) / 0.25) ** 2))
    lines = (np.sin(14 * x + 5 * y) > 0.8) * 0.35
    red = 0.25 + 0.5 * x + 0.3 * disc - lines
    green = 0.1 + 0.6 * y + 0.35 * disc - lines
    blue = 0.15 + 0.4 * (1 - x) * y + 0.5 * disc
    noise = np.random.RandomState(seed).rand(height, width, 3) * 0.04
    return np.clip(255 * (np.stack([red, green, blue], axis=2) + noise), 0, 255).astype(np.uint8)


def deep(height, width, maximum, seed=2):
    """Samples of all bits below the maximum, RGB."""
    smooth = photograph(height, width, seed).astype(np.float64) / 255
    noise = np.random.RandomState(seed).rand(height, width, 3) / 255
    return np.minimum(np.rint((smooth * 254 / 255 + noise) * maximum), maximum).astype(np.uint64)


def opacity(height, width, maximum=255):
    """From 0 on the left to the maximum on the right, all of it in the last column of each third row."""
    columns = np.linspace(0, maximum, width)
    samples = np.repeat(np.rint(columns)[None], height, axis=0)
    samples[::3, width // 2:] = maximum
    return samples.astype(np.uint64)


class Collection:
    """Files in a folder, and `manifest.txt`, a line for each: name, status, tolerance, what is expected, warning.

    What is expected is a PPM file in `expected/` (status 0) or a text that the message has.
    """

    def __init__(self, folder):
        self.folder = folder
        self.lines = []
        self.expected = {}
        os.makedirs(f"{folder}/expected", exist_ok=True)

    def add(self, name, data, expected, tolerance=0, warning="-"):
        """A file that is read, and its pixels."""
        expected = np.ascontiguousarray(rgb(np.asarray(expected)).astype(np.uint8))
        content = f"P6\n{expected.shape[1]} {expected.shape[0]}\n255\n".encode() + expected.tobytes()
        # Variants of one picture share it.
        stored = self.expected.setdefault(content, f"expected/{len(self.expected):03}.ppm")
        self.write(stored, content)
        self.write(name, data)
        self.lines.append((name, 0, tolerance, stored, warning))

    def as_pillow(self, name, data, tolerance=0, warning="-", agrees_with=None):
        """A file that Pillow reads; `agrees_with` is what it was made of, where nothing is lost."""
        expected = pillow(data)
        if agrees_with is not None:
            assert np.array_equal(expected, rgb(agrees_with)), f"{name}: Pillow reads other pixels than were written"
        self.add(name, data, expected, tolerance, warning)

    def refuse(self, name, data, status, text):
        """A file that is refused."""
        self.write(name, data)
        self.lines.append((name, status, 0, text, "-"))

    def write(self, name, data):
        with open(f"{self.folder}/{name}", "wb") as file:
            file.write(data)

    def finish(self):
        names = [line[0] for line in self.lines]
        assert len(names) == len(set(names)), "two variants have one name"
        with open(f"{self.folder}/manifest.txt", "w") as file:
            for line in sorted(self.lines):
                file.write("\t".join(str(field) for field in line) + "\n")
