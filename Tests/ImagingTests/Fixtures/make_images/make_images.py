"""Writes picture files in all forms, and the pixels that are right.

    python3.11 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python make_images.py ../images             what ImagingTests reads, a few hundred small files
    .venv/bin/python make_images.py --large FOLDER        the same and large ones, for `make test-images`

Needs `tiffcp` of libtiff-tools and `jpegtran` of libjpeg-turbo-progs too, for forms that nothing else writes.

The right pixels come from Pillow for 8-bit grey, RGB, palettes and alpha (upright, transparent pixels in front of black, once) and
for CMYK (its formula, profiles ignored), from tifffile and imagecodecs, or the samples that were written, for more than 8 bits (scaled
by the largest sample that the file declares). Floats: 0 is black and 1 is white.
"""

import argparse

import jpeg_forms
import other_forms
import png_forms
import tiff_forms
from collection import Collection

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--large", action="store_true")
arguments = parser.parse_args()

collection = Collection(arguments.folder)
for forms in (png_forms, jpeg_forms, tiff_forms, other_forms):
    forms.add(collection)
    if arguments.large:
        forms.add_large(collection)
collection.finish()
print(f"{len(collection.lines)} files, {len(collection.expected)} pictures")
