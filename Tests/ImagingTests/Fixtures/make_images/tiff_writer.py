"""Writes TIFF files of any form, byte by byte."""

import struct

import numpy as np

SHORT, LONG, LONG8 = 3, 4, 16
LETTERS = {1: "B", SHORT: "H", LONG: "I", LONG8: "Q"}


def stored(samples, bits, kind="u", order="<"):
    """The bytes of rows x (samples of a row)."""
    if bits in (8, 16, 32, 64):
        return samples.astype(f"{order}{kind}{bits // 8}").tobytes()
    if bits == 24 and kind == "u":
        words = samples.astype("<u4").reshape(-1, 1).view(np.uint8)[:, :3]
        return (words if order == "<" else words[:, ::-1]).tobytes()
    bit = (samples.astype(np.int64)[..., None] >> np.arange(bits - 1, -1, -1)) & 1
    return b"".join(np.packbits(row.reshape(-1).astype(np.uint8)).tobytes() for row in bit)


def chunks(samples, bits, kind="u", order="<", tile=None, rows=None, planar=False):
    """Strips of `rows` rows, or tiles, in the order of the file; `samples`: height x width x channels."""
    samples = samples.reshape(*samples.shape[:2], -1)
    height, width, _ = samples.shape
    parts = []
    for plane in [samples[..., index:index + 1] for index in range(samples.shape[2])] if planar else [samples]:
        if tile:
            across, down = -(-width // tile[1]) * tile[1], -(-height // tile[0]) * tile[0]
            padded = np.pad(plane, ((0, down - height), (0, across - width), (0, 0)))
            for top in range(0, down, tile[0]):
                for left in range(0, across, tile[1]):
                    parts.append(padded[top:top + tile[0], left:left + tile[1]])
        else:
            for top in range(0, height, rows or height):
                parts.append(plane[top:top + (rows or height)])
    return [stored(part.reshape(part.shape[0], -1), bits, kind, order) for part in parts]


def directory(entries, order, big, at):
    """The directory's bytes for position `at`, its values behind it; `entries`: (tag, type, values)."""
    count_format, entry_format, inline = ("Q", "HHQ", 8) if big else ("H", "HHI", 4)
    size = struct.calcsize(order + count_format) + (len(entries) * (20 if big else 12)) + (8 if big else 4)
    body, extra = b"", b""
    for tag, kind, values in sorted(entries):
        content = struct.pack(order + LETTERS[kind] * len(values), *values)
        if len(content) > inline:
            place = at + size + len(extra)
            extra += content + b"\0" * (len(content) % 2)
            content = struct.pack(order + ("Q" if big else "I"), place)
        body += struct.pack(order + entry_format, tag, kind, len(values)) + content.ljust(inline, b"\0")
    return struct.pack(order + count_format, len(entries)) + body, extra


def tiff(pages, order="<", big=False, front=True):
    """A file of pages, each a dictionary of tags with "chunks" (bytes of each strip or tile); `front`: directories first."""
    word = "Q" if big else "I"
    start = struct.pack(order + "2sHHHQ", b"II" if order == "<" else b"MM", 43, 8, 0, 16) if big else struct.pack(
        order + "2sHI", b"II" if order == "<" else b"MM", 42, 8)
    file = bytearray(start)
    link = len(file) - struct.calcsize(order + word)
    for page in pages:
        data = page["chunks"]
        tiled = 322 in page
        where = (324, 325) if tiled else (273, 279)

        def entries(first):
            places = [first + sum(len(chunk) + len(chunk) % 2 for chunk in data[:index]) for index in range(len(data))]
            found = [(tag, *value) for tag, value in page.items() if isinstance(tag, int)]
            return found + [
                (where[0], LONG8 if big else LONG, places), (where[1], LONG, [len(chunk) for chunk in data])]

        pixels = b"".join(chunk + b"\0" * (len(chunk) % 2) for chunk in data)
        if not front:
            first = len(file)
            file += pixels
        at = len(file)
        body, extra = directory(entries(0), order, big, at)
        behind = at + len(body) + struct.calcsize(order + word) + len(extra)
        body, extra = directory(entries(behind if front else first), order, big, at)
        file[link:link + struct.calcsize(order + word)] = struct.pack(order + word, at)
        link = at + len(body)
        file += body + bytes(struct.calcsize(order + word)) + extra
        if front:
            file += pixels
    return bytes(file)


def page(samples, bits, photometric, kind="u", order="<", tile=None, rows=None, planar=False, compression=1, encode=None, **tags):
    """Tags and chunks of a picture; `encode`: of a chunk's bytes; further tags by name or as `tag_NUMBER`."""
    height, width = samples.shape[:2]
    channels = samples.shape[2] if samples.ndim == 3 else 1
    parts = chunks(samples, bits, kind, order, tile, rows, planar)
    found = {
        256: (LONG, [width]), 257: (LONG, [height]), 258: (SHORT, [bits] * channels), 259: (SHORT, [compression]),
        262: (SHORT, [photometric]), 277: (SHORT, [channels]), 284: (SHORT, [2 if planar else 1]),
        "chunks": [encode(part) if encode else part for part in parts],
    }
    if kind == "f":
        found[339] = (SHORT, [3] * channels)
    elif kind == "i":
        found[339] = (SHORT, [2] * channels)
    if tile:
        found.update({322: (SHORT, [tile[1]]), 323: (SHORT, [tile[0]])})
    else:
        found[278] = (LONG, [rows or height])
    names = {"orientation": 274, "extra": 338, "fill_order": 266, "colour_map": 320, "predictor": 317, "ink_set": 332, "subfile": 254}
    for name, value in tags.items():
        values = value if isinstance(value, list) else [value]
        found[names.get(name) or int(name.removeprefix("tag_"))] = (LONG if name == "subfile" else SHORT, values)
    return found
