"""What the library and the compiler report, as exceptions.

Every exception carries the status that the C library or the compiler gave; their text is the message.
"""

from __future__ import annotations

import enum


class Status(enum.IntEnum):
    """What went wrong: ``venule_status`` of the C library, and the exit status of the programs."""

    USAGE = 1
    UNSUPPORTED = 2
    CORRUPT = 3
    DOES_NOT_FIT = 4
    MISMATCH = 5
    CANCELLED = 6
    ENDED_BY_CALLBACK = 7


class VenuleError(Exception):
    """Any failure. ``status`` is a :class:`Status`, or another number that a newer library may give."""

    default_status: int = 0

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status: int = type(self).default_status if status is None else status

    def __reduce__(self) -> tuple[type[VenuleError], tuple[str, int]]:
        return type(self), (str(self), self.status)


class UsageError(VenuleError, ValueError):
    """The caller's mistake: arguments, arrays of another shape or type, files that cannot be opened."""

    default_status = Status.USAGE


class UnsupportedError(VenuleError):
    """A sound file with something that is not supported."""

    default_status = Status.UNSUPPORTED


class CorruptError(VenuleError):
    """A damaged file."""

    default_status = Status.CORRUPT


class DoesNotFitError(VenuleError, MemoryError):
    """Memory or threads do not suffice, or the plan asks for more than it may."""

    default_status = Status.DOES_NOT_FIT


class CancelledError(VenuleError):
    """:meth:`Session.cancel` ended the run."""

    default_status = Status.CANCELLED


class LibraryNotFoundError(VenuleError, ImportError):
    """The shared library of the runtime, ``libvenule.so.0``, is not there, or is not one that this package knows."""

    default_status = Status.USAGE


class CompilerNotFoundError(UsageError):
    """The program ``venule``, which compiles models, is not installed."""


_BY_STATUS: dict[int, type[VenuleError]] = {
    kind.default_status: kind
    for kind in (UsageError, UnsupportedError, CorruptError, DoesNotFitError, CancelledError)
}


def error_of(status: int, text: str) -> VenuleError:
    """The exception for a status and its text."""
    return _BY_STATUS.get(status, VenuleError)(text, status)
