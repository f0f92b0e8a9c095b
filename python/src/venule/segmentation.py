"""Vessel maps of photographs."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .errors import UsageError
from .photograph import Photograph
from .plan import Plan
from .resampling import resized
from .session import Session
from .tensor import Tensor

Fit = Literal["resize", "pad"]
FrameFormat = Literal["rgb8", "bgr8", "rgba8", "gray8"]


def segment(
    plan: Plan | Session,
    photograph: Photograph,
    *,
    fit: Fit = "resize",
    output: str | None = None,
    frame_format: FrameFormat | None = None,
) -> npt.NDArray[np.float32]:
    """The map of a photograph, [height][width] float32 of the photograph's own size.

    A plan that takes a picture of floats gets samples from 0 to 1. A plan for frames of bytes (``compile
    --input-format``) gets the samples as they are, and what it makes of them is its own matter; the photograph has to be
    of exactly the frame's size then, and the map is that of the plan.

    :param fit: ``"resize"`` resizes the photograph to the plan's size and the map back, as ``venule segment`` does with a
        plan. ``"pad"`` leaves pixels as they are: zeros are added to the right and
        below, and the map is cropped; a photograph that is larger than the plan is refused.
    :param output: the name of the output that is the map; by default the last.
    :param frame_format: what a plan for frames was compiled for; a plan does not tell ``"rgb8"`` from ``"bgr8"``.
    :raises UsageError: if the plan does not take one picture or the photograph does not fit.
    """
    source, result = _ends(plan, output)
    if source.dtype == np.uint8:
        return _run(plan, _frame(source, photograph, frame_format), source, result)
    if frame_format is not None:
        raise UsageError(f"frame_format: is {frame_format}; the plan takes {source.dtype} and no frames of bytes")
    height, width = source.side("h"), source.side("w")
    pixels = photograph.scaled(source.side("c"))
    if fit == "pad":
        if photograph.height > height or photograph.width > width:
            raise UsageError(
                f"the photograph is {photograph.width}x{photograph.height} pixels; at most the plan's {width}x{height} "
                "can be padded: use fit='resize', or compile a plan for a larger size")
        pixels = np.pad(pixels, ((0, height - photograph.height), (0, width - photograph.width), (0, 0)))
        return np.ascontiguousarray(_run(plan, pixels, source, result)[: photograph.height, : photograph.width])
    if fit != "resize":
        raise UsageError(f"fit: is {fit!r}; 'resize' or 'pad' is expected")
    found = _run(plan, resized(pixels, height, width), source, result)
    return resized(found[:, :, np.newaxis], photograph.height, photograph.width)[:, :, 0]


def _ends(plan: Plan | Session, output: str | None) -> tuple[Tensor, Tensor]:
    """The input and the output that are a photograph and its map."""
    if len(plan.inputs) != 1:
        raise UsageError(f"the plan has {len(plan.inputs)} inputs; one picture is expected")
    source = plan.inputs[0]
    if not source.is_image or source.side("n") != 1 or source.dtype not in (np.float32, np.uint8):
        raise UsageError(f"{source.name}: is {source.dtype} {list(source.shape)}; one picture of float32 or uint8 is expected")
    named = [each for each in plan.outputs if output is None or each.name == output]
    if not named:
        raise UsageError(f"output: {output}: is no output of the plan; it has {', '.join(o.name for o in plan.outputs)}")
    result = named[-1]
    if not result.is_image or result.side("n") != 1 or result.side("c") != 1 or result.dtype != np.float32:
        raise UsageError(f"{result.name}: is {result.dtype} {list(result.shape)}; a map of one channel of float32 is expected")
    if source.dtype != np.uint8 and (result.side("h"), result.side("w")) != (source.side("h"), source.side("w")):
        raise UsageError(f"{result.name}: is of another size than {source.name}, so that it is no map of it")
    return source, result


def _frame(source: Tensor, photograph: Photograph, frame_format: FrameFormat | None) -> npt.NDArray[Any]:
    height, width, channels = source.side("h"), source.side("w"), source.side("c")
    if channels == 1 and frame_format is None:
        frame_format = "gray8"
    wanted = {"rgb8": 3, "bgr8": 3, "rgba8": 4, "gray8": 1}.get(frame_format or "")
    if wanted != channels:
        raise UsageError(f"frame_format: is {frame_format}; the plan takes {channels} bytes a pixel, and which is to be said")
    if photograph.largest != 255:
        raise UsageError(f"the photograph's samples go up to {photograph.largest}; a plan for frames takes 8 bits")
    if (photograph.height, photograph.width) != (height, width):
        raise UsageError(f"the photograph is {photograph.width}x{photograph.height} pixels; the plan takes frames of {width}x{height}")
    pixels = photograph.pixels
    if frame_format == "gray8":
        if pixels.shape[2] != 1:
            raise UsageError("the photograph is coloured; the plan takes grey frames")
        return pixels
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    if frame_format == "bgr8":
        return np.ascontiguousarray(pixels[:, :, ::-1])
    if frame_format == "rgba8":
        return np.concatenate([pixels, np.full((height, width, 1), 255, np.uint8)], axis=2)
    return pixels


def _run(plan: Plan | Session, pixels: npt.NDArray[Any], source: Tensor, result: Tensor) -> npt.NDArray[np.float32]:
    """Runs the plan on [height][width][channels]; gives [height][width]."""
    batch = pixels[np.newaxis]
    found = plan.run(batch.transpose(0, 3, 1, 2) if source.layout == "nchw" else batch, until=result.name)[result.name]
    return found.reshape(result.side("h"), result.side("w"))
