"""Runs of which rows go in and come out one after the other."""

from __future__ import annotations

import ctypes
import dataclasses
import math
import os
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import _library
from .errors import UsageError
from .tensor import Tensor

if TYPE_CHECKING:
    from .session import Session


@dataclasses.dataclass(frozen=True)
class Rows:
    """Finished rows of an output. Every row comes once, and those of an image in order."""

    output: Tensor
    image: int
    """Which image of the batch."""
    first: int
    """The number of the first row in its image."""
    array: npt.NDArray[Any]
    """A copy of the rows: their number, then the output's ``row_shape``; of an output that is no image, all of it."""
    count: int
    """How many rows; 1 for an output that is no image."""

    def write(self, whole: npt.NDArray[Any]) -> None:
        """Puts the rows in their place in an array with the output's shape."""
        if not self.output.is_image or self.array.shape == self.output.shape:
            whole[...] = self.array
            return
        place: list[Any] = [slice(None)] * whole.ndim
        place[self.output.axis("n")] = self.image
        place[self.output.axis("h")] = slice(self.first, self.first + self.count)
        # Rows of images with their channels in front lie (row, channel, column), and in the whole (channel, row, column).
        whole[tuple(place)] = self.array.swapaxes(0, 1) if self.output.layout == "nchw" else self.array


class RowRun(Iterator[Rows]):
    """A run that is under way: an iterator of the rows of its outputs. Made by :meth:`Session.rows`.

    Left before its end, it has to be closed, by ``with`` or :meth:`close`, before the session runs again.
    """

    def __init__(
        self,
        session: Session,
        run: _library.Run,
        whole: list[npt.NDArray[Any] | None],
        streams: list[Iterator[npt.NDArray[Any]] | None],
        chosen: set[str],
        wanted: tuple[Tensor, ...],
    ) -> None:
        self.newest: str | None = None
        """Once the run is over, the name of the newest output that is complete."""
        self._session = session
        self._exclusively = session._exclusively()
        self._whole = whole  # Their memory is read until the run is over.
        self._feeds = [
            None if stream is None else _Feed(tensor, stream) for tensor, stream in zip(session.inputs, streams)]
        self._chosen = chosen
        self._wanted = wanted
        self._totals: dict[str, int] = {}
        self._is_open = False
        self._exclusively.__enter__()
        self._is_open = True
        try:
            _library.call("venule_session_start", session._session, ctypes.byref(run))
        except BaseException:
            self._leave()
            raise

    def row_total(self, output: Tensor) -> int:
        """How many rows an output has in all images of the batch; 1 for one that is exchanged whole. Known once rows of
        it have come."""
        return self._totals.get(output.name, -1)

    def __iter__(self) -> RowRun:
        return self

    def __next__(self) -> Rows:
        while self._is_open:
            rows = _library.Rows()
            try:
                _library.call("venule_session_advance", self._session._session, ctypes.byref(rows))
            except BaseException:
                # A failure has ended the run.
                self._leave()
                raise
            if rows.event == _library.FINISHED:
                self.newest = self._wanted[rows.entry].name
                self._leave()
            elif rows.event == _library.INPUT_ROWS:
                try:
                    self._feed(rows)
                except BaseException:
                    self.close()
                    raise
            else:
                output = self._wanted[rows.entry]
                self._totals[output.name] = 1 if _is_whole(output, rows) else output.side("n") * output.side("h")
                if output.name in self._chosen:
                    return _made(output, rows)
        raise StopIteration

    def _feed(self, rows: _library.Rows) -> None:
        feed = self._feeds[rows.entry]
        assert feed is not None, "rows are asked for of inputs without bytes only"
        byte_count = rows.rowCount * rows.rowByteCount
        target = (ctypes.c_ubyte * byte_count).from_address(rows.bytes)
        feed.fill(np.frombuffer(target, feed.tensor.dtype), rows)

    def close(self) -> None:
        """Gives up the run if it is not over."""
        if self._is_open:
            try:
                # In a forked process there is nothing to end.
                if self._session._process == os.getpid():
                    _library.call("venule_session_stop", self._session._session)
            finally:
                self._leave()

    def _leave(self) -> None:
        self._is_open = False
        self._exclusively.__exit__()

    def __enter__(self) -> RowRun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_is_open", False):
            self.close()


def _is_whole(tensor: Tensor, rows: _library.Rows) -> bool:
    """Whether the tensor is exchanged as one row, with all of it."""
    if not tensor.is_image:
        return True
    return bool(rows.rowByteCount != math.prod(tensor.row_shape) * tensor.dtype.itemsize)


def _made(output: Tensor, rows: _library.Rows) -> Rows:
    source = (ctypes.c_ubyte * (rows.rowCount * rows.rowByteCount)).from_address(rows.bytes)
    elements = np.frombuffer(bytearray(source), output.dtype)
    is_whole = _is_whole(output, rows)
    shape = output.shape if is_whole else (rows.rowCount, *output.row_shape)
    return Rows(output, rows.image, rows.firstRow, elements.reshape(shape), rows.rowCount)


class _Feed:
    """The rows of an input, out of an iterator that gives one or several at a time."""

    def __init__(self, tensor: Tensor, source: Iterator[npt.NDArray[Any]]) -> None:
        self.tensor = tensor
        self.source = source
        self.block: npt.NDArray[Any] = np.empty((0, *tensor.row_shape), tensor.dtype)
        self.position = 0
        """The number of the block's first row, counted through all images."""

    def fill(self, target: npt.NDArray[Any], rows: _library.Rows) -> None:
        if _is_whole(self.tensor, rows):
            target[...] = self.tensor.prepare(self.next_array(0, 1), self.tensor.name).reshape(-1)
            return
        place = target.reshape((rows.rowCount, *self.tensor.row_shape))
        first = rows.image * self.tensor.side("h") + rows.firstRow
        for row in range(rows.rowCount):
            # Rows that no output depends on are not asked for.
            while first + row >= self.position + len(self.block):
                self.position += len(self.block)
                self.block = self.next_block()
            place[row] = self.block[first + row - self.position]

    def next_block(self) -> npt.NDArray[Any]:
        shape, name = self.tensor.row_shape, self.tensor.name
        found = self.next_array(self.position, self.tensor.side("n") * self.tensor.side("h"))
        place = f"{name}: row {self.position}"
        if found.shape == shape:
            found = found[np.newaxis]
        elif found.shape[1:] != shape:
            raise UsageError(
                f"{place}: has the shape {found.shape}; {shape}, or one axis more for several rows, is expected")
        return self.tensor.convert(found, place)

    def next_array(self, position: int, total: int) -> npt.NDArray[Any]:
        try:
            return np.asarray(next(self.source))
        except StopIteration:
            raise UsageError(f"{self.tensor.name}: its rows ended behind {position} of {total}") from None
