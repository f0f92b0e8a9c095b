"""The C library's functions and structs, as ``venule.h`` declares them.

``ctypes`` releases the interpreter's lock while a function of the library runs, so that other threads of Python go on.
"""

from __future__ import annotations

import ctypes
import functools
import logging
import os
from ctypes import POINTER, c_char, c_char_p, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import Any

from .errors import LibraryNotFoundError, error_of

LARGEST_RANK = 8
FILE_NAME = "libvenule.so.0"

log = logging.getLogger("venule")
# Nothing is printed unless the program that uses the package wants it.
log.addHandler(logging.NullHandler())


class Failure(ctypes.Structure):
    _fields_ = [("status", c_int32), ("text", c_char * 508)]


class TensorDescription(ctypes.Structure):
    _fields_ = [
        ("name", c_void_p),
        ("nameByteCount", c_size_t),
        ("element", c_int32),
        ("layout", c_int32),
        ("rank", c_uint32),
        ("shape", c_uint32 * LARGEST_RANK),
        ("byteCount", c_size_t),
    ]


WriteLog = ctypes.CFUNCTYPE(None, c_void_p, c_int32, c_char_p)


class Log(ctypes.Structure):
    _fields_ = [("write", WriteLog), ("context", c_void_p)]


class ModelOptions(ctypes.Structure):
    _fields_ = [
        ("structSize", c_size_t),
        ("memoryLimit", c_size_t),
        ("workLimit", c_uint64),
        ("readsFile", c_uint32),
        ("memory", c_void_p),
        ("log", POINTER(Log)),
    ]


class SessionOptions(ctypes.Structure):
    _fields_ = [("structSize", c_size_t), ("threads", c_uint32), ("memory", c_void_p)]


class Rows(ctypes.Structure):
    _fields_ = [
        ("event", c_int32),
        ("entry", c_uint32),
        ("image", c_uint32),
        ("firstRow", c_uint32),
        ("rowCount", c_uint32),
        ("rowByteCount", c_size_t),
        ("bytes", c_void_p),
    ]


FINISHED, INPUT_ROWS, OUTPUT_ROWS = 0, 1, 2


class Entry(ctypes.Structure):
    """``venule_input`` and ``venule_output``, which are laid out alike. No function is ever given, so that Python is not
    called from inside of a run: rows pass through ``venule_session_advance``."""

    _fields_ = [("bytes", c_void_p), ("byteCount", c_size_t), ("function", c_void_p), ("context", c_void_p)]


class Run(ctypes.Structure):
    _fields_ = [
        ("structSize", c_size_t),
        ("inputs", POINTER(Entry)),
        ("outputs", POINTER(Entry)),
        ("outputCount", c_uint32),
        ("deadlineNanoseconds", c_uint64),
    ]


_LEVELS = {1: logging.ERROR, 2: logging.WARNING, 3: logging.INFO}


def _write_log(context: int | None, level: int, text: bytes | None) -> None:
    log.log(_LEVELS.get(level, logging.INFO), "%s", (text or b"").decode("utf-8", "replace"))


# The models point to this for as long as the process lives.
LOG = Log(WriteLog(_write_log), None)

_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "venule_version": (c_char_p, []),
    "venule_model_open": (c_int32, [c_char_p, POINTER(ModelOptions), POINTER(c_void_p), POINTER(Failure)]),
    "venule_model_copy": (c_int32, [c_void_p, c_size_t, POINTER(ModelOptions), POINTER(c_void_p), POINTER(Failure)]),
    "venule_model_free": (None, [c_void_p]),
    "venule_model_input_count": (c_uint32, [c_void_p]),
    "venule_model_output_count": (c_uint32, [c_void_p]),
    "venule_model_input": (c_int32, [c_void_p, c_uint32, POINTER(TensorDescription), POINTER(Failure)]),
    "venule_model_output": (c_int32, [c_void_p, c_uint32, POINTER(TensorDescription), POINTER(Failure)]),
    "venule_session_create": (c_int32, [c_void_p, POINTER(SessionOptions), POINTER(c_void_p), POINTER(Failure)]),
    "venule_session_free": (None, [c_void_p]),
    "venule_session_run": (c_int32, [c_void_p, POINTER(Run), POINTER(c_uint32), POINTER(Failure)]),
    "venule_session_start": (c_int32, [c_void_p, POINTER(Run), POINTER(Failure)]),
    "venule_session_advance": (c_int32, [c_void_p, POINTER(Rows), POINTER(Failure)]),
    "venule_session_stop": (c_int32, [c_void_p, POINTER(Failure)]),
    "venule_session_cancel": (None, [c_void_p]),
}


@functools.lru_cache(maxsize=None)
def library() -> ctypes.CDLL:
    """The shared library: the one in the package, or that which the environment variable ``VENULE_LIBRARY`` names."""
    path = os.environ.get("VENULE_LIBRARY") or str(Path(__file__).parent / FILE_NAME)
    try:
        loaded = ctypes.CDLL(path)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(loaded, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise LibraryNotFoundError(
            f"the runtime's library {path} cannot be used: {error}. It is part of the wheel; "
            f"with sources alone, install the package with pip, or set VENULE_LIBRARY to a {FILE_NAME}"
        ) from error
    return loaded


def call(name: str, *arguments: Any) -> None:
    """Calls a function that can fail; its failure is raised."""
    failure = Failure()
    status = getattr(library(), name)(*arguments, ctypes.byref(failure))
    if status != 0:
        raise error_of(status, failure.text.decode("utf-8", "replace"))
