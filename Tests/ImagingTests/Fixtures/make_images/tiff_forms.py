"""TIFF: strips, tiles, planes, compressions, numbers of bits, floats, BigTIFF, orientations, pages, alpha."""

import io
import os
import subprocess
import tempfile
import zlib

import imagecodecs
import numpy as np
import tifffile
from PIL import Image

from collection import deep, opacity, over_black, photograph, pillow, rgb, scaled
from tiff_writer import LONG, page, stored, tiff

WHITE, BLACK, RGB, PALETTE, INKS, YCC = 0, 1, 2, 3, 5, 6
JPEG_TOLERANCE = 2


def reverse_bits(data):
    return np.packbits(np.unpackbits(np.frombuffer(data, np.uint8).reshape(-1, 1), axis=1)[:, ::-1], axis=1).tobytes()


def by_tifffile(samples, **options):
    file = io.BytesIO()
    tifffile.imwrite(file, samples, metadata=None, software=False, **options)
    return file.getvalue()


def by_tiffcp(data, *options):
    """What libtiff's own tool makes of a file, for compressions that nothing else writes."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/a.tif", "wb") as file:
            file.write(data)
        subprocess.run(["tiffcp", *options, f"{folder}/a.tif", f"{folder}/b.tif"], check=True, capture_output=True)
        with open(f"{folder}/b.tif", "rb") as file:
            return file.read()


def deflated(data):
    return zlib.compress(data, 9)


def add(collection, height=17, width=21):
    colour = photograph(height, width)
    alpha = opacity(height, width).astype(np.uint8)
    add_layouts(collection, colour)
    add_bits(collection, height, width)
    add_compressions(collection, colour)
    add_alpha(collection, colour, alpha)
    add_colours(collection, colour)
    add_refusals(collection, colour)
    # Pillow turns the picture while it loads, so the expectation is that of NumPy.
    turned = {
        1: colour, 2: colour[:, ::-1], 3: colour[::-1, ::-1], 4: colour[::-1], 5: colour.transpose(1, 0, 2),
        6: np.rot90(colour, -1), 7: np.rot90(colour, -1)[:, ::-1].transpose(1, 0, 2)[::-1, ::-1].transpose(1, 0, 2)[:, ::-1],
        8: np.rot90(colour, 1),
    }
    turned[7] = colour[::-1, ::-1].transpose(1, 0, 2)
    for orientation, expected in turned.items():
        data = tiff([page(colour, 8, RGB, orientation=orientation, rows=9)])
        assert np.array_equal(pillow(data), expected), f"orientation {orientation}"
        collection.add(f"tiff_orientation{orientation}.tif", data, expected)
    grey = colour[..., 0]
    collection.add("tiff_grey_orientation8_tiles.tif", tiff([page(grey, 8, BLACK, orientation=8, tile=(16, 16))]), np.rot90(grey, 1))


def add_layouts(collection, colour):
    options = {
        "strips": dict(rows=7), "one_strip": {}, "row_strips": dict(rows=1), "tiles": dict(tile=(16, 16)), "large_tile": dict(tile=(32, 32)),
        "planes": dict(planar=True, rows=5), "planes_one_strip": dict(planar=True), "planes_tiles": dict(planar=True, tile=(16, 32)),
    }
    for name, option in options.items():
        for order, letter in (("<", ""), (">", "_bigendian")):
            data = tiff([page(colour, 8, RGB, order=order, **option)], order)
            assert np.array_equal(tifffile.imread(io.BytesIO(data)).reshape(-1), (
                colour.transpose(2, 0, 1) if "planes" in name else colour).reshape(-1))
            collection.add(f"tiff_{name}{letter}.tif", data, colour)
        data = tiff([page(colour, 8, RGB, compression=8, encode=deflated, **option)], front=False)
        collection.add(f"tiff_directory_last_{name}.tif", data, colour)
    for order, letter in (("<", ""), (">", "_bigendian")):
        collection.add(f"tiff_big{letter}.tif", tiff([page(colour, 8, RGB, order=order, rows=10)], order, big=True), colour)
    collection.add("tiff_big_tiles.tif", tiff([page(colour, 8, RGB, tile=(32, 16))], big=True, front=False), colour)
    other = colour[::-1, ::-1].copy()
    small = colour[::3, ::3].copy()
    collection.add("tiff_pages.tif", tiff([page(colour, 8, RGB), page(other, 8, RGB)]), colour)
    collection.add("tiff_thumbnail_first.tif", tiff([page(small, 8, RGB, subfile=1), page(colour, 8, RGB)]), colour)
    collection.add("tiff_all_reduced.tif", tiff([page(small, 8, RGB, subfile=1)]), small)
    collection.add("tiff_1x1.tif", tiff([page(colour[:1, :1], 8, RGB)]), colour[:1, :1])


def add_bits(collection, height, width):
    for bits in (1, 2, 4, 8, 10, 12, 14, 16, 24, 32):
        maximum = (1 << bits) - 1
        samples = deep(height, width, maximum)[..., 1]
        expected = scaled(samples, maximum)
        for order, letter in (("<", ""), (">", "_bigendian")) if bits in (12, 16, 24, 32) else (("<", ""),):
            data = tiff([page(samples, bits, BLACK, order=order, rows=10)], order)
            if bits in (8, 16, 32):
                assert np.array_equal(tifffile.imread(io.BytesIO(data)), samples)
            collection.add(f"tiff_grey{bits}{letter}.tif", data, expected)
        inverse = maximum - samples.astype(np.int64)
        data = tiff([page(inverse.astype(np.uint64), bits, WHITE, tile=(16, 16), compression=8, encode=deflated)])
        collection.add(f"tiff_white_is_zero{bits}.tif", data, expected)
        if bits >= 4:
            samples = deep(height, width, maximum)
            collection.add(f"tiff_rgb{bits}.tif", tiff([page(samples, bits, RGB, rows=8)]), scaled(samples, maximum))
    samples = deep(height, width, 255)
    collection.add("tiff_rgb_of_8_fill_order2.tif", tiff([page(samples, 8, RGB, fill_order=2, encode=reverse_bits)]), scaled(samples, 255))
    few = deep(height, width, 4095)
    collection.add("tiff_grey16_of_12_bits.tif", tiff([page(few[..., 0], 16, BLACK)]), scaled(few[..., 0], 65535), warning="multiply them by 16")
    wide = deep(height, width, (1 << 63) - 1)[..., 0] * 2 + 1
    data = tiff([page(wide, 64, BLACK)])
    collection.add("tiff_grey64.tif", data, scaled(wide, (1 << 64) - 1))
    # Floats: 0 is black and 1 is white.
    share = deep(height, width, 65535).astype(np.float64) / 65535
    for bits in (16, 32):
        floats = share.astype(f"f{bits // 8}").astype(np.float64)
        expected = np.floor(np.rint(floats * 65535) / 257 + 0.5).astype(np.uint8)
        for order, letter in (("<", ""), (">", "_bigendian")):
            collection.add(f"tiff_float{bits}{letter}.tif", tiff([page(floats, bits, RGB, kind="f", order=order, rows=6)], order), expected)
    floats = share[..., 0].astype(np.float32)
    expected = np.floor(np.rint(floats.astype(np.float64) * 65535) / 257 + 0.5).astype(np.uint8)
    collection.add("tiff_float32_grey.tif", tiff([page(floats, 32, BLACK, kind="f", tile=(16, 16))]), expected)
    collection.add("tiff_float32_predictor.tif", by_tifffile(floats, photometric="minisblack", compression="zlib", predictor=3), expected)
    collection.add("tiff_float64_grey.tif", tiff([page(floats, 64, BLACK, kind="f", rows=6)]), expected)
    beyond = floats * 3 - 1
    expected = np.floor(np.rint(np.clip(beyond.astype(np.float64), 0, 1) * 65535) / 257 + 0.5).astype(np.uint8)
    collection.add("tiff_float32_beyond.tif", tiff([page(beyond, 32, BLACK, kind="f")]), expected, warning="scale them to 0")


def add_compressions(collection, colour):
    grey = colour[..., 1]
    samples = deep(*grey.shape, 65535).astype(np.uint16)
    plain = tiff([page(colour, 8, RGB, rows=12)])
    for name, code in [("lzw", "lzw"), ("packbits", "packbits"), ("lzma", "lzma"), ("zstd", "zstd"), ("deflate", "adobe_deflate")]:
        lossless = dict(photometric="rgb", compression=code)
        collection.add(f"tiff_{name}.tif", by_tifffile(colour, rowsperstrip=11, **lossless), colour)
        collection.add(f"tiff_{name}_tiles.tif", by_tifffile(colour, tile=(16, 16), **lossless), colour)
        collection.add(f"tiff_{name}_16.tif", by_tifffile(samples, rowsperstrip=11, **lossless), scaled(samples, 65535))
        if name in ("lzw", "deflate", "zstd"):
            collection.add(f"tiff_{name}_predictor.tif", by_tifffile(samples, rowsperstrip=9, predictor=2, **lossless), scaled(samples, 65535))
    collection.add("tiff_lzw_old_tool.tif", by_tiffcp(plain, "-c", "lzw:2", "-r", "13"), colour)
    collection.add("tiff_lerc.tif", by_tiffcp(plain, "-c", "lerc"), colour)
    collection.add("tiff_webp.tif", by_tifffile(colour, photometric="rgb", compression="webp", compressionargs=dict(level=-1), rowsperstrip=20), colour)
    # Coding of bits, from either end of the bytes.
    bits = (grey > 120).astype(np.uint8)
    # Pillow writes black as 0 here.
    image = Image.fromarray(bits * 255).convert("1")
    for code in ("group3", "group4", "tiff_ccitt"):
        file = io.BytesIO()
        image.save(file, "TIFF", compression=code)
        collection.as_pillow(f"tiff_{code}.tif", file.getvalue(), agrees_with=bits * 255)
    one = tiff([page(bits, 1, BLACK, rows=10)])
    for name, options in [("g3_2d", ["-c", "g3:2d"]), ("g3_fill", ["-c", "g3:fill"]), ("g4", ["-c", "g4"])]:
        for order in ("lsb2msb", "msb2lsb"):
            collection.add(f"tiff_{name}_{order}.tif", by_tiffcp(one, *options, "-f", order, "-r", "14"), bits * 255)
    jpegs = {
        "jpeg_ycc": dict(photometric="ycbcr", subsampling=(2, 2), rowsperstrip=16),
        "jpeg_ycc_444": dict(photometric="ycbcr", subsampling=(1, 1), rowsperstrip=16),
        "jpeg_ycc_tiles": dict(photometric="ycbcr", subsampling=(2, 2), tile=(32, 32)),
        "jpeg_rgb": dict(photometric="rgb", rowsperstrip=8),
    }
    for name, options in jpegs.items():
        data = by_tifffile(colour, compression="jpeg", compressionargs=dict(level=90), **options)
        # The edge of the picture lies within a block, which decoders of other versions smooth with other neighbours.
        collection.add(f"tiff_{name}.tif", data, tifffile.imread(io.BytesIO(data)), JPEG_TOLERANCE)
    data = by_tifffile(grey, photometric="minisblack", compression="jpeg", compressionargs=dict(level=90), rowsperstrip=16)
    collection.as_pillow("tiff_jpeg_grey.tif", data, JPEG_TOLERANCE)
    file = io.BytesIO()
    Image.fromarray(colour).save(file, "TIFF", compression="jpeg")
    collection.as_pillow("tiff_jpeg_by_pillow.tif", file.getvalue(), JPEG_TOLERANCE)
    add_jpeg2000(collection, colour, samples)
    # YCbCr as it is, 4:4:4.
    luma = np.asarray(Image.fromarray(colour).convert("YCbCr"))
    data = tiff([page(luma, 8, YCC, rows=10, tag_530=[1, 1])])
    collection.as_pillow("tiff_ycc.tif", data, 2)
    collection.add("tiff_ycc_tiles.tif", tiff([page(luma, 8, YCC, tile=(16, 16), tag_530=[1, 1])]), pillow(data), 2)


def add_jpeg2000(collection, colour, samples):
    for name, options in [("strips", dict(rowsperstrip=20)), ("tiles", dict(tile=(32, 32)))]:
        data = by_tifffile(colour, photometric="rgb", compression="jpeg2000", compressionargs=dict(level=0, reversible=True), **options)
        assert np.array_equal(tifffile.imread(io.BytesIO(data)), colour)
        collection.add(f"tiff_jpeg2000_{name}.tif", data, colour)
    data = by_tifffile(samples, photometric="rgb", compression="jpeg2000", compressionargs=dict(level=0, reversible=True), rowsperstrip=19)
    assert np.array_equal(tifffile.imread(io.BytesIO(data)), samples)
    collection.add("tiff_jpeg2000_16.tif", data, scaled(samples, 65535))


def add_alpha(collection, colour, alpha):
    unassociated = np.dstack([colour, alpha])
    associated = np.dstack([over_black(colour, alpha, 255), alpha])
    shown = over_black(colour, alpha, 255)
    for name, option in [("", dict(rows=9)), ("_planes", dict(planar=True, rows=9)), ("_tiles", dict(tile=(16, 16)))]:
        data = tiff([page(unassociated, 8, RGB, extra=2, **option)])
        collection.add(f"tiff_unassociated{name}.tif", data, shown)
        collection.add(f"tiff_associated{name}.tif", tiff([page(associated, 8, RGB, extra=1, **option)]), shown)
        collection.add(f"tiff_unspecified{name}.tif", tiff([page(unassociated, 8, RGB, extra=0, **option)]), colour)
    collection.as_pillow("tiff_unassociated_pillow.tif", tiff([page(unassociated, 8, RGB, extra=2)]), agrees_with=shown)
    collection.as_pillow("tiff_unspecified_pillow.tif", tiff([page(unassociated, 8, RGB, extra=0)]), agrees_with=colour)
    collection.as_pillow("tiff_no_extra_samples.tif", tiff([page(unassociated, 8, RGB)]), agrees_with=shown)
    grey = colour[..., 0]
    collection.as_pillow(
        "tiff_grey_alpha.tif", tiff([page(np.dstack([grey, alpha]), 8, BLACK, extra=2)]), agrees_with=over_black(grey, alpha, 255))
    collection.add("tiff_grey_unspecified.tif", tiff([page(np.dstack([grey, alpha]), 8, BLACK, extra=0)]), grey)
    collection.add(
        "tiff_second_extra_is_alpha.tif", tiff([page(np.dstack([colour, alpha[::-1], alpha]), 8, RGB, extra=[0, 2])]), shown)
    height, width = grey.shape
    samples, clear = deep(height, width, 65535), opacity(height, width, 65535)
    collection.add(
        "tiff_unassociated16.tif", tiff([page(np.dstack([samples, clear]), 16, RGB, extra=2)]), over_black(samples, clear, 65535))


def add_colours(collection, colour):
    height, width = colour.shape[:2]
    for bits in (1, 2, 4, 8):
        indices = deep(height, width, (1 << bits) - 1)[..., 0]
        table = np.random.RandomState(bits).randint(0, 256, (1 << bits, 3)).astype(np.uint16)
        for name, map in [("", table * 257), ("_shifted", table << 8)]:
            data = tiff([page(indices, bits, PALETTE, rows=12, colour_map=[int(value) for value in map.T.reshape(-1)])])
            collection.as_pillow(f"tiff_palette{bits}{name}.tif", data, agrees_with=table[indices].astype(np.uint8))
    black = (colour[..., 0] // 3).astype(np.uint8)
    inks = np.dstack([255 - colour[..., 0], 255 - colour[..., 1], 255 - colour[..., 2], black])
    collection.as_pillow("tiff_cmyk.tif", tiff([page(inks, 8, INKS, rows=12)]))
    deep_inks = inks.astype(np.uint64) * 257
    collection.add("tiff_cmyk16.tif", tiff([page(deep_inks, 16, INKS, planar=True, rows=12)]), over_black(
        65535 - deep_inks[..., :3], 65535 - deep_inks[..., 3], 65535))
    collection.as_pillow("tiff_cmyk_unspecified.tif", tiff([page(np.dstack([inks, black]), 8, INKS, extra=0)]))


def add_refusals(collection, colour):
    grey = colour[..., 0]
    cases = {
        "tiff_signed16": (page(grey.astype(np.int64) - 100, 16, BLACK, kind="i"), "signed samples"),
        "tiff_lab": (page(colour, 8, 8), "L*a*b*"),
        "tiff_old_jpeg": (page(colour, 8, YCC, compression=6), "old-style JPEG in TIFF"),
        "tiff_jpeg12": (page(grey, 12, BLACK, compression=7), "12-bit JPEG in TIFF"),
        "tiff_jbig": (page(grey > 120, 1, BLACK, compression=34661), "JBIG in TIFF"),
        "tiff_unknown_compression": (page(grey, 8, BLACK, compression=4242), "compression 4242"),
        "tiff_sensor": (page(grey, 16, 32803), "camera raw"),
        "tiff_17_bits": (page(grey, 17, BLACK), "17-bit"),
        "tiff_other_inks": (page(np.dstack([colour, grey]), 8, INKS, ink_set=2), "inks other than CMYK"),
    }
    for name, (found, text) in cases.items():
        collection.refuse(f"{name}.tif", tiff([found]), 2, text)
    mixed = page(colour, 8, RGB)
    mixed[258] = (3, [5, 6, 5])
    collection.refuse("tiff_mixed_bits.tif", tiff([mixed]), 2, "different numbers of bits")
    for name, code in [("png", "png"), ("jpegxl", "jpegxl"), ("jpegxr", "jpegxr")]:
        text = {"png": "PNG in TIFF", "jpegxl": "JPEG XL in TIFF", "jpegxr": "JPEG XR in TIFF"}[name]
        collection.refuse(f"tiff_{name}.tif", by_tifffile(colour, photometric="rgb", compression=code), 2, text)


def add_large(collection):
    colour = photograph(5000, 7000)
    collection.add("large_tiff_lzw.tif", by_tifffile(colour, photometric="rgb", compression="lzw", rowsperstrip=64), colour)
    collection.add("large_tiff_tiles.tif", by_tifffile(colour, photometric="rgb", compression="zlib", tile=(256, 256)), colour)
    collection.add("large_tiff_planes.tif", tiff([page(colour, 8, RGB, planar=True)]), colour)
    data = by_tifffile(colour, photometric="ycbcr", compression="jpeg", tile=(512, 512))
    collection.add("large_tiff_jpeg.tif", data, tifffile.imread(io.BytesIO(data)), JPEG_TOLERANCE)
    samples = deep(2000, 3000, 65535).astype(np.uint16)
    collection.add("large_tiff_16.tif", by_tifffile(samples, photometric="rgb"), scaled(samples, 65535))
