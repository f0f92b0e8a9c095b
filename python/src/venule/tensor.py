"""Inputs and outputs of a plan, and the types of their elements."""

from __future__ import annotations

import ctypes
import dataclasses
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ._library import TensorDescription
from .errors import UnsupportedError, UsageError

try:
    import ml_dtypes
except ImportError:
    # Without the package ml_dtypes numpy has no bfloat16, and its arrays are of uint16, which hold the same bits.
    _BFLOAT16: npt.DTypeLike = np.uint16
    HAS_BFLOAT16 = False
else:
    _BFLOAT16 = ml_dtypes.bfloat16
    HAS_BFLOAT16 = True

# By venule_element_type.
_DTYPES: tuple[npt.DTypeLike, ...] = (
    np.float32, np.int32, np.int64, np.uint8, np.int8, np.bool_, np.int16, np.uint16, np.uint32, np.uint64,
    np.float16, _BFLOAT16, np.float64,
)

# By venule_tensor_layout.
_LAYOUTS = ("plain", "nhwc", "nchw")


@dataclasses.dataclass(frozen=True)
class Tensor:
    """An input or output of a plan.

    ``layout`` says what the axes mean where the plan knows it: ``"nhwc"`` for batch, height, width, channels, ``"nchw"``
    for batch, channels, height, width, else ``"plain"``. bfloat16 is ``ml_dtypes.bfloat16`` where the package ml_dtypes is
    installed, else ``uint16`` with the same bits.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    layout: str

    @property
    def nbytes(self) -> int:
        """Bytes of the whole tensor."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def is_image(self) -> bool:
        return self.layout != "plain"

    def axis(self, name: str) -> int:
        """Which axis is the ``"n"``, ``"h"``, ``"w"`` or ``"c"`` of an image."""
        return self.layout.index(name)

    def side(self, name: str) -> int:
        """The length of an image's axis, as for :meth:`axis`."""
        return self.shape[self.axis(name)]

    @property
    def row_shape(self) -> tuple[int, ...]:
        """The shape of one row of an image, (width, channels) or (channels, width); else that of the whole tensor."""
        if not self.is_image:
            return self.shape
        return tuple(side for axis, side in zip(self.layout, self.shape) if axis not in "nh")

    def prepare(self, array: npt.ArrayLike, place: str) -> npt.NDArray[Any]:
        """The array as the runtime reads it: of this type, dense, in C order and in the machine's byte order.

        An array that is so already is given back itself. float64 becomes float32 for an input of that type; every other
        type has to be the tensor's.

        :raises UsageError: for another shape or type.
        """
        if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
            raise UsageError(f"{place}: has masked elements; fill them first")
        found = np.asarray(array)
        if found.shape != self.shape:
            raise UsageError(f"{place}: has the shape {_text(found.shape)}; {_text(self.shape)} is expected")
        return self.convert(found, place)

    def convert(self, found: npt.NDArray[Any], place: str) -> npt.NDArray[Any]:
        """As :meth:`prepare`, for an array of any shape."""
        native = found.dtype.newbyteorder("=")
        if native != self.dtype and not (native == np.float64 and self.dtype == np.float32):
            hint = "; convert it if that is what you want" if found.dtype.kind in "fiub" else ""
            raise UsageError(f"{place}: is {found.dtype}; {self.dtype} is expected{hint}")
        return np.require(found, self.dtype, ["C_CONTIGUOUS", "ALIGNED"])

    def prepare_result(self, array: npt.NDArray[Any], place: str) -> npt.NDArray[Any]:
        """The caller's array for an output.

        :raises UsageError: if the runtime cannot write into it as it is.
        """
        if not isinstance(array, np.ndarray) or array.shape != self.shape or array.dtype != self.dtype:
            found = f"{array.dtype} {_text(array.shape)}" if isinstance(array, np.ndarray) else type(array).__name__
            raise UsageError(f"{place}: is {found}; an array of {self.dtype} {_text(self.shape)} is expected")
        if not (array.flags.c_contiguous and array.flags.aligned and array.flags.writeable):
            raise UsageError(f"{place}: the array has to be writable, aligned and in C order")
        return array


def _text(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) if shape else "of a scalar"


def tensor_of(description: TensorDescription) -> Tensor:
    """A tensor as the C library describes it."""
    name = ctypes.string_at(description.name, description.nameByteCount) if description.nameByteCount else b""
    text = name.decode("utf-8", "surrogateescape")
    if not (0 <= description.element < len(_DTYPES) and 0 <= description.layout < len(_LAYOUTS)):
        raise UnsupportedError(f"{text}: the plan's type {description.element} or layout {description.layout} is not known here")
    return Tensor(
        name=text,
        shape=tuple(description.shape[: description.rank]),
        dtype=np.dtype(_DTYPES[description.element]),
        layout=_LAYOUTS[description.layout],
    )
