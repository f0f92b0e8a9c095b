"""Photographs: pictures, read by Pillow, and DICOM objects, read by pydicom. Both are extras of the package."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import CorruptError, DoesNotFitError, UnsupportedError, UsageError

# Those that are photographs: Pillow knows forms besides that it cannot decode by itself, or that other programs draw.
FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "WEBP", "JPEG2000", "BMP", "PPM")

LARGEST_PIXEL_COUNT = 150_000_000
"""More are refused, as ``venule segment`` does."""


@dataclasses.dataclass(frozen=True)
class Photograph:
    """The pixels of a photograph."""

    pixels: npt.NDArray[Any]
    """[height][width][3], red, green and blue, or [height][width][1], grey; uint8 or uint16."""
    largest: int
    """The sample that stands for full brightness: 255, or what the bits of a file allow."""
    laterality: str | None = None
    """``"R"`` or ``"L"``, where a DICOM object says which eye it is."""

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    def scaled(self, channels: int = 3) -> npt.NDArray[np.float32]:
        """[height][width][channels] from 0 to 1, each sample divided by the largest one.

        One channel of a coloured photograph is its luminance (ITU-R BT.601), three of a grey one are alike.
        """
        values = self.pixels.astype(np.float32) / np.float32(self.largest)
        if channels == values.shape[2]:
            return values
        if channels == 1:
            return values @ np.array([[0.299], [0.587], [0.114]], np.float32)
        if channels == 3:
            return np.repeat(values, 3, axis=2)
        raise UsageError(f"channels: is {channels}; 1 or 3 is expected")


def read_photograph(path: str | os.PathLike[str], *, frame: int | None = None) -> Photograph:
    """Reads a photograph.

    DICOM objects (``pip install venule[dicom]``): ophthalmic photographs, and photographs in secondary captures and of
    visible light, uncompressed or in JPEG (and in other forms for which pydicom finds a decoder), RGB, YBR, palettes and
    grey of up to 16 bits. What tells one is the mark behind its preamble, not the name. All other files are pictures (PNG,
    JPEG, TIFF, GIF, WebP, JPEG 2000, BMP, PNM; ``pip install venule[pictures]``) as Pillow reads them: grey, RGB, palettes;
    transparent pixels are laid over black, and a camera's orientation is followed.

    :param frame: which frame of a DICOM object, from 0 on, has to be told where there are several.
    :raises UsageError: if the file cannot be opened, or the extra is not installed.
    :raises UnsupportedError: for a sound file of another kind.
    :raises CorruptError: for a damaged file.
    """
    try:
        with open(path, "rb") as file:
            is_dicom = file.read(132)[128:] == b"DICM"
    except (OSError, ValueError) as error:
        raise UsageError(f"{os.fspath(path)}: cannot be read: {error}") from error
    if is_dicom:
        from . import dicom

        return dicom.read(path, frame)
    if frame is not None:
        raise UsageError(f"{os.fspath(path)}: is no DICOM object; frame= is for those with several frames")
    return _read_picture(path)


def check_size(path: str | os.PathLike[str], height: int, width: int) -> None:
    """Refuses a photograph that is too large or has no pixels, before memory is taken for it."""
    if height < 1 or width < 1:
        raise CorruptError(f"{os.fspath(path)}: is {width}x{height} pixels")
    if height * width > LARGEST_PIXEL_COUNT:
        raise DoesNotFitError(
            f"{os.fspath(path)}: is {width}x{height} pixels; at most {LARGEST_PIXEL_COUNT} in all are accepted")


def _read_picture(path: str | os.PathLike[str]) -> Photograph:
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ImportError as error:
        raise UsageError("pictures are read by Pillow, which is not installed: pip install 'venule[pictures]'") from error
    name = os.fspath(path)
    try:
        with Image.open(path, formats=FORMATS) as picture:
            check_size(path, picture.height, picture.width)
            turned = ImageOps.exif_transpose(picture)
            return _photograph(turned, name)
    except UnidentifiedImageError as error:
        raise UnsupportedError(f"{name}: is no picture that Pillow knows, and no DICOM object") from error
    except Image.DecompressionBombError as error:
        raise DoesNotFitError(f"{name}: {error}") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise CorruptError(f"{name}: {error}") from error


def _photograph(picture: Any, name: str) -> Photograph:
    mode = picture.mode
    if mode.startswith("I;16"):
        return Photograph(np.asarray(picture).astype(np.uint16)[:, :, np.newaxis], 65535)
    if mode in ("1", "L"):
        return Photograph(np.asarray(picture.convert("L"))[:, :, np.newaxis], 255)
    if mode == "LA":
        return Photograph(_over_black(np.asarray(picture)), 255)
    if mode in ("P", "PA", "RGBA") or (mode == "RGB" and "transparency" in picture.info):
        return Photograph(_over_black(np.asarray(picture.convert("RGBA"))), 255)
    if mode in ("RGB", "CMYK", "YCbCr"):
        return Photograph(np.asarray(picture.convert("RGB")), 255)
    raise UnsupportedError(f"{name}: has pixels of Pillow's mode {mode}, which are not read")


def _over_black(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Pixels whose last sample is alpha, laid over black."""
    opaque = pixels[:, :, :-1].astype(np.uint16) * pixels[:, :, -1:].astype(np.uint16)
    return ((opaque + 127) // 255).astype(np.uint8)
