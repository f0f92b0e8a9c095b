"""The compiler, where it is installed: a program of its own, which makes plans of models."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any, Union

from .errors import CompilerNotFoundError, UsageError, VenuleError, error_of
from .plan import Plan

log = logging.getLogger("venule.compile")

Path = Union[str, "os.PathLike[str]"]


def compile(
    model: Path,
    plan: Path,
    *,
    program: Path | None = None,
    input_shape: Iterable[int] | str | Mapping[str, Iterable[int] | str] | None = None,
    bind: Mapping[str, Path] | None = None,
    outputs: str | Iterable[str] | None = None,
    **options: Any,
) -> Plan:
    """Compiles a model (Keras, ONNX, or a graph of ``venule import``) and loads the plan.

    ::

        plan = venule.compile("iternet.hdf5", "iternet.plan", input_shape=(1, 592, 592, 3), outputs="all")

    What the compiler prints is logged to ``venule.compile``. A plan file that is there already is replaced, if compiling
    succeeds.

    :param program: the program ``venule``; by default what the environment variable ``VENULE`` names, else the one in PATH.
    :param input_shape: of the input, or by name of several inputs, in the model's own order of axes.
    :param bind: array files for inputs that become constants, by the inputs' names.
    :param outputs: ``"final"``, ``"all"``, or names.
    :param options: every other option of ``venule compile``, with ``_`` for ``-``: ``max_memory="96MiB"``,
        ``weights="f16"``, ``exact=True``. True is for options without a value; False and None leave an option out.
    :raises CompilerNotFoundError: if there is no such program.
    :raises VenuleError: with the compiler's text and exit status, by which its class is chosen.
    """
    arguments = ["compile", _argument(model), "-o", _argument(plan)]
    shapes = input_shape if isinstance(input_shape, Mapping) else {} if input_shape is None else {"": input_shape}
    for name, shape in shapes.items():
        text = shape if isinstance(shape, str) else "x".join(map(str, shape))
        arguments += ["--input-shape", f"{name}={text}" if name else text]
    for name, file in (bind or {}).items():
        arguments += ["--bind", f"{name}={os.fspath(file)}"]
    if outputs is not None:
        arguments += ["--outputs", outputs if isinstance(outputs, str) else ",".join(outputs)]
    for name, value in options.items():
        arguments += _option(name, value)
    _run(_program(program), arguments)
    return Plan(plan)


def _argument(path: Path) -> str:
    """A path that is not taken for an option."""
    text = os.fspath(path)
    return os.path.join(".", text) if text.startswith("-") else text


def _option(name: str, value: Any) -> list[str]:
    option = "--" + name.replace("_", "-")
    if value is None or value is False:
        return []
    if value is True:
        return [option]
    if isinstance(value, (list, tuple)):
        # Numbers of one option, such as mean=(0.5, 0.4, 0.3).
        return [option, ",".join(map(str, value))]
    return [option, str(value)]


def _program(program: Path | None) -> str:
    named = program if program is not None else os.environ.get("VENULE")
    found = shutil.which(os.fspath(named) if named else "venule")
    if found is None:
        where = f"{os.fspath(named)!r} is no program" if named else "there is no program 'venule' in PATH"
        raise CompilerNotFoundError(
            f"{where}: the compiler is not part of this package. Build it (make install), and name it by program= or "
            "the environment variable VENULE; or compile plans elsewhere, they are the same on every machine")
    return found


def _run(program: str, arguments: list[str]) -> None:
    if any("\0" in argument for argument in arguments):
        raise UsageError("a path or an option holds a zero byte")
    done = subprocess.run(
        [program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        log.info("%s", line)
    errors = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode < 0:
        raise VenuleError(f"{program} was ended by signal {-done.returncode}\n{errors}".rstrip(), done.returncode)
    if done.returncode != 0:
        raise error_of(done.returncode, errors or f"{program} ended with status {done.returncode}")
    for line in errors.splitlines():
        log.warning("%s", line)
