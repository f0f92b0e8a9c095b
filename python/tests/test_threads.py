"""Several sessions, threads and processes."""

from __future__ import annotations

import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from conftest import MODEL
from venule import CancelledError, Plan, UsageError


def test_one_plan_on_many_threads(iternet, photograph):
    plan = Plan(iternet, threads=1)
    images = [photograph * np.float32(scale) for scale in np.linspace(0.2, 1, 16)]
    expected = [plan.run(image).last.tobytes() for image in images]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            assert [result.last.tobytes() for result in pool.map(plan.run, images)] == expected
    with ThreadPoolExecutor(4) as pool:
        def own_session(image: np.ndarray) -> bytes:
            with plan.session(threads=2) as session:
                return session.run(image).last.tobytes()

        assert list(pool.map(own_session, images)) == expected


@pytest.fixture(scope="module")
def long_plan(compiled):
    """Some hundred milliseconds of work."""
    return Plan(compiled(MODEL, "--input-shape", "1x592x592x3"), threads=1)


def test_a_run_is_cancelled_from_another_thread(long_plan):
    """That another thread's cancel() comes while a run is under way also shows that the interpreter's lock is released."""
    session = long_plan.session()
    image = np.zeros((1, 592, 592, 3), np.float32)
    expected = session.run(image).last.tobytes()
    outcome = []

    def run() -> None:
        try:
            # So many that the test would fail by its time if cancelling did nothing.
            for _ in range(1000):
                session.run(image)
        except CancelledError as error:
            outcome.append(error)

    worker = threading.Thread(target=run)
    worker.start()
    while worker.is_alive():
        session.cancel()
        time.sleep(0.001)
    worker.join()
    assert len(outcome) == 1 and outcome[0].status == 6 and "cancel" in str(outcome[0])
    assert session.run(image).last.tobytes() == expected


def test_a_session_runs_once_at_a_time(long_plan):
    session = long_plan.session()
    image = np.zeros((1, 592, 592, 3), np.float32)
    with session.rows(iter(image[0])) as run:
        next(run)
        with pytest.raises(UsageError, match="make a session for each thread"):
            session.run(image)


def test_a_forked_process_makes_sessions_of_its_own(iternet, photograph):
    plan = Plan(iternet, threads=2)
    session = plan.session(threads=2)
    expected = plan.run(photograph).last.tobytes()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, b"1" if plan.run(photograph).last.tobytes() == expected else b"0")
            try:
                session.run(photograph)
            except UsageError as error:
                os.write(writing, b"1" if "forked" in str(error) else b"0")
            del session, plan
            os.write(writing, b"1")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        assert answers.read() == b"111"
    assert os.waitpid(child, 0)[1] == 0
    assert session.run(photograph).last.tobytes() == expected


def test_what_happens_is_logged(iternet, photograph, caplog):
    with caplog.at_level(logging.INFO, "venule"):
        plan = Plan(iternet, threads=1)
        plan.run(photograph)
        plan.run(photograph, deadline=0)
        with pytest.raises(Exception):
            Plan(MODEL)
    texts = [(record.levelno, record.getMessage()) for record in caplog.records if record.name == "venule"]
    assert any(level == logging.INFO and text.startswith("model: ") for level, text in texts)
    assert any(level == logging.INFO and text.startswith("session: 1 threads") for level, text in texts)
    assert any(level == logging.WARNING and "deadline" in text for level, text in texts)
    assert any(level == logging.ERROR for level, _ in texts)
