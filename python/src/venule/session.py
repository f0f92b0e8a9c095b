"""Sessions, which run a plan."""

from __future__ import annotations

import ctypes
import datetime
import math
import os
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Union

import numpy as np
import numpy.typing as npt

from . import _library
from .errors import UsageError
from .rows import Rows, RowRun
from .tensor import Tensor

if TYPE_CHECKING:
    from .plan import Plan

Source = Union[npt.ArrayLike, Iterable[npt.NDArray[Any]]]
"""Where an input comes from in :meth:`Session.rows`: the whole array, or an iterator of its rows."""


class Result(Mapping[str, npt.NDArray[Any]]):
    """The outputs of a run by their names, in the plan's order.

    Behind a deadline only those that are complete are there, and ``last`` is the newest of them.
    """

    def __init__(self, arrays: dict[str, npt.NDArray[Any]], newest: str) -> None:
        self._arrays = arrays
        self.newest = newest
        """The name of the newest output that is complete."""

    @property
    def last(self) -> npt.NDArray[Any]:
        """The newest output that is complete: the only one, or the best of those that refine one another."""
        return self._arrays[self.newest]

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        return "<venule.Result " + ", ".join(f"{name}: {a.dtype} {list(a.shape)}" for name, a in self.items()) + ">"


def _free_session(session: ctypes.c_void_p, process: int) -> None:
    # In a forked process there are no threads that could be ended.
    if os.getpid() == process:
        _library.library().venule_session_free(session)


class Session:
    """Runs one inference at a time; make a session for each thread that is to run. Made by :meth:`Plan.session`."""

    def __init__(self, plan: Plan, model: ctypes.c_void_p, threads: int) -> None:
        if threads < 0:
            raise UsageError(f"threads: is {threads}; 0 or more is expected")
        self.inputs: tuple[Tensor, ...] = plan.inputs
        self.outputs: tuple[Tensor, ...] = plan.outputs
        self._session = ctypes.c_void_p()
        self._process = os.getpid()
        self._busy = threading.Lock()
        # Held while the session is cancelled or freed, so that none is cancelled that is gone.
        self._life = threading.Lock()
        options = _library.SessionOptions(
            structSize=ctypes.sizeof(_library.SessionOptions), threads=threads, memory=None)
        _library.call("venule_session_create", model, ctypes.byref(options), ctypes.byref(self._session))
        self._free = weakref.finalize(self, _free_session, self._session, self._process)
        self._free.atexit = False

    # MARK: Whole arrays

    def run(
        self,
        *arrays: npt.ArrayLike | Mapping[str, npt.ArrayLike],
        until: int | str | None = None,
        deadline: float | datetime.timedelta | None = None,
        out: Mapping[str, npt.NDArray[Any]] | None = None,
        **named: npt.ArrayLike,
    ) -> Result:
        """Runs the plan once. Other threads of Python go on meanwhile.

        :param arrays: the inputs in the plan's order, or one mapping of names to arrays. Each has to have the shape and
            type of its input; float64 is converted for an input of float32, and nothing else is converted. An array in C
            order and the machine's byte order is read where it lies, another one is copied once.
        :param until: only the outputs up to this one are made, which is given by its name or as their number, and
            nothing is computed that only later ones need.
        :param deadline: seconds or a timedelta from the start of the run. When it has passed, only the first output is
            still completed, so it is no hard limit; the result has the outputs that are complete.
        :param out: arrays that outputs are written into, by the outputs' names; for others, arrays are made.
        :param named: inputs by their names, where these can be written so.
        :raises UsageError: for inputs that are not the plan's, or while another thread runs this session.
        :raises CancelledError: if :meth:`cancel` was called.
        """
        sources = self._by_input(arrays, named)
        inputs = [tensor.prepare(sources[tensor.name], tensor.name) for tensor in self.inputs]
        wanted = self.outputs[: self._output_count(until)]
        results = self._results(wanted, out or {}, inputs)
        if deadline is not None:
            return self._run_until(deadline, inputs, wanted, results)
        run = _library.Run(
            structSize=ctypes.sizeof(_library.Run), inputs=_entries(inputs), outputs=_entries(results),
            outputCount=len(wanted), deadlineNanoseconds=0)
        newest = ctypes.c_uint32()
        with self._exclusively():
            _library.call("venule_session_run", self._session, ctypes.byref(run), ctypes.byref(newest))
        return Result({each.name: array for each, array in zip(wanted, results)}, wanted[newest.value].name)

    def _run_until(
        self, deadline: float | datetime.timedelta, inputs: list[npt.NDArray[Any]], wanted: tuple[Tensor, ...],
        results: list[npt.NDArray[Any]],
    ) -> Result:
        """By rows, since only their number tells which outputs are complete."""
        by_name = {each.name: array for each, array in zip(wanted, results)}
        made = dict.fromkeys(by_name, 0)
        sources = {each.name: array for each, array in zip(self.inputs, inputs)}
        with self.rows(sources, until=len(wanted), deadline=deadline) as rows:
            for part in rows:
                part.write(by_name[part.output.name])
                made[part.output.name] += part.count
        complete = {each.name: by_name[each.name] for each in wanted if made[each.name] == rows.row_total(each)}
        return Result(complete, rows.newest or wanted[0].name)

    def _results(
        self, wanted: tuple[Tensor, ...], out: Mapping[str, npt.NDArray[Any]], inputs: list[npt.NDArray[Any]]
    ) -> list[npt.NDArray[Any]]:
        unknown = set(out) - {each.name for each in wanted}
        if unknown:
            raise UsageError(f"out: {', '.join(sorted(unknown))}: is not among the outputs {_names(wanted)}")
        results = [
            each.prepare_result(out[each.name], f"out: {each.name}") if each.name in out
            else np.empty(each.shape, each.dtype)
            for each in wanted
        ]
        for index, each in enumerate(wanted):
            others = inputs + results[:index] + results[index + 1 :]
            if each.name in out and any(np.may_share_memory(results[index], other) for other in others):
                raise UsageError(f"out: {each.name}: shares memory with an input or another output")
        return results

    # MARK: Rows

    def rows(
        self,
        *sources: Source | Mapping[str, Source],
        outputs: Iterable[str] | None = None,
        until: int | str | None = None,
        deadline: float | datetime.timedelta | None = None,
        **named: Source,
    ) -> RowRun:
        """Starts a run that takes rows of the inputs as it needs them and gives rows of the outputs as they are finished.

        Neither has to be in memory as a whole::

            with session.rows(rows_of_a_file) as run:
                for rows in run:
                    write(rows.output.name, rows.first, rows.array)

        :param sources: as the arrays of :meth:`run`; besides a whole array (also as a list), an input may be an iterator of
            rows, each of the input's ``row_shape``, or of blocks of rows with one axis more. They are taken in order, image after image
            of a batch; a tensor that is no image is one row, with all of it. An input that several operations of the
            plan read has to be a whole array.
        :param outputs: the names of those whose rows are given; by default all that are made.
        :param until, deadline: as of :meth:`run`.
        """
        by_input = self._by_input(sources, named)
        count = self._output_count(until)
        wanted = self.outputs[:count]
        chosen = {each.name for each in wanted} if outputs is None else set(outputs)
        if not chosen <= {each.name for each in wanted}:
            raise UsageError(f"outputs: {', '.join(sorted(chosen))}: not all are among {_names(wanted)}")
        whole: list[npt.NDArray[Any] | None] = []
        streams: list[Iterator[npt.NDArray[Any]] | None] = []
        for tensor in self.inputs:
            source = by_input[tensor.name]
            is_whole = hasattr(source, "__array__") or not isinstance(source, Iterable) or isinstance(source, (list, tuple))
            whole.append(tensor.prepare(source, tensor.name) if is_whole else None)
            streams.append(None if is_whole else iter(source))
        run = _library.Run(
            structSize=ctypes.sizeof(_library.Run), inputs=_entries(whole), outputs=_entries([None] * count),
            outputCount=count, deadlineNanoseconds=_nanoseconds(deadline))
        return RowRun(self, run, whole, streams, chosen, wanted)

    # MARK: Cancelling and closing

    def cancel(self) -> None:
        """Ends the run that is under way, from any thread: it raises :class:`CancelledError` soon. The session can be used
        again; a run that begins later is not touched."""
        with self._life:
            if self._free.alive:
                _library.library().venule_session_cancel(self._session)

    def close(self) -> None:
        """Frees the session's memory, behind a run that another thread has under way."""
        with self._busy, self._life:
            self._free()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _exclusively(self) -> _Exclusively:
        return _Exclusively(self)

    # MARK: Arguments

    def _by_input(self, given: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
        if len(given) == 1 and isinstance(given[0], Mapping):
            found = dict(given[0])
        elif len(given) > len(self.inputs):
            raise UsageError(f"{len(given)} inputs are given; the plan has {len(self.inputs)}: {_names(self.inputs)}")
        else:
            found = {tensor.name: source for tensor, source in zip(self.inputs, given)}
        for name, source in named.items():
            if name in found:
                raise UsageError(f"{name}: is given twice")
            found[name] = source
        names = [tensor.name for tensor in self.inputs]
        unknown = [name for name in found if name not in names]
        missing = [name for name in names if name not in found]
        if unknown:
            raise UsageError(f"{', '.join(map(str, unknown))}: is no input of the plan; it has {_names(self.inputs)}")
        if missing:
            raise UsageError(f"{', '.join(missing)}: is an input of the plan and is not given")
        return found

    def _output_count(self, until: int | str | None) -> int:
        names = [tensor.name for tensor in self.outputs]
        if until is None:
            return len(names)
        if isinstance(until, str):
            if until not in names:
                raise UsageError(f"until: {until}: is no output of the plan; it has {_names(self.outputs)}")
            return names.index(until) + 1
        if not 1 <= until <= len(names):
            raise UsageError(f"until: is {until}; a number from 1 to {len(names)} is expected")
        return int(until)


class _Exclusively:
    """Makes a thread the only one that runs a session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def __enter__(self) -> None:
        session = self.session
        if session._process != os.getpid():
            raise UsageError("the session was made before this process was forked; make one in each process")
        if not session._busy.acquire(blocking=False):
            raise UsageError("the session runs already; make a session for each thread")
        if not session._free.alive:
            session._busy.release()
            raise UsageError("the session is closed")

    def __exit__(self, *_: object) -> None:
        self.session._busy.release()


def _entries(arrays: Sequence[npt.NDArray[Any] | None]) -> ctypes.Array[_library.Entry]:
    """None stands for rows."""
    entries = (_library.Entry * max(1, len(arrays)))()
    for entry, array in zip(entries, arrays):
        if array is not None:
            entry.bytes, entry.byteCount = array.ctypes.data, array.nbytes
    return entries


def _nanoseconds(deadline: float | datetime.timedelta | None) -> int:
    if deadline is None:
        return 0
    seconds = deadline.total_seconds() if isinstance(deadline, datetime.timedelta) else float(deadline)
    if math.isnan(seconds) or seconds < 0:
        raise UsageError(f"deadline: is {deadline}; seconds, 0 or more, are expected")
    # 0 would be none for the library, and so would what does not fit into 64 bits be none for anybody.
    return 0 if seconds > 1e9 else max(1, int(seconds * 1e9))


def _names(tensors: tuple[Tensor, ...]) -> str:
    return ", ".join(tensor.name for tensor in tensors)
