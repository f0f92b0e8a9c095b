"""Rows pushed and pulled."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import FIXTURES, HEADS, MODEL
from venule import Plan, UsageError


@pytest.fixture(scope="module")
def streaming(compiled):
    """A plan of two images whose steps are of a few rows."""
    return Plan(compiled(MODEL, "--input-shape", "2x48x80x3", "--step-rows", "4", "--outputs", "all"), threads=1)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(3).random((2, 48, 80, 3), np.float32)


def collected(session, *sources, **options):
    found: dict[str, np.ndarray] = {}
    seen = []
    with session.rows(*sources, **options) as run:
        for rows in run:
            whole = found.setdefault(rows.output.name, np.zeros(rows.output.shape, rows.output.dtype))
            rows.write(whole)
            seen.append((rows.output.name, rows.image, rows.first, rows.count))
    return found, seen, run


def single(images):
    for image in images:
        yield from image


def blocks(images, size):
    """Blocks that do not end where images do."""
    rows = images.reshape(-1, *images.shape[2:])
    for first in range(0, len(rows), size):
        yield rows[first : first + size]


SOURCES = {
    "single": single,
    "blocks of 7": lambda images: blocks(images, 7),
    "all at once": lambda images: blocks(images, 96),
    "another layout": lambda images: (np.asfortranarray(row) for row in single(images)),
    "float64": lambda images: blocks(images.astype(np.float64), 5),
    "a whole array": lambda images: images,
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_rows_give_what_whole_arrays_give(streaming, images, source):
    whole = streaming.run(images)
    session = streaming.session()
    found, seen, run = collected(session, source(images))
    assert run.newest == "final_out" and set(found) == set(HEADS)
    for head in HEADS:
        assert found[head].tobytes() == whole[head].tobytes()
        mine = [(image, first, count) for name, image, first, count in seen if name == head]
        numbers = [48 * image + first + row for image, first, count in mine for row in range(count)]
        assert numbers == list(range(96))
    # Rows come before all of the input has gone in.
    assert len(seen) > 8


def test_output_rows_come_before_the_input_is_over(streaming, images):
    taken = 0

    def counted():
        nonlocal taken
        for row in single(images):
            taken += 1
            yield row

    with streaming.session().rows(counted(), outputs=["out11"]) as run:
        first = next(run)
        assert first.output.name == "out11" and (first.image, first.first) == (0, 0)
        assert 0 < taken <= 48
        # The rows are a copy: what the run does next does not change them.
        before = first.array.copy()
        next(run)
        assert (first.array == before).all()
        assert {rows.output.name for rows in run} == {"out11"}
    assert taken == 96


def test_rows_with_channels_in_front(compiled):
    plan = Plan(compiled(FIXTURES / "onnx/networks/pytorch_iternet.onnx", "--input-shape", "2x3x32x48", "--step-rows", "4"))
    images = np.random.default_rng(4).random((2, 3, 32, 48), np.float32)
    whole = plan.run(images)
    found, _, _ = collected(plan.session(), (images[n, :, y] for n in range(2) for y in range(32)))
    assert set(found) == set(whole)
    for name, array in whole.items():
        assert found[name].tobytes() == array.tobytes()


def test_a_tensor_that_is_no_image_is_one_row(compiled):
    plan = Plan(compiled(FIXTURES / "onnx/operators/integers.onnx"))
    (source,) = plan.inputs
    array = np.arange(12, dtype=np.int32).reshape(source.shape)
    found, seen, _ = collected(plan.session(), iter([array]))
    assert found[plan.outputs[0].name].tobytes() == plan.run(array).last.tobytes()
    assert len(seen) == 1


def test_until_and_deadline(streaming, images):
    found, _, run = collected(streaming.session(), single(images), until="out12")
    assert set(found) == {"out11", "out12"} and run.newest == "out12"
    found, _, run = collected(streaming.session(), single(images), deadline=0)
    assert run.newest == "out11"
    assert found["out11"].tobytes() == streaming.run(images, until=1).last.tobytes()
    with pytest.raises(UsageError, match="final_out: not all are among out11"):
        streaming.session().rows(single(images), until=1, outputs=["final_out"])


def test_what_goes_wrong_ends_the_run_and_leaves_the_session_usable(streaming, images):
    session = streaming.session()
    expected = session.run(images).last.tobytes()

    def failing():
        yield images[0, 0]
        raise RuntimeError("the camera is gone")

    for source, error, text in [
        (iter(list(single(images))[:50]), UsageError, "model2_input_0: its rows ended behind 50 of 96"),
        (failing(), RuntimeError, "the camera is gone"),
        (iter([images[0, 0], images[0, 1, :40]]), UsageError, r"row 1: has the shape \(40, 3\); \(80, 3\)"),
        (iter([images[0, 0].astype(np.uint8)]), UsageError, "row 0: is uint8; float32 is expected"),
    ]:
        with pytest.raises(error, match=text):
            collected(session, source)
        assert session.run(images).last.tobytes() == expected


def test_a_run_that_is_left(streaming, images):
    session = streaming.session()
    expected = session.run(images).last.tobytes()
    run = session.rows(single(images))
    next(run)
    with pytest.raises(UsageError, match="the session runs already"):
        session.run(images)
    run.close()
    run.close()
    assert list(run) == []
    assert session.run(images).last.tobytes() == expected
    # One that is forgotten is given up as well.
    next(session.rows(single(images)))
    assert session.run(images).last.tobytes() == expected
