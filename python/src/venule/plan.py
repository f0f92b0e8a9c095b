"""Plans: models that were compiled for one size of input."""

from __future__ import annotations

import ctypes
import datetime
import os
import threading
import weakref
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import numpy.typing as npt

from . import _library
from .errors import UsageError, VenuleError, error_of
from .session import Result, Session
from .tensor import Tensor, tensor_of


class Plan:
    """A plan, loaded and verified, which any number of sessions on any threads share.

    The file is mapped: all processes that load it share its pages, and it must not be changed in place while it is used
    (replacing it by another file of the same name does no harm).

    A plan can be pickled, by the path of its file or, where it was made of bytes, with these.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        threads: int = 0,
        memory_limit: int = 0,
        work_limit: int = 0,
        read_file: bool = False,
    ) -> None:
        """Loads a plan file.

        :param threads: of the sessions that :meth:`run` makes; 0 is as many as the process may use processors.
        :param memory_limit: the most bytes that a session with its inputs and outputs may take; 0 is 64 GiB.
        :param work_limit: the most multiply-accumulates of a run; 0 is 10¹⁵.
        :param read_file: whether the file is read into memory instead of mapped.
        :raises VenuleError: by what is wrong with the file.
        """
        encoded = os.fsencode(path)
        if b"\0" in encoded:
            raise UsageError(f"{os.fspath(path)!r}: a path cannot hold a zero byte")
        self.path: str | None = os.path.abspath(os.fspath(path))
        self._source: bytes | None = None
        self._begin(threads, memory_limit, work_limit, read_file)
        options = self._model_options()
        try:
            _library.call("venule_model_open", encoded, ctypes.byref(options), ctypes.byref(self._model))
        except VenuleError as error:
            # What is wrong inside of a file is told without the file's name.
            name, text = os.fspath(path), str(error)
            raise error_of(error.status, text if text.startswith(name) else f"{name}: {text}") from None
        self._finish()

    @classmethod
    def from_bytes(
        cls, plan: bytes | bytearray | memoryview, *, threads: int = 0, memory_limit: int = 0, work_limit: int = 0
    ) -> Plan:
        """A copy of a plan in memory; the parameters are those of the class."""
        made = cls.__new__(cls)
        made.path = None
        made._source = bytes(plan)
        made._begin(threads, memory_limit, work_limit, False)
        options = made._model_options()
        _library.call(
            "venule_model_copy", made._source, len(made._source), ctypes.byref(options), ctypes.byref(made._model))
        made._finish()
        return made

    def _begin(self, threads: int, memory_limit: int, work_limit: int, read_file: bool) -> None:
        for name, value in (("threads", threads), ("memory_limit", memory_limit), ("work_limit", work_limit)):
            if value < 0:
                raise UsageError(f"{name}: is {value}; 0 or more is expected")
        _library.library()  # Whether it is there has nothing to do with the plan.
        self._options = (threads, memory_limit, work_limit, read_file)
        self._model = ctypes.c_void_p()
        self._lock = threading.Lock()
        self._idle: list[Session] = []
        self._idle_process = os.getpid()

    def _model_options(self) -> _library.ModelOptions:
        _, memory_limit, work_limit, read_file = self._options
        return _library.ModelOptions(
            structSize=ctypes.sizeof(_library.ModelOptions), memoryLimit=memory_limit, workLimit=work_limit,
            readsFile=int(read_file), memory=None, log=ctypes.pointer(_library.LOG))

    def _finish(self) -> None:
        # Not at the interpreter's end: threads of daemons may still be inside of a run then.
        self._free = weakref.finalize(self, _library.library().venule_model_free, self._model)
        self._free.atexit = False
        self.inputs: tuple[Tensor, ...] = self._describe("input")
        """The inputs, in the plan's order."""
        self.outputs: tuple[Tensor, ...] = self._describe("output")
        """The outputs in the plan's order: where they refine one another, the best is the last."""

    def _describe(self, kind: str) -> tuple[Tensor, ...]:
        tensors = []
        for index in range(getattr(_library.library(), f"venule_model_{kind}_count")(self._model)):
            description = _library.TensorDescription()
            _library.call(f"venule_model_{kind}", self._model, index, ctypes.byref(description))
            tensors.append(tensor_of(description))
        return tuple(tensors)

    def session(self, *, threads: int | None = None) -> Session:
        """A session of this plan, which holds all memory that running takes and runs one inference at a time.

        :param threads: 0 is as many as the process may use processors, 1 starts no other thread; by default the plan's.
        :raises DoesNotFitError: if there is not enough memory.
        """
        with self._lock:
            if not self._free.alive:
                raise UsageError("the plan is closed")
            return Session(self, self._model, self._options[0] if threads is None else threads)

    def run(
        self,
        *arrays: npt.ArrayLike | Mapping[str, npt.ArrayLike],
        until: int | str | None = None,
        deadline: float | datetime.timedelta | None = None,
        out: Mapping[str, npt.NDArray[Any]] | None = None,
        **named: npt.ArrayLike,
    ) -> Result:
        """Runs the plan once; the parameters are those of :meth:`Session.run`.

        May be called from several threads at once: each run takes a session that is idle, or a new one, which is then
        kept. A plan that is run with ``threads=1`` from N threads uses N processors.
        """
        session = self._take()
        try:
            return session.run(*arrays, until=until, deadline=deadline, out=out, **named)
        finally:
            self._give_back(session)

    def _take(self) -> Session:
        with self._lock:
            if self._idle_process != os.getpid():
                # The threads of a forked process' sessions stayed with its parent.
                self._idle, self._idle_process = [], os.getpid()
            if self._free.alive and self._idle:
                return self._idle.pop()
        return self.session()

    def _give_back(self, session: Session) -> None:
        with self._lock:
            if self._free.alive and self._idle_process == os.getpid():
                self._idle.append(session)
                return
        session.close()

    def close(self) -> None:
        """Frees the plan. Sessions that were made by :meth:`session` keep what they need of it."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._free()
        for session in idle:
            session.close()

    def __enter__(self) -> Plan:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _reopened, (self.path if self._source is None else self._source, self._options)

    def __repr__(self) -> str:
        def text(tensors: tuple[Tensor, ...]) -> str:
            return ", ".join(f"{each.name}: {each.dtype} {list(each.shape)}" for each in tensors)

        return f"<venule.Plan {self.path or 'of bytes'}: {text(self.inputs)} -> {text(self.outputs)}>"


def _reopened(source: str | bytes, options: tuple[int, int, int, bool]) -> Plan:
    threads, memory_limit, work_limit, read_file = options
    if isinstance(source, bytes):
        return Plan.from_bytes(source, threads=threads, memory_limit=memory_limit, work_limit=work_limit)
    return Plan(source, threads=threads, memory_limit=memory_limit, work_limit=work_limit, read_file=read_file)
