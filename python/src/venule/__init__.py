"""Runs plans of Venule: trained segmentation networks, compiled for one size of input.

::

    import venule

    plan = venule.Plan("iternet.plan")
    maps = plan.run(photograph)          # numpy in, numpy out
    vessels = maps.last                  # or maps["final_out"]

What is loaded and how it runs is logged to the logger ``venule``.
"""

from __future__ import annotations

from . import _library
from .compiler import compile
from .errors import (
    CancelledError,
    CompilerNotFoundError,
    CorruptError,
    DoesNotFitError,
    LibraryNotFoundError,
    Status,
    UnsupportedError,
    UsageError,
    VenuleError,
)
from .photograph import Photograph, read_photograph
from .plan import Plan
from .rows import RowRun, Rows
from .segmentation import segment
from .session import Result, Session
from .tensor import Tensor
from .version import VERSION

__version__ = VERSION

__all__ = [
    "CancelledError", "CompilerNotFoundError", "CorruptError", "DoesNotFitError", "LibraryNotFoundError", "Photograph",
    "Plan", "Result", "RowRun", "Rows", "Session", "Status", "Tensor", "UnsupportedError", "UsageError", "VenuleError",
    "compile", "library_version", "read_photograph", "segment",
]


def library_version() -> str:
    """The version of the C library."""
    version: bytes = _library.library().venule_version()
    return version.decode()
