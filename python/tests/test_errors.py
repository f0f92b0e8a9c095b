"""Failures, with the texts of the C library and of the compiler."""

from __future__ import annotations

import os
import pickle
import stat
import subprocess
import sys

import pytest
import venule
from conftest import FIXTURES, MODEL
from venule import Plan


def test_files_that_are_no_plans(tmp_path, iternet):
    damaged = tmp_path / "damaged.plan"
    data = bytearray(iternet.read_bytes())
    data[40] ^= 0xFF
    damaged.write_bytes(data)
    short = tmp_path / "short.plan"
    short.write_bytes(iternet.read_bytes()[:100_000])
    for path, kind, text in [
        (tmp_path / "none.plan", venule.UsageError, "No such file"),
        (tmp_path, venule.UsageError, ": "),
        (MODEL, venule.CorruptError, "this is not a Venule plan"),
        (damaged, venule.CorruptError, "header"),
        (short, venule.CorruptError, ": "),
    ]:
        with pytest.raises(kind, match=text) as caught:
            Plan(path)
        assert str(caught.value).startswith(f"{path}: ")
    with pytest.raises(venule.UsageError, match="zero byte"):
        Plan("a\0b.plan")
    with pytest.raises(venule.CorruptError, match="this is not a Venule plan"):
        Plan.from_bytes(MODEL.read_bytes())


def test_limits(iternet):
    with pytest.raises(venule.DoesNotFitError) as caught:
        Plan(iternet, memory_limit=1000)
    assert caught.value.status == 4 and isinstance(caught.value, MemoryError)
    with pytest.raises(venule.DoesNotFitError):
        Plan(iternet, work_limit=1000)


def test_exceptions_can_be_pickled():
    for error in [venule.CorruptError("text"), venule.VenuleError("other", 77), venule.UsageError("mine")]:
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy), copy.status) == (type(error), str(error), error.status)


def test_the_library_is_named_where_it_cannot_be_used(tmp_path):
    wrong = tmp_path / "libvenule.so.0"
    wrong.write_bytes(b"no library")
    code = "import venule\ntry:\n    venule.Plan('x.plan')\nexcept venule.LibraryNotFoundError as error:\n    print(error)"
    for path in (wrong, tmp_path / "none.so"):
        done = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "VENULE_LIBRARY": str(path)}, capture_output=True, text=True, check=True)
        assert str(path) in done.stdout and "part of the wheel" in done.stdout


def test_versions():
    assert venule.library_version() == venule.__version__


def test_compile(tmp_path, compiler, photograph, iternet, caplog):
    out = tmp_path / "x.plan"
    with caplog.at_level("INFO", "venule.compile"):
        plan = venule.compile(MODEL, out, program=compiler, input_shape=(1, 48, 80, 3), outputs="all")
    assert out.read_bytes() == iternet.read_bytes()
    assert plan.run(photograph).last.shape == (1, 48, 80, 1)
    assert any("1x48x80x3" in record.getMessage() for record in caplog.records)
    # Options of every kind.
    two = venule.compile(
        MODEL, out, program=compiler, input_shape="1x48x80x3", outputs=["out12"], weights="f16", exact=True,
        flush_subnormals=False, target=None)
    assert [tensor.name for tensor in two.outputs] == ["out12"]
    frame = venule.compile(
        MODEL, out, program=compiler, input_format="rgb8:100x60", resize="80x48", mean=(0.1, 0.2, 0.3))
    assert frame.inputs[0].shape == (1, 60, 100, 3)
    network = venule.compile(
        FIXTURES / "onnx/networks/pytorch_iternet.onnx", out, program=compiler, input_shape={"image": (1, 3, 32, 48)})
    assert network.inputs[0].shape == (1, 3, 32, 48)


def test_the_compilers_failures(tmp_path, compiler, monkeypatch):
    out = tmp_path / "x.plan"

    def compile(model, **options):
        return venule.compile(model, out, program=compiler, **options)

    for kind, text, call in [
        (venule.UsageError, "none.hdf5", lambda: compile(tmp_path / "none.hdf5")),
        (venule.CorruptError, "truncated", lambda: compile(FIXTURES / "bad/truncated.hdf5")),
        (venule.UnsupportedError, "unet_weights", lambda: compile(FIXTURES / "bad/unet_weights.hdf5", input_shape=(1, 16, 16, 3))),
        (venule.DoesNotFitError, "8.0 MiB|8 MiB", lambda: compile(MODEL, input_shape=(1, 592, 592, 3), max_memory="8MiB")),
        (venule.UsageError, "--colour", lambda: compile(MODEL, colour="blue")),
    ]:
        with pytest.raises(kind, match=text) as caught:
            call()
        assert str(caught.value) and not out.exists()
    monkeypatch.setenv("VENULE", str(tmp_path / "nowhere"))
    with pytest.raises(venule.CompilerNotFoundError, match="nowhere.* is no program: the compiler is not part"):
        venule.compile(MODEL, out)
    monkeypatch.delenv("VENULE")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(venule.CompilerNotFoundError, match="no program 'venule' in PATH"):
        venule.compile(MODEL, out)
    # One that is found by PATH, and ends by a signal.
    program = tmp_path / "venule"
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(venule.VenuleError, match="signal 9"):
        venule.compile(MODEL, out)
