"""Writes the picture files and resize results that ImagingTests read.

Needs Pillow, NumPy, tifffile and scikit-image 0.17 (the version of the reference code); run in this folder.
Every picture is 6 x 4 pixels, and pixel (row, column) is
(16 * row + 8 * column, 255 - 40 * column, 60 * row), unless its name says otherwise.
"""

import struct

import numpy as np
import tifffile
from PIL import Image
from skimage.transform import resize

rows, columns = np.mgrid[0:4, 0:6]
rgb = np.stack([16 * rows + 8 * columns, 255 - 40 * columns, 60 * rows], axis=-1).astype(np.uint8)
grey = (16 * rows + 8 * columns).astype(np.uint8)
alpha = np.where(columns < 3, 255, 0).astype(np.uint8)


def chunk(name, body):
    import zlib
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(path, samples, depth, colour_type):
    """Pillow writes no 16-bit RGB, hence by hand; `samples` are rows of big-endian samples."""
    import zlib
    lines = b"".join(b"\0" + line.tobytes() for line in samples)
    header = struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], depth, colour_type, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


Image.fromarray(rgb).save("rgb.png")
Image.fromarray(rgb).save("rgb.tif", compression="tiff_lzw")
Image.fromarray(rgb).save("rgb.ppm")
Image.fromarray(grey).save("grey.png")
Image.fromarray(grey).save("grey.pgm")
Image.fromarray(grey).save("grey.tif")
Image.fromarray(rgb).quantize(64, dither=0).save("palette.png")
Image.fromarray(rgb).quantize(64, dither=0).save("palette.gif")
Image.fromarray(np.dstack([rgb, alpha])).save("alpha.png")
Image.fromarray(np.dstack([grey, alpha]), "LA").save("grey-alpha.png")
Image.fromarray((grey > 40)).save("bits.png")
with open("bits.pbm", "wb") as file:  # in a PBM file a set bit is black
    file.write(b"P4\n# a comment\n6 4\n" + np.packbits(grey <= 40, axis=1).tobytes())

# 257 times an 8-bit sample is the same brightness in 16 bits; dropping the lower byte and rounding agree on it.
deep = rgb.astype(np.uint16) * 257
png("rgb16.png", deep.astype(">u2"), 16, 2)
png("grey16.png", (grey.astype(np.uint16) * 257).astype(">u2")[..., None], 16, 0)
tifffile.imwrite("rgb16.tif", deep, photometric="rgb")
tifffile.imwrite("grey16.tif", grey.astype(np.uint16) * 257, photometric="minisblack")
with open("rgb16.ppm", "wb") as file:
    file.write(b"P6\n# a comment\n6 4\n65535\n" + deep.astype(">u2").tobytes())

# JPEG loses detail, so this one is 48 x 32 with blocks of one colour: red, green / blue, white.
blocks = np.zeros((32, 48, 3), np.uint8)
blocks[:16, :24] = [255, 0, 0]
blocks[:16, 24:] = [0, 255, 0]
blocks[16:, :24] = [0, 0, 255]
blocks[16:, 24:] = [255, 255, 255]
Image.fromarray(blocks).save("blocks.jpg", quality=95, subsampling=0)
Image.fromarray(blocks).convert("CMYK").save("cmyk.jpg", quality=95)
# Stored turned: an orientation of 6 asks for a quarter turn clockwise to get `blocks` back.
for orientation, stored in [(3, blocks[::-1, ::-1]), (6, np.rot90(blocks, 1)), (8, np.rot90(blocks, -1)),
                            (5, blocks.transpose(1, 0, 2))]:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(stored)).save(f"orientation{orientation}.jpg", quality=95, subsampling=0, exif=exif)

# What scikit-image makes of a picture: smaller and larger, both ways at once, and far smaller (where it blurs).
random = np.random.RandomState(7)
picture = random.rand(23, 31, 3)
np.save("resize-input.npy", picture.astype(np.float32))
for height, width in [(23, 40), (46, 31), (16, 24), (30, 20), (5, 4), (1, 1)]:
    np.save(f"resize-{height}x{width}.npy", resize(picture.astype(np.float32).astype(np.float64), (height, width)).astype(np.float32))
