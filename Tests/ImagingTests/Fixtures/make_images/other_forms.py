"""GIF, WebP, JPEG 2000, BMP and the formats of Netpbm; and files of formats that are not read."""

import io
import struct

import imagecodecs
import numpy as np
from PIL import Image

from collection import deep, opacity, over_black, photograph, pillow, scaled
from png_forms import exif


def saved(image, format, **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def add(collection, height=13, width=19):
    colour = photograph(height, width)
    alpha = opacity(height, width).astype(np.uint8)
    add_gif(collection, colour)
    add_webp(collection, colour, alpha)
    add_jpeg2000(collection, colour, alpha)
    add_bmp(collection, colour, alpha)
    add_pnm(collection, height, width)
    add_unread(collection)


def add_gif(collection, colour):
    image = Image.fromarray(colour).quantize(32, dither=0)
    indices = np.asarray(image)
    key = int(indices[4, 5])
    for interlace in (0, 1):
        name = "_interlaced" if interlace else ""
        collection.as_pillow(f"gif{name}.gif", saved(image, "GIF", interlace=interlace))
        collection.as_pillow(f"gif_transparent{name}.gif", saved(image, "GIF", interlace=interlace, transparency=key, optimize=False))
    other = image.rotate(180)
    collection.as_pillow("gif_frames.gif", saved(image, "GIF", save_all=True, append_images=[other], duration=50))
    collection.as_pillow("gif_grey.gif", saved(Image.fromarray(colour[..., 1]), "GIF"))
    collection.as_pillow("gif_two_colours.gif", saved(Image.fromarray(colour[..., 1] > 120), "GIF"))
    collection.as_pillow("gif_comment.gif", saved(image, "GIF", comment=b"a comment " * 40))
    collection.as_pillow("gif_1x1.gif", saved(image.crop((0, 0, 1, 1)), "GIF"))
    for name, transparency in (("", None), ("_transparent", key)):
        options = {} if transparency is None else {"transparency": transparency}
        data = bytearray(saved(image, "GIF", optimize=False, **options))
        frame = data.index(b",\0\0\0\0", 13)
        # The frame lies at column 5 and row 3 of a larger screen.
        data[6:10] = struct.pack("<HH", colour.shape[1] + 9, colour.shape[0] + 7)
        data[frame + 1:frame + 5] = struct.pack("<HH", 5, 3)
        collection.as_pillow(f"gif_part_of_screen{name}.gif", bytes(data))
        # The screen is smaller than what the frame needs.
        data[6:10] = struct.pack("<HH", 3, 2)
        collection.as_pillow(f"gif_beyond_screen{name}.gif", bytes(data))


def add_webp(collection, colour, alpha):
    image = Image.fromarray(colour)
    clear = Image.fromarray(np.dstack([colour, alpha]))
    collection.as_pillow("webp_lossy.webp", saved(image, "WEBP", quality=90), 1)
    collection.as_pillow("webp_lossy_alpha.webp", saved(clear, "WEBP", quality=90), 1)
    collection.as_pillow("webp_lossless.webp", saved(image, "WEBP", lossless=True), agrees_with=colour)
    collection.as_pillow("webp_lossless_alpha.webp", saved(clear, "WEBP", lossless=True, exact=True), agrees_with=over_black(colour, alpha, 255))
    for orientation in (3, 5, 6):
        block = Image.Exif()
        block[0x0112] = orientation
        collection.as_pillow(f"webp_exif{orientation}.webp", saved(image, "WEBP", lossless=True, exif=block.tobytes()))
    other = image.rotate(180)
    collection.as_pillow(
        "webp_frames.webp", saved(image, "WEBP", lossless=True, save_all=True, append_images=[other], duration=50), agrees_with=colour)
    collection.as_pillow("webp_1x1.webp", saved(image.crop((0, 0, 1, 1)), "WEBP", lossless=True))


def add_jpeg2000(collection, colour, alpha):
    image = Image.fromarray(colour)
    clear = Image.fromarray(np.dstack([colour, alpha]))
    for suffix, boxed in (("jp2", False), ("j2k", True)):
        option = {"no_jp2": boxed}
        collection.as_pillow(f"jpeg2000_rgb.{suffix}", saved(image, "JPEG2000", **option), agrees_with=colour)
        collection.as_pillow(f"jpeg2000_grey.{suffix}", saved(Image.fromarray(colour[..., 1]), "JPEG2000", **option), agrees_with=colour[..., 1])
        collection.as_pillow(f"jpeg2000_rgba.{suffix}", saved(clear, "JPEG2000", **option), agrees_with=over_black(colour, alpha, 255))
        grey_clear = Image.fromarray(np.dstack([colour[..., 1], alpha]))
        collection.as_pillow(f"jpeg2000_grey_alpha.{suffix}", saved(grey_clear, "JPEG2000", **option), agrees_with=over_black(colour[..., 1], alpha, 255))
        collection.as_pillow(
            f"jpeg2000_lossy.{suffix}", saved(image, "JPEG2000", irreversible=True, quality_mode="rates", quality_layers=[4], **option), 1)
    collection.as_pillow("jpeg2000_tiles.jp2", saved(image, "JPEG2000", tile_size=(16, 16)), agrees_with=colour)
    for bits in (10, 12, 16):
        maximum = (1 << bits) - 1
        samples = deep(*colour.shape[:2], maximum).astype(np.uint16)
        for suffix, form in (("jp2", "jp2"), ("j2k", "j2k")):
            data = imagecodecs.jpeg2k_encode(samples, level=0, reversible=True, bitspersample=bits, codecformat=form)
            assert np.array_equal(imagecodecs.jpeg2k_decode(data), samples)
            collection.add(f"jpeg2000_rgb{bits}.{suffix}", data, scaled(samples, maximum))


def bmp(pixels, width, height, bits, compression=0, palette=b"", masks=b"", header=40, top_down=False, colours=0):
    """`pixels`: bytes as stored."""
    if header == 12:
        body = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        body = struct.pack("<IiiHHIIiiII", header, width, -height if top_down else height, 1, bits, compression, len(pixels), 0, 0, colours, 0)
        body = body.ljust(header, b"\0") if not masks or header == 40 else (body + masks).ljust(header, b"\0")
        body += masks if header == 40 else b""
    offset = 14 + len(body) + len(palette)
    return struct.pack("<2sIHHI", b"BM", offset + len(pixels), 0, 0, offset) + body + palette + pixels


def aligned(rows):
    return b"".join(row + bytes(-len(row) % 4) for row in rows)


def add_bmp(collection, colour, alpha):
    height, width = colour.shape[:2]
    image = Image.fromarray(colour)
    collection.as_pillow("bmp_rgb24.bmp", saved(image, "BMP"), agrees_with=colour)
    collection.as_pillow("bmp_grey.bmp", saved(Image.fromarray(colour[..., 1]), "BMP"), agrees_with=colour[..., 1])
    collection.as_pillow("bmp_palette8.bmp", saved(image.quantize(64, dither=0), "BMP"))
    collection.as_pillow("bmp_bits.bmp", saved(Image.fromarray(colour[..., 1] > 120), "BMP"))
    blue = colour[..., ::-1]
    rows = [row.tobytes() for row in blue[::-1]]
    collection.as_pillow("bmp_core.bmp", bmp(aligned(rows), width, height, 24, header=12), agrees_with=colour)
    collection.as_pillow("bmp_top_down.bmp", bmp(aligned(rows[::-1]), width, height, 24, top_down=True), agrees_with=colour)
    four = np.dstack([blue, alpha])[::-1]
    collection.as_pillow("bmp_rgb32.bmp", bmp(four.tobytes(), width, height, 32), agrees_with=colour)
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    collection.as_pillow("bmp_v5_alpha.bmp", bmp(four.tobytes(), width, height, 32, 3, masks=masks, header=124), agrees_with=over_black(colour, alpha, 255))
    table = np.random.RandomState(4).randint(0, 256, (16, 4)).astype(np.uint8)
    indices = deep(height, width, 15)[..., 0].astype(np.uint8)
    nibbles = np.pad(indices, ((0, 0), (0, width % 2)))
    packed = [(row[::2] << 4 | row[1::2]).astype(np.uint8).tobytes() for row in nibbles[::-1]]
    shown = table[indices][..., 2::-1]
    collection.as_pillow("bmp_palette4.bmp", bmp(aligned(packed), width, height, 4, palette=table.tobytes()), agrees_with=shown)
    # Five or six bits a colour, scaled to the nearest; Pillow rounds down.
    for name, bits, masks, compression in [("555", (5, 5, 5), b"", 0), ("565", (5, 6, 5), struct.pack("<III", 0xF800, 0x7E0, 0x1F), 3)]:
        parts = [deep(height, width, (1 << count) - 1, seed)[..., seed].astype(np.uint16) for seed, count in enumerate(bits)]
        words = parts[0] << (bits[1] + bits[2]) | parts[1] << bits[2] | parts[2]
        expected = np.dstack([scaled(part, (1 << count) - 1) for part, count in zip(parts, bits)])
        data = bmp(aligned([row.astype("<u2").tobytes() for row in words[::-1]]), width, height, 16, compression, masks=masks)
        assert np.abs(pillow(data).astype(int) - expected).max() <= 1
        collection.add(f"bmp_{name}.bmp", data, expected)
    collection.as_pillow("bmp_runs8.bmp", bmp(runs8(indices), width, height, 8, 1, palette=table.tobytes(), colours=16), agrees_with=shown)
    collection.as_pillow("bmp_runs4.bmp", bmp(runs4(indices), width, height, 4, 2, palette=table.tobytes()), agrees_with=shown)
    collection.refuse("bmp_jpeg.bmp", bmp(bytes(99), width, height, 0, 4), 2, "JPEG in BMP")


def runs8(indices):
    """Runs where a value is repeated, else literal pixels, in turn."""
    out = b""
    for row in indices[::-1]:
        values, position = list(row), 0
        while position < len(values):
            end = position
            while end < len(values) and values[end] == values[position]:
                end += 1
            if end - position > 1 or len(values) - position < 3:
                out += bytes([end - position, values[position]])
                position = end
            else:
                part = values[position:position + 3]
                out += bytes([0, 3, *part, 0])
                position += 3
        out += b"\0\0"
    return out + b"\0\1"


def runs4(indices):
    """Runs of two values in turn, three literal pixels after each."""
    out = b""
    for row in indices[::-1]:
        values, position = list(row), 0
        while position < len(values):
            pair = (values[position:position + 2] + [0])[:2]
            out += bytes([min(2, len(values) - position), pair[0] << 4 | pair[1]])
            position += 2
            if len(values) - position >= 3:
                part = values[position:position + 3]
                out += bytes([0, 3, part[0] << 4 | part[1], part[2] << 4])
                position += 3
        out += b"\0\0"
    return out + b"\0\1"


def add_pnm(collection, height, width):
    def plain(samples):
        return "\n".join(" ".join(str(value) for value in row.reshape(-1)) for row in samples) + "\n"

    for maximum in (255, 1, 7, 100, 254, 256, 1023, 4095, 65535):
        samples = deep(height, width, maximum)
        kind = ">u2" if maximum > 255 else np.uint8
        for number, letters, part in (("25", "pgm", samples[..., 1]), ("36", "ppm", samples)):
            header = f"{width} {height}\n{maximum}\n"
            expected = scaled(part, maximum)
            collection.add(f"pnm_plain_{maximum}.{letters}", f"P{number[0]}\n# a comment\n{header}{plain(part)}".encode(), expected)
            data = f"P{number[1]}\n{header}".encode() + part.astype(kind).tobytes()
            collection.add(f"pnm_raw_{maximum}.{letters}", data, expected)
            if maximum in (255, 100):
                assert np.array_equal(pillow(data), pillow(data) * 0 + (expected if expected.ndim == 3 else expected[..., None]))
    bits = deep(height, width, 1)[..., 0].astype(np.uint8)
    # A set bit is black.
    expected = (1 - bits) * 255
    packed = np.packbits(bits, axis=1).tobytes()
    collection.as_pillow("pnm_raw.pbm", f"P4\n# a comment\n{width} {height}\n".encode() + packed, agrees_with=expected)
    close = "\n".join("".join(map(str, row)) for row in bits)
    collection.as_pillow("pnm_plain_close.pbm", f"P1\n{width} {height}\n{close}\n".encode(), agrees_with=expected)
    collection.as_pillow("pnm_plain.pbm", f"P1\n{width} {height}\n{plain(bits)}".encode(), agrees_with=expected)
    few = deep(height, width, 4095)
    collection.add(
        "pnm_16_of_12_bits.ppm", f"P6 {width} {height} 65535\n".encode() + few.astype(">u2").tobytes(), scaled(few, 65535),
        warning="multiply them by 16")
    for maximum in (255, 1000):
        kind = ">u2" if maximum > 255 else np.uint8
        samples, clear = deep(height, width, maximum), opacity(height, width, maximum)
        forms = [("RGB", samples, scaled(samples, maximum)), ("GRAYSCALE", samples[..., 0], scaled(samples[..., 0], maximum)),
                 ("RGB_ALPHA", np.dstack([samples, clear]), over_black(samples, clear, maximum)),
                 ("GRAYSCALE_ALPHA", np.dstack([samples[..., 0], clear]), over_black(samples[..., 0], clear, maximum))]
        for name, stored, expected in forms:
            depth = stored.shape[2] if stored.ndim == 3 else 1
            header = f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {depth}\nMAXVAL {maximum}\nTUPLTYPE {name}\nENDHDR\n"
            collection.add(f"pam_{name.lower()}_{maximum}.pam", header.encode() + stored.astype(kind).tobytes(), expected)
    white = f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH 1\nMAXVAL 1\nTUPLTYPE BLACKANDWHITE\nENDHDR\n".encode() + bits.tobytes()
    collection.add("pam_bits.pam", white, bits * 255)
    collection.refuse("pnm_sample_above.pgm", b"P5\n2 2\n100\n\1\2\3\xc8", 3, "promises at most 100")
    collection.refuse("pnm_float.pfm", b"PF\n2 2\n-1.0\n" + bytes(48), 2, "PFM is not read")


def add_unread(collection):
    collection.refuse("dicom.dcm", bytes(128) + b"DICM" + bytes(40), 2, "DICOM is not read")
    collection.refuse("heif.heic", bytes([0, 0, 0, 24]) + b"ftypheic" + bytes(40), 2, "HEIF is not read")
    collection.refuse("jpegxl.jxl", b"\xff\x0a" + bytes(40), 2, "JPEG XL is not read")
    collection.refuse("photoshop.psd", b"8BPS" + bytes(40), 2, "Photoshop (PSD) is not read")
    collection.refuse("unknown.bin", b"no picture at all", 2, "not an image")


def add_large(collection):
    colour = photograph(5000, 7000)
    image = Image.fromarray(colour)
    collection.as_pillow("large_webp.webp", saved(image, "WEBP", quality=80), 1)
    collection.as_pillow("large_bmp.bmp", saved(image, "BMP"), agrees_with=colour)
    collection.as_pillow("large_gif.gif", saved(image.quantize(64, dither=0), "GIF"))
    collection.add("large_ppm.ppm", b"P6\n7000 5000\n255\n" + colour.tobytes(), colour)
    collection.as_pillow("large_jpeg2000.jp2", saved(Image.fromarray(photograph(1500, 2000)), "JPEG2000"))
