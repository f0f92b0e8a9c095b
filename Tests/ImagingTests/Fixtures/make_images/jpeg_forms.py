"""JPEG: colours, sampling, progressive and arithmetic coding, Exif; and what is not read. Pixels may differ by 2 levels from
Pillow's, whose libjpeg-turbo is another version."""

import io
import subprocess

import imagecodecs
import numpy as np
from PIL import Image

from collection import photograph
from png_forms import exif

TOLERANCE = 2


def jpeg(samples, mode="RGB", **options):
    file = io.BytesIO()
    Image.fromarray(samples, mode).save(file, "JPEG", **{"quality": 90, **options})
    return file.getvalue()


def with_exif(data, orientation, order="<", fill=b""):
    """An Exif segment behind the file's first marker; `fill`: what stands between."""
    body = b"Exif\0\0" + exif(orientation, order)
    return data[:2] + fill + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + data[2:]


def transformed(data, *options):
    """What libjpeg's jpegtran makes of it."""
    return subprocess.run(["jpegtran", *options], input=data, capture_output=True, check=True).stdout


def inks(colour):
    """Some CMYK picture with black of its own."""
    black = (colour[..., 0] // 3).astype(np.uint8)
    return np.dstack([255 - colour[..., 0], 255 - colour[..., 1], 255 - colour[..., 2], black])


def add(collection, height=19, width=27):
    colour = photograph(height, width)
    grey = colour[..., 1].copy()
    files = {
        "jpeg_444": jpeg(colour, subsampling=0),
        "jpeg_422": jpeg(colour, subsampling=1),
        "jpeg_420": jpeg(colour, subsampling=2),
        "jpeg_grey": jpeg(grey, "L"),
        "jpeg_progressive": jpeg(colour, progressive=True),
        "jpeg_progressive_grey": jpeg(grey, "L", progressive=True),
        "jpeg_optimized": jpeg(colour, optimize=True),
        "jpeg_restarts": jpeg(colour, restart_marker_blocks=1),
        "jpeg_rgb": jpeg(colour, keep_rgb=True),
        "jpeg_cmyk": jpeg(inks(colour), "CMYK"),
        "jpeg_1x1": jpeg(colour[:1, :1].copy()),
        "jpeg_icc": jpeg(colour, icc_profile=bytes(300)),
        "jpeg_comment": jpeg(colour, comment=b"a comment"),
    }
    for quality in (10, 50, 100):
        files[f"jpeg_quality{quality}"] = jpeg(colour, quality=quality)
    files["jpeg_ycck"] = imagecodecs.jpeg8_encode(255 - inks(colour), level=90, colorspace="CMYK", outcolorspace="YCCK")
    files["jpeg_440"] = imagecodecs.jpeg8_encode(colour, level=90, subsampling="440")
    files["jpeg_411"] = imagecodecs.jpeg8_encode(colour, level=90, subsampling="411")
    for orientation in range(1, 9):
        files[f"jpeg_exif{orientation}"] = with_exif(jpeg(colour), orientation, "<" if orientation % 2 else ">")
    files["jpeg_exif6_fill"] = with_exif(jpeg(colour), 6, fill=b"\xff\xff\xff")
    files["jpeg_exif0"] = with_exif(jpeg(colour), 0)
    files["jpeg_trailing_bytes"] = jpeg(colour) + b"more of a camera's own data" * 5
    for name, data in files.items():
        collection.as_pillow(f"{name}.jpg", data, TOLERANCE)
    baseline = jpeg(colour)
    # The same coefficients; Pillow's libjpeg lacks arithmetic coding.
    collection.as_pillow("jpeg_arithmetic_source.jpg", baseline, TOLERANCE)
    from collection import pillow
    collection.add("jpeg_arithmetic.jpg", transformed(baseline, "-arithmetic"), pillow(baseline), TOLERANCE)
    collection.add("jpeg_arithmetic_progressive.jpg", transformed(baseline, "-arithmetic", "-progressive"), pillow(baseline), TOLERANCE)

    deep = (colour.astype(np.uint16) * 16)
    collection.refuse("jpeg_12bit.jpg", imagecodecs.jpeg8_encode(deep, level=90, bitspersample=12), 2, "12-bit JPEG")
    collection.refuse("jpeg_lossless.jpg", imagecodecs.jpeg8_encode(colour, lossless=True), 2, "lossless JPEG")
    collection.refuse("jpeg_ls.jpg", imagecodecs.jpegls_encode(colour), 2, "JPEG-LS")


def add_large(collection):
    colour = photograph(5000, 7000)
    collection.as_pillow("large_jpeg.jpg", jpeg(colour), TOLERANCE)
    collection.as_pillow("large_jpeg_progressive.jpg", jpeg(colour, progressive=True), TOLERANCE)
    collection.as_pillow("large_jpeg_turned.jpg", with_exif(jpeg(photograph(2000, 3000)), 6), TOLERANCE)
