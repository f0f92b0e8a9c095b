"""Photographs in DICOM objects, as fundus cameras write them."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import CorruptError, UnsupportedError, UsageError
from .photograph import Photograph, check_size

# The classes of objects that hold photographs: DICOM PS3.4, annex B.5. Most cameras write one of the first two.
CLASSES = {
    "1.2.840.10008.5.1.4.1.1.77.1.5.1": "Ophthalmic Photography 8 Bit",
    "1.2.840.10008.5.1.4.1.1.77.1.5.2": "Ophthalmic Photography 16 Bit",
    "1.2.840.10008.5.1.4.1.1.77.1.5.5": "Wide Field Ophthalmic Photography Stereographic Projection",
    "1.2.840.10008.5.1.4.1.1.77.1.5.6": "Wide Field Ophthalmic Photography 3D Coordinates",
    "1.2.840.10008.5.1.4.1.1.77.1.4": "VL Photographic",
    "1.2.840.10008.5.1.4.1.1.7": "Secondary Capture",
    "1.2.840.10008.5.1.4.1.1.7.2": "Multi-frame Grayscale Byte Secondary Capture",
    "1.2.840.10008.5.1.4.1.1.7.3": "Multi-frame Grayscale Word Secondary Capture",
    "1.2.840.10008.5.1.4.1.1.7.4": "Multi-frame True Color Secondary Capture",
}

# Other meanings of samples are refused by their names. pydicom converts those of YBR to RGB.
COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")


def read(path: str | os.PathLike[str], frame: int | None) -> Photograph:
    """A photograph, or one frame of several. :func:`venule.read_photograph` says what is raised."""
    try:
        import pydicom
    except ImportError as error:
        raise UsageError("DICOM objects are read by pydicom, which is not installed: pip install 'venule[dicom]'") from error
    name = os.fspath(path)
    try:
        data = pydicom.dcmread(path)
        kind = data.get("SOPClassUID")
        meaning = str(data.get("PhotometricInterpretation", ""))
        has_pixels = "PixelData" in data
    except Exception as error:  # What pydicom raises of damaged data is of many kinds.
        raise CorruptError(f"{name}: is no sound DICOM object: {error}") from error
    if not kind:
        raise CorruptError(f"{name}: is a DICOM object that does not say of which class it is")
    if kind not in CLASSES:
        raise UnsupportedError(f"{name}: is a DICOM object of the class {kind.name}; ophthalmic photographs are expected")
    if not has_pixels:
        raise CorruptError(f"{name}: has no pixel data")
    return _photograph(name, data, meaning, _frame(name, data, frame))


def _frame(name: str, data: Any, frame: int | None) -> int:
    count = int(data.get("NumberOfFrames", 1) or 1)
    if frame is None:
        if count != 1:
            raise UsageError(f"{name}: has {count} frames; say which one by frame=0 to frame={count - 1}")
        return 0
    if not 0 <= frame < count:
        raise UsageError(f"{name}: frame {frame} of {count} is asked for")
    return frame


def _photograph(name: str, data: Any, meaning: str, frame: int) -> Photograph:
    try:
        height, width = int(data.Rows), int(data.Columns)
        allocated, stored = int(data.BitsAllocated), int(data.BitsStored)
        is_signed = int(data.PixelRepresentation) != 0
    except (AttributeError, TypeError, ValueError) as error:
        raise CorruptError(f"{name}: {error}") from error
    check_size(name, height, width)
    if allocated not in (8, 16) or not 1 <= stored <= allocated or is_signed:
        sign = "signed" if is_signed else "unsigned"
        raise UnsupportedError(f"{name}: has {sign} samples of {stored} bits in {allocated}; unsigned ones in 8 or 16 are read")
    largest = (1 << stored) - 1
    if meaning in COLOURS:
        pixels = _decode(name, data, frame)
        if pixels.ndim != 3 or pixels.shape[2] != 3:
            raise CorruptError(f"{name}: is {meaning} with the shape {pixels.shape}")
    elif meaning in ("MONOCHROME1", "MONOCHROME2"):
        pixels = _decode(name, data, frame)
        if pixels.ndim != 2:
            raise CorruptError(f"{name}: is {meaning} with the shape {pixels.shape}")
        # The lowest sample of MONOCHROME1 is white.
        pixels = (largest - pixels if meaning == "MONOCHROME1" else pixels)[:, :, np.newaxis]
    elif meaning == "PALETTE COLOR":
        pixels, largest = _looked_up(name, data, _decode(name, data, frame))
    else:
        raise UnsupportedError(f"{name}: has samples of the meaning {meaning or 'none'}, which are not read")
    return Photograph(np.ascontiguousarray(pixels), largest, _laterality(data))


def _decode(name: str, data: Any, frame: int) -> npt.NDArray[Any]:
    """The samples of a frame, those of YBR as RGB."""
    from pydicom.pixels import pixel_array

    if not data.file_meta.get("TransferSyntaxUID"):
        raise CorruptError(f"{name}: does not say how its pixels are stored")
    syntax = data.file_meta.TransferSyntaxUID
    try:
        return np.asarray(pixel_array(data, index=frame, raw=False))
    except (NotImplementedError, ImportError) as error:
        raise UnsupportedError(f"{name}: pixels stored as {syntax.name} are not read: {error}") from error
    except RuntimeError as error:
        # pydicom says by this both that there is no decoder for a form, and that a decoder has failed.
        if _has_decoder(syntax):
            raise CorruptError(f"{name}: its pixels ({syntax.name}) cannot be decoded: {error}") from error
        raise UnsupportedError(f"{name}: pixels stored as {syntax.name} are not read: {error}") from error
    except Exception as error:  # What decoders raise of damaged data is their own.
        raise CorruptError(f"{name}: its pixels ({syntax.name}) cannot be decoded: {error}") from error


def _has_decoder(syntax: Any) -> bool:
    from pydicom.pixels import get_decoder

    try:
        return bool(get_decoder(syntax).is_available)
    except NotImplementedError:
        return False


def _looked_up(name: str, data: Any, indices: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], int]:
    from pydicom.pixels import apply_color_lut

    try:
        pixels = np.asarray(apply_color_lut(indices, data))[:, :, :3]
    except (ValueError, AttributeError, IndexError) as error:
        raise CorruptError(f"{name}: its palette cannot be used: {error}") from error
    return pixels, 255 if pixels.dtype == np.uint8 else 65535


def _laterality(data: Any) -> str | None:
    for keyword in ("ImageLaterality", "Laterality"):
        side = str(data.get(keyword, "") or "")
        if side in ("R", "L"):
            return side
    return None
