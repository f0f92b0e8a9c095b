"""The plain loop, Dask and Spark on real clusters of this machine.

The environment variable VENULE names the compiler (scripts/test-cohort.sh sets it).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
import venule
from PIL import Image
from venule import cohort

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SIZES = [(160 + 8 * index, 150 + 4 * index) for index in range(10)]

ENGINES = {
    "loop": ["-m", "venule.cohort"],
    "dask": [str(HERE / "cohort_dask.py"), "--workers", "2"],
    "spark": [str(HERE / "cohort_spark.py"), "--master", "local[2]"],
}


@pytest.fixture(scope="session")
def plan(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("plan") / "iternet.plan"
    subprocess.run(
        [os.environ["VENULE"], "compile", str(ROOT / "models/iternet_k8_n3.hdf5"), "-o", str(made), "--input-shape", "1x144x160x3"],
        check=True, capture_output=True)
    return made


def make_photographs(folder: Path) -> Path:
    """Ten sound photographs in two folders, one of them twice, and three that are none."""
    (folder / "deeper").mkdir(parents=True)
    with Image.open(ROOT / "models/retina.jpg") as picture:
        for index, size in enumerate(SIZES):
            place = folder / "deeper" if index % 2 else folder
            picture.resize(size).save(place / (f"{index} é.png" if index < 8 else f"{index}.jpg"))
    (folder / "again.png").write_bytes((folder / "0 é.png").read_bytes())
    (folder / "note.txt").write_text("no photograph")
    data = (folder / "8.jpg").read_bytes()
    (folder / "cut.jpg").write_bytes(data[: len(data) // 2])
    (folder / "empty.png").write_bytes(b"")
    (folder / ".hidden.png").write_bytes(b"")
    return folder


@pytest.fixture
def photographs(tmp_path) -> Path:
    return make_photographs(tmp_path / "photographs")


@pytest.fixture(scope="session")
def first_runs(plan, tmp_path_factory):
    """The folder of the photographs, and what each engine leaves and prints that makes their maps."""
    folder = make_photographs(tmp_path_factory.mktemp("cohort") / "photographs")
    return folder, {
        engine: (run(engine, plan, folder, folder.parent / engine), folder.parent / engine) for engine in ENGINES}


@pytest.fixture(scope="session", autouse=True)
def spark_for_short_runs(tmp_path_factory):
    """Spark without its pages, in a Java that starts quickly."""
    folder = tmp_path_factory.mktemp("spark")
    (folder / "spark-defaults.conf").write_text(
        "spark.ui.enabled false\nspark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC\n")
    os.environ |= {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1"}


def run(engine: str, plan: Path, photographs: Path, results: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *ENGINES[engine], str(plan), str(photographs), "-o", str(results), *options],
        capture_output=True, text=True, timeout=600)


def table(results: Path) -> list[dict]:
    return sorted(pyarrow.parquet.read_table(results / "photographs").to_pylist(), key=lambda row: row["path"])


def without_times(rows: list[dict]) -> list[dict]:
    return [{name: value for name, value in row.items() if name not in ("seconds", "worker", "state")} for row in rows]


@pytest.fixture(scope="session")
def expected_maps(plan):
    """What venule.segment makes of a photograph, as a PNG has it."""
    loaded = venule.Plan(plan)

    def of(path: str) -> np.ndarray:
        return np.rint(venule.segment(loaded, venule.read_photograph(path)) * 255).astype(np.uint8)

    return of


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cohort(engine, plan, first_runs, expected_maps):
    photographs, runs = first_runs
    done, results = runs[engine]
    assert done.returncode == 3, done.stderr  # Of the first in the list that failed.
    # The photograph that is there twice is found finished, or was made twice at the same time.
    assert "3 failed" in done.stdout
    rows = table(results)
    assert [os.path.relpath(row["path"], photographs) for row in rows] == sorted(
        os.path.relpath(os.path.join(folder, name), photographs)
        for folder, _, names in os.walk(photographs) for name in names if name[0] != ".")
    assert len(rows) == 14
    failed = {os.path.basename(row["path"]): row for row in rows if row["state"] == "failed"}
    assert set(failed) == {"note.txt", "cut.jpg", "empty.png"}
    for name, row in failed.items():
        assert row["status"] == {"note.txt": 2, "cut.jpg": 3, "empty.png": 2}[name]
        assert row["map"] is None and row["vessel_share"] is None
        assert row["error"].startswith(f"{row['path']}: ")
        assert f"failed: {row['error']}" in done.stderr
    sound = [row for row in rows if row["state"] != "failed"]
    for row in sound:
        with Image.open(results / row["map"]) as picture:
            found = np.asarray(picture)
        assert (found == expected_maps(row["path"])).all()
        assert (row["height"], row["width"]) == found.shape and row["status"] == 0 and row["error"] is None
        assert abs(row["vessel_share"] - (found >= 128).mean()) < 0.01
    assert {row["photograph_sha256"] for row in sound if "again" in row["path"] or "/0 é" in row["path"]} == {
        cohort._file_hash(str(photographs / "again.png"))}
    assert len({row["map"] for row in sound}) == 10 == len(list((results / "maps").rglob("*.png")))
    assert {row["plan_sha256"] for row in rows} == {cohort._file_hash(str(plan))}
    if engine != "loop":
        assert len({row["worker"] for row in rows}) >= 2
    assert not [name for name in os.listdir(results) if name.startswith(".venule-")]


def test_engines_make_the_same_table(first_runs):
    tables = {}
    for engine, (_, results) in first_runs[1].items():
        tables[engine] = without_times(table(results))
        types = pyarrow.parquet.read_table(results / "photographs").schema
        assert [(field.name, str(field.type)) for field in types] == list(cohort.COLUMNS.items())
    assert tables["loop"] == tables["dask"] == tables["spark"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_second_run_keeps_what_is_finished(engine, plan, first_runs, tmp_path):
    """Under whatever name, and makes what is new."""
    results = tmp_path / "results"
    shutil.copytree(first_runs[1][engine][1], results)
    photographs = tmp_path / "photographs"
    shutil.copytree(first_runs[0], photographs)
    before = without_times(table(results))
    (photographs / "0 é.png").rename(photographs / "renamed.png")
    with Image.open(ROOT / "models/retina.jpg") as picture:
        picture.resize((99, 98)).save(photographs / "cut.jpg", quality=95)
    times = {path: path.stat().st_mtime_ns for path in (results / "maps").rglob("*.png")}
    done = run(engine, plan, photographs, results)
    assert done.returncode == 2, done.stderr
    assert "1 done" in done.stdout and "11 kept, 2 failed" in done.stdout
    assert {path: path.stat().st_mtime_ns for path in times} == times
    rows = table(results)
    assert {os.path.basename(row["path"]) for row in rows if row["state"] == "done"} == {"cut.jpg"}
    after = {row["map"]: row for row in without_times(rows) if row["map"] and "cut.jpg" not in row["path"]}
    for row in before:
        if row["map"]:
            assert {**row, "path": ""} == {**after[row["map"]], "path": ""}
    assert not [name for name in os.listdir(results) if name.startswith(".venule-")]


def test_other_settings_are_other_results(plan, first_runs, tmp_path):
    results = tmp_path / "results"
    shutil.copytree(first_runs[1]["loop"][1], results)
    done = run("loop", plan, first_runs[0], results, "--threshold", "0.2")
    assert "10 done" in done.stdout and "1 kept" in done.stdout  # The one that is there twice.
    assert len(list((results / "maps").rglob("*.png"))) == 20
    assert all(low["vessel_share"] > high["vessel_share"] for low, high in zip(
        table(results), table(first_runs[1]["loop"][1])) if low["map"])


@pytest.mark.parametrize("engine", ENGINES)
def test_what_ends_a_run_before_it_begins(engine, plan, photographs, tmp_path):
    (tmp_path / "no.plan").write_bytes(b"no plan")
    done = run(engine, tmp_path / "no.plan", photographs, tmp_path / "results")
    assert done.returncode == 3 and "no.plan: " in done.stderr and "Traceback" not in done.stderr
    done = run(engine, plan, tmp_path / "none", tmp_path / "results")
    assert done.returncode == 1 and "neither a folder" in done.stderr
    assert not (tmp_path / "results" / "photographs").exists()


@pytest.mark.parametrize("engine", ENGINES)
def test_no_photographs(engine, plan, tmp_path):
    (tmp_path / "list.txt").write_text("\n")
    done = run(engine, plan, tmp_path / "list.txt", tmp_path / "results")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("0 done, 0 kept, 0 failed")


def test_a_list_in_small_blocks(plan, photographs, tmp_path):
    """Paths that lie in two blocks of the list come once."""
    sound = photographs / "0 é.png"
    lines = [str(sound)] * 3 + [str(tmp_path / f"missing {index}.png") for index in range(70)]
    (tmp_path / "list.txt").write_text("\n".join(lines), encoding="utf-8")
    for engine in ("dask", "spark"):
        done = run(engine, plan, tmp_path / "list.txt", tmp_path / engine)
        assert done.returncode == 1, done.stderr
        assert [row["path"] for row in table(tmp_path / engine)] == sorted(lines)
        assert "failed: 50 more, in the table" in done.stderr


def test_blocks_are_bounded(tmp_path):
    paths = tmp_path / "list.txt"
    for size, workers, expected in [(0, 2, 1), (600, 2, 38), (600, 100, 1), (10_000_000, 2, 16384), (1_000_000, 16, 7813)]:
        paths.write_bytes(b"x" * size)
        assert cohort.block_bytes(str(paths), workers) == expected


def test_a_run_that_was_killed_is_resumed(plan, photographs, tmp_path):
    results = tmp_path / "results"
    process = subprocess.Popen(
        [sys.executable, *ENGINES["dask"], str(plan), str(photographs), "-o", str(results)],
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(list((results / "maps").rglob("*.png"))) < 2 and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    finished = {path: path.stat().st_mtime_ns for path in (results / "maps").rglob("*.png")}
    assert len(finished) >= 2
    done = run("dask", plan, photographs, results)
    assert done.returncode == 3, done.stderr
    assert len(table(results)) == 14 and "3 failed" in done.stdout
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    for path in (results / "maps").rglob("*.png"):
        with Image.open(path) as picture:
            picture.load()


def test_a_damaged_map_is_made_anew(plan, photographs, tmp_path):
    (tmp_path / "list.txt").write_text(f"{photographs / '8.jpg'}\n", encoding="utf-8")
    run("loop", plan, tmp_path / "list.txt", tmp_path / "results")
    (row,) = table(tmp_path / "results")
    place = tmp_path / "results" / row["map"]
    data = place.read_bytes()
    place.write_bytes(data[:20])
    assert "1 done" in run("loop", plan, tmp_path / "list.txt", tmp_path / "results").stdout
    with Image.open(place) as picture:
        assert picture.size == (row["width"], row["height"])
