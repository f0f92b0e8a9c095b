"""PNG: every colour type and number of bits, transparency, interlacing, eXIf. Written by hand, since Pillow writes few of them."""

import struct
import zlib

import imagecodecs
import numpy as np

from collection import deep, opacity, over_black, photograph, rgb, scaled

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def packed(samples, bits):
    """Rows of samples from the highest bit of a byte on, each row from a byte of its own on; height x (samples of a row)."""
    if bits == 16:
        return [row.astype(">u2").tobytes() for row in samples]
    if bits == 8:
        return [row.astype(np.uint8).tobytes() for row in samples]
    bit = (samples.astype(np.int64)[..., None] >> np.arange(bits - 1, -1, -1)) & 1
    return [np.packbits(row.reshape(-1).astype(np.uint8)).tobytes() for row in bit]


def filtered(lines, step):
    """Each of the five filters in turn."""
    before = bytes(len(lines[0])) if lines else b""
    for number, line in enumerate(lines):
        kind = number % 5
        left = bytes(step) + line
        corner = bytes(step) + before
        out = bytearray()
        for index, byte in enumerate(line):
            a, b, c = left[index], before[index], corner[index]
            nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            out.append((byte - [0, a, b, (a + b) // 2, nearest][kind]) & 255)
        yield bytes([kind]) + bytes(out)
        before = line


def png(samples, bits, kind, interlaced=False, before=(), behind=(), filters=True):
    """`samples`: height x width (x channels)."""
    samples = samples.reshape(*samples.shape[:2], -1)
    height, width, channels = samples.shape
    step = max(1, bits * channels // 8)
    data = b""
    for top, left, down, across in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[top::down, left::across]
        if part.size:
            lines = packed(part.reshape(part.shape[0], -1), bits)
            data += b"".join(filtered(lines, step) if filters else (b"\0" + line for line in lines))
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, int(interlaced))
    compressed = zlib.compress(data, 9)
    cut = len(compressed) // 2
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(*part) for part in before)
        + chunk(b"IDAT", compressed[:cut]) + chunk(b"IDAT", compressed[cut:]) + b"".join(chunk(*part) for part in behind)
        + chunk(b"IEND", b""))


def exif(orientation, order="<"):
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def add(collection, height=13, width=17):
    colour = photograph(height, width)
    alpha = opacity(height, width).astype(np.uint8)
    for bits in (1, 2, 4, 8, 16):
        maximum = (1 << bits) - 1
        grey = deep(height, width, maximum)[..., 1]
        expected = scaled(grey, maximum)
        for interlaced in (False, True):
            suffix = "_interlaced" if interlaced else ""
            data = png(grey, bits, GREY, interlaced)
            if bits == 16:
                assert np.array_equal(imagecodecs.png_decode(data), grey)
                collection.add(f"png_grey{bits}{suffix}.png", data, expected)
            else:
                collection.as_pillow(f"png_grey{bits}{suffix}.png", data, agrees_with=expected)
        # One grey is transparent.
        key = int(grey[height // 2, width // 2])
        data = png(grey, bits, GREY, before=[(b"tRNS", struct.pack(">H", key))])
        keyed = np.where(grey == key, 0, expected)
        if bits in (2, 4, 16):
            # Pillow compares keys of these with other samples than the file's.
            collection.add(f"png_grey{bits}_trns.png", data, keyed)
        else:
            collection.as_pillow(f"png_grey{bits}_trns.png", data, agrees_with=keyed)
        if bits < 16:
            indices = (grey % (1 << bits)).astype(np.uint8)
            table = np.random.RandomState(bits).randint(0, 256, (1 << bits, 3)).astype(np.uint8)
            opaque = np.random.RandomState(bits + 9).randint(0, 256, (1 << bits) - 1).astype(np.uint8)
            plte = (b"PLTE", table.tobytes())
            collection.as_pillow(f"png_palette{bits}.png", png(indices, bits, PALETTE, before=[plte]), agrees_with=table[indices])
            collection.as_pillow(
                f"png_palette{bits}_interlaced.png", png(indices, bits, PALETTE, True, before=[plte]), agrees_with=table[indices])
            full = np.append(opaque, 255).astype(np.uint8)
            collection.as_pillow(
                f"png_palette{bits}_trns.png", png(indices, bits, PALETTE, before=[plte, (b"tRNS", opaque.tobytes())]),
                agrees_with=over_black(table[indices], full[indices], 255))
    for interlaced in (False, True):
        suffix = "_interlaced" if interlaced else ""
        collection.as_pillow(f"png_rgb8{suffix}.png", png(colour, 8, RGB, interlaced), agrees_with=colour)
        collection.as_pillow(
            f"png_rgba8{suffix}.png", png(np.dstack([colour, alpha]), 8, RGBA, interlaced), agrees_with=over_black(colour, alpha, 255))
        collection.as_pillow(
            f"png_greyalpha8{suffix}.png", png(np.dstack([colour[..., 0], alpha]), 8, GREY_ALPHA, interlaced),
            agrees_with=rgb(over_black(colour[..., 0], alpha, 255)))
        samples, clear = deep(height, width, 65535), opacity(height, width, 65535)
        for name, kind, stored, expected in [
            ("rgb16", RGB, samples, scaled(samples, 65535)),
            ("rgba16", RGBA, np.dstack([samples, clear]), over_black(samples, clear, 65535)),
            ("greyalpha16", GREY_ALPHA, np.dstack([samples[..., 2], clear]), over_black(samples[..., 2], clear, 65535)),
        ]:
            data = png(stored, 16, kind, interlaced)
            assert np.array_equal(imagecodecs.png_decode(data), stored)
            collection.add(f"png_{name}{suffix}.png", data, expected)
    few = colour.copy()
    few[2:5, 3:9] = [10, 200, 30]
    key = struct.pack(">HHH", 10, 200, 30)
    collection.as_pillow("png_rgb8_trns.png", png(few, 8, RGB, before=[(b"tRNS", key)]))
    key = struct.pack(">HHH", *(int(sample) for sample in samples[3, 4]))
    keyed = scaled(samples, 65535)
    keyed[(samples == samples[3, 4]).all(axis=2)] = 0
    collection.add("png_rgb16_trns.png", png(samples, 16, RGB, before=[(b"tRNS", key)]), keyed)
    for orientation in (1, 3, 6, 8):
        place = "before" if orientation % 2 else "behind"
        data = png(colour, 8, RGB, **{place: [(b"eXIf", exif(orientation, "<" if orientation == 6 else ">"))]})
        collection.as_pillow(f"png_exif{orientation}.png", data)
    data = png(np.minimum(samples >> 4, 4095), 16, RGB)
    collection.add("png_rgb16_of_12_bits.png", data, scaled(samples >> 4, 65535), warning="multiply them by 16")
    dark = (colour // 12).astype(np.uint8)
    collection.as_pillow("png_nearly_black.png", png(dark, 8, RGB), agrees_with=dark, warning="nearly black")
    collection.as_pillow("png_1x1.png", png(colour[:1, :1], 8, RGB), agrees_with=colour[:1, :1])
    collection.as_pillow("png_1x1_interlaced.png", png(colour[:1, :1], 8, RGB, True), agrees_with=colour[:1, :1])


def add_large(collection):
    colour = photograph(5000, 7000)
    collection.as_pillow("large_png_rgb8.png", png(colour, 8, RGB, filters=False), agrees_with=colour)
    collection.as_pillow("large_png_interlaced.png", png(colour, 8, RGB, True, filters=False), agrees_with=colour)
    samples = deep(2000, 3000, 65535)
    collection.add("large_png_rgb16.png", png(samples, 16, RGB, filters=False), scaled(samples, 65535))
