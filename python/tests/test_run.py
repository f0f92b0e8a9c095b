"""Whole arrays in and out."""

from __future__ import annotations

import datetime
import pickle
import tracemalloc
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
import venule
from conftest import FIXTURES, HEADS, TRAINED
from venule import Plan, UsageError


def bits(array: np.ndarray) -> bytes:
    return np.ascontiguousarray(array).tobytes()


def test_all_heads_are_keras_and_the_runners_bit_for_bit(iternet, photograph, by_runner):
    expected = by_runner(iternet, {"model2_input_0": photograph})
    with Plan(iternet) as plan:
        result = plan.run(photograph)
    assert list(result) == HEADS
    for head in HEADS:
        assert result[head].dtype == np.float32 and result[head].shape == (1, 48, 80, 1)
        assert bits(result[head]) == bits(expected[head])
        assert np.abs(result[head] - np.load(TRAINED / f"{head}.npy")).max() < 1e-5
    assert result.newest == "final_out"
    assert result.last is result["final_out"]


def test_inputs_and_outputs_say_what_they_are(iternet, compiled):
    plan = Plan(iternet)
    assert [(t.name, t.shape, t.dtype, t.layout) for t in plan.inputs] == [
        ("model2_input_0", (1, 48, 80, 3), np.float32, "nhwc")]
    assert [t.name for t in plan.outputs] == HEADS
    assert plan.outputs[0].nbytes == 48 * 80 * 4
    assert plan.inputs[0].row_shape == (80, 3)
    assert str(iternet) in repr(plan) and "final_out" in repr(plan)
    network = Plan(compiled(FIXTURES / "onnx/networks/pytorch_iternet.onnx", "--input-shape", "2x3x32x48"))
    assert network.inputs[0].layout == "nchw" and network.inputs[0].row_shape == (3, 48)


def test_a_batch_with_channels_in_front(compiled, by_runner):
    path = compiled(FIXTURES / "onnx/networks/pytorch_iternet.onnx", "--input-shape", "2x3x32x48")
    image = np.random.default_rng(1).random((2, 3, 32, 48), np.float32)
    result = Plan(path).run(image)
    expected = by_runner(path, {"image": image})
    assert set(result) == set(expected)
    for name, array in result.items():
        assert bits(array) == bits(expected[name])


def test_every_element_type(compiled, by_runner):
    path = compiled(FIXTURES.parents[1] / "python/tests/types.vir")
    inputs = {
        "half": np.array([1, -2.5, 3], ml_dtypes.bfloat16),
        "sixteen": np.array([0.5, 1, -4], np.float16),
        "double": np.array([1e-3, 2, 1e5], np.float64),
        "flag": np.array([[True, False], [False, True]]),
        "count": np.array([2**40, -1, 7]),
        "byte": np.array([1, 200, 3], np.uint8),
        "scalar": np.array(2, np.float32),
    }
    plan = Plan(path)
    result = plan.run(inputs)
    assert [tensor.dtype for tensor in plan.inputs] == [array.dtype for array in inputs.values()]
    sums = inputs["half"].astype(np.float32) + inputs["sixteen"] + inputs["double"].astype(np.float32)
    assert (result["halves"] == (2 * sums).astype(ml_dtypes.bfloat16)).all()
    assert result["halves"].dtype == ml_dtypes.bfloat16
    assert (result["doubles"] == 2 * sums).all() and result["doubles"].dtype == np.float64
    assert (result["counts"] == [2**41, -2, 14]).all() and result["counts"].dtype == np.int64
    assert (result["bytes"] == [2, 144, 6]).all() and result["bytes"].dtype == np.uint8
    assert (result["flags"] == ~inputs["flag"]).all() and result["flags"].dtype == np.bool_
    # float64 for float32 is converted, by position as well; integers never are.
    assert bits(plan.run({**inputs, "scalar": np.float64(2)})["doubles"]) == bits(result["doubles"])
    with pytest.raises(UsageError, match="scalar: is int64; float32 is expected"):
        plan.run({**inputs, "scalar": np.array(2)})
    with pytest.raises(UsageError, match="half: is uint16; bfloat16 is expected"):
        plan.run({**inputs, "half": inputs["half"].view(np.uint16)})
    with pytest.raises(UsageError, match="count: is float64; int64 is expected"):
        plan.run({**inputs, "count": np.zeros(3)})


def test_arguments_by_position_by_mapping_and_by_name(iternet, photograph):
    plan = Plan(iternet)
    expected = bits(plan.run(photograph).last)
    assert bits(plan.run({"model2_input_0": photograph}).last) == expected
    assert bits(plan.run(model2_input_0=photograph).last) == expected
    for call, text in [
        (lambda: plan.run(), "model2_input_0: is an input of the plan and is not given"),
        (lambda: plan.run(photograph, photograph), "2 inputs are given; the plan has 1: model2_input_0"),
        (lambda: plan.run(photograph, model2_input_0=photograph), "model2_input_0: is given twice"),
        (lambda: plan.run(photograph, image=photograph), "image: is no input of the plan; it has model2_input_0"),
        (lambda: plan.run(photograph[0]), "has the shape 48x80x3; 1x48x80x3 is expected"),
        (lambda: plan.run((photograph * 255).astype(np.uint8)), "is uint8; float32 is expected"),
        (lambda: plan.run(photograph.astype(np.float16)), "is float16; float32 is expected"),
        (lambda: plan.run(photograph.astype(np.complex64)), "is complex64; float32 is expected"),
        (lambda: plan.run(np.ma.masked_greater(photograph, photograph.mean())), "has masked elements"),
        (lambda: plan.run(photograph, until="out14"), "out14: is no output of the plan; it has out11, out12"),
        (lambda: plan.run(photograph, until=5), "a number from 1 to 4 is expected"),
        (lambda: plan.run(photograph, until=0), "a number from 1 to 4 is expected"),
        (lambda: plan.run(photograph, deadline=-1), "seconds, 0 or more"),
        (lambda: plan.run(photograph, deadline=float("nan")), "seconds, 0 or more"),
        (lambda: plan.session(threads=-1), "threads: is -1"),
        (lambda: Plan(iternet, memory_limit=-1), "memory_limit: is -1"),
    ]:
        with pytest.raises(UsageError, match=text) as caught:
            call()
        assert caught.value.status == venule.Status.USAGE == 1
        assert isinstance(caught.value, ValueError)


def test_other_layouts_of_memory_are_copied_and_give_the_same(iternet, photograph):
    plan = Plan(iternet)
    expected = bits(plan.run(photograph).last)
    padded = np.zeros((1, 50, 83, 3), np.float32)
    padded[:, 1:49, 2:82] = photograph
    unaligned = np.frombuffer(b"x" + photograph.tobytes(), np.float32, offset=1).reshape(photograph.shape)
    assert not unaligned.flags.aligned
    for other in [
        np.asfortranarray(photograph), padded[:, 1:49, 2:82], photograph[:, ::-1][:, ::-1].copy()[:, ::-1][:, ::-1],
        photograph.astype(">f4"), photograph.astype(np.float64), photograph.tolist(), unaligned,
    ]:
        assert bits(plan.run(other).last) == expected


def test_a_fitting_array_is_not_copied(compiled):
    """Python's and numpy's allocations during a run are those of the outputs alone."""
    side = 256
    plan = Plan(compiled(FIXTURES / "iternet/k1_n1_gzip.hdf5", "--input-shape", f"1x{side}x{side}x3"), threads=1)
    image = np.random.default_rng(2).random((1, side, side, 3), np.float32)
    out = {"final_out": np.empty((1, side, side, 1), np.float32)}
    plan.run(image, out=out)

    def peak(array: np.ndarray) -> int:
        tracemalloc.start()
        plan.run(array, out=out)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(image) < 50_000
    assert peak(image.astype(np.float64)) >= image.nbytes


def test_results_are_written_into_given_arrays(iternet, photograph):
    plan = Plan(iternet)
    mine = np.full((1, 48, 80, 1), np.nan, np.float32)
    result = plan.run(photograph, out={"out12": mine})
    assert result["out12"] is mine
    assert bits(mine) == bits(plan.run(photograph)["out12"])
    read_only = mine.copy()
    read_only.flags.writeable = False
    for wrong, text in [
        ({"out12": mine[:, :40]}, "float32 1x40x80x1; an array of float32 1x48x80x1 is expected"),
        ({"out12": mine.astype(np.float64)}, "is float64"),
        ({"out12": [1, 2]}, "is list"),
        ({"out12": read_only}, "writable"),
        ({"out12": np.asfortranarray(np.zeros((48, 80), np.float32)).reshape(1, 48, 80, 1, order="A")}, "in C order"),
        ({"out": mine}, "out: out: is not among the outputs"),
        ({"out12": mine, "out13": mine}, "shares memory"),
    ]:
        with pytest.raises(UsageError, match=text):
            plan.run(photograph, out=wrong)
    with pytest.raises(UsageError, match="out: final_out: is not among the outputs out11"):
        plan.run(photograph, until=1, out={"final_out": mine})


def test_until_makes_the_first_outputs(iternet, photograph, by_runner):
    plan = Plan(iternet)
    result = plan.run(photograph, until=2)
    assert list(result) == ["out11", "out12"] and result.newest == "out12"
    assert list(plan.run(photograph, until="out12")) == ["out11", "out12"]
    expected = by_runner(iternet, {"model2_input_0": photograph}, "--until", "2")
    assert set(expected) == {"out11", "out12"}
    for name in expected:
        assert bits(result[name]) == bits(expected[name])


def test_a_deadline_that_has_passed_leaves_what_is_complete(iternet, photograph):
    plan = Plan(iternet)
    whole = plan.run(photograph)
    for deadline in (0, 1e-9, datetime.timedelta(microseconds=1)):
        result = plan.run(photograph, deadline=deadline)
        assert list(result) == ["out11"] and result.newest == "out11"
        assert bits(result.last) == bits(whole["out11"])
    for deadline in (3600, 1e12, datetime.timedelta(days=1)):
        result = plan.run(photograph, deadline=deadline)
        assert list(result) == HEADS
        assert all(bits(result[head]) == bits(whole[head]) for head in HEADS)


def test_a_plan_is_pickled_by_its_path_or_its_bytes(iternet, photograph):
    plan = Plan(iternet, threads=1)
    expected = bits(plan.run(photograph).last)
    data = pickle.dumps(plan)
    assert len(data) < 1000
    assert bits(pickle.loads(data).run(photograph).last) == expected
    copied = Plan.from_bytes(iternet.read_bytes())
    assert bits(pickle.loads(pickle.dumps(copied)).run(photograph).last) == expected


def test_a_plan_is_mapped_so_that_processes_share_its_pages(iternet):
    def mapped() -> bool:
        return str(iternet) in Path("/proc/self/maps").read_text()

    plan = Plan(iternet)
    assert mapped()
    plan.close()
    read = Plan(iternet, read_file=True)
    assert not mapped()
    read.close()


def test_a_plan_read_into_memory(iternet, photograph, tmp_path):
    path = tmp_path / "moved.plan"
    path.write_bytes(iternet.read_bytes())
    plan = Plan(path, read_file=True)
    path.write_bytes(b"")
    assert bits(plan.run(photograph).last) == bits(Plan(iternet).run(photograph).last)


def test_a_closed_plan(iternet, photograph):
    plan = Plan(iternet)
    session = plan.session(threads=1)
    expected = bits(plan.run(photograph).last)
    with plan:
        pass
    plan.close()
    with pytest.raises(UsageError, match="the plan is closed"):
        plan.run(photograph)
    # A session keeps what it needs.
    assert bits(session.run(photograph).last) == expected
    session.close()
    with pytest.raises(UsageError, match="the session is closed"):
        session.run(photograph)
    session.cancel()
    session.close()
