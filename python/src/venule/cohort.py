"""Vessel maps of a cohort: ten photographs or a hundred thousand, by one plan, on one machine or a cluster.

This module is what the engines have in common, and a plain loop; ``examples/`` has a file for Dask and one for Spark. ::

    python -m venule.cohort PLAN PHOTOGRAPHS -o RESULTS

PHOTOGRAPHS is a folder, or a text file with a path on each line. RESULTS gets

- ``maps/ab/abcd….png``, a map for each different photograph: 255 times the probability. Its name is a hash of the
  photograph's bytes, the plan's and the settings, and it appears when it is complete, with its row of the table in the
  file. So a photograph whose map is there is finished, whatever its name is and whichever run made it.
- ``photographs/*.parquet``, a table with a row for each path, those that failed too; :data:`COLUMNS` has what is in it.

A photograph that fails does not end the run. One that failed is tried again by the next run, one that is finished is not.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .errors import UsageError, VenuleError
from .photograph import read_photograph
from .plan import Plan
from .segmentation import Fit, FrameFormat, segment

Row = dict[str, Any]
"""A row of the table, with the columns below."""

COLUMNS: dict[str, str] = {
    "path": "string",
    "state": "string",  # "done", "kept" (finished by an earlier run) or "failed"
    "status": "int32",  # 0, or what kind of failure: venule.Status, 1 for any other
    "error": "string",
    "photograph_sha256": "string",
    "plan_sha256": "string",
    "map": "string",  # the map's path in the folder of the results
    "width": "int32",
    "height": "int32",
    "vessel_share": "double",  # of the pixels whose probability is at least the threshold
    "seconds": "double",  # to read, run and write; what the first run took
    "worker": "string",
}
"""The table's columns with their types, by the names that Arrow and Spark share."""

MAPS, TABLE = "maps", "photographs"
LARGEST_BLOCK = 16384
_TEXT_KEY = "venule"


@dataclasses.dataclass(frozen=True)
class Cohort:
    """What is done with every photograph. Small, and the same for all workers, which it is sent to."""

    plan: str
    results: str
    threshold: float = 0.5
    fit: Fit = "resize"
    output: str | None = None
    frame_format: FrameFormat | None = None

    def prepare(self) -> None:
        """Finds out, before anything is started, whether the plan can be loaded and the results can be written.

        :raises VenuleError: if not.
        """
        _loaded(self.plan)
        try:
            Path(self.results, MAPS).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.results):
                pass
        except OSError as error:
            raise UsageError(f"{self.results}: cannot be written to: {error}") from error

    def rows(self, paths: Iterable[str]) -> Iterator[Row]:
        """Makes the maps that are missing; gives a row for each path. Lazy, so that a partition is never held whole."""
        for path in paths:
            path = path.rstrip("\r\n")
            if path:
                yield self.row(path)

    def row(self, path: str) -> Row:
        """A photograph. What fails here is told in the row; a plan that cannot be loaded is raised, and ends the run.

        :raises VenuleError: if the plan cannot be loaded.
        """
        plan, plan_hash = _loaded(self.plan)
        row: Row = dict.fromkeys(COLUMNS)
        row.update(path=path, state="failed", status=0, plan_sha256=plan_hash, worker=f"{os.uname().nodename}:{os.getpid()}")
        start = time.perf_counter()
        try:
            photograph_hash = _file_hash(path)
            place = self._place(photograph_hash, plan_hash)
            row.update(photograph_sha256=photograph_hash, map=str(place.relative_to(self.results)))
            found = _record(place)
            if found is not None:
                row.update(found, state="kept")
                return row
            photograph = read_photograph(path)
            probabilities = segment(
                plan, photograph, fit=self.fit, output=self.output, frame_format=self.frame_format)
            record = {
                "width": photograph.width,
                "height": photograph.height,
                "vessel_share": float(np.mean(probabilities >= np.float32(self.threshold))),
                "seconds": time.perf_counter() - start,
            }
            _write_map(place, probabilities, record)
            row.update(record, state="done")
        except Exception as error:  # Whatever is wrong with one photograph, the others are to have their maps.
            status = error.status if isinstance(error, VenuleError) else 1
            text = str(error) if isinstance(error, VenuleError) else f"{path}: {type(error).__name__}: {error}"
            row.update(status=status, error=text, map=None)
        return row

    def _place(self, photograph_hash: str, plan_hash: str) -> Path:
        settings = [photograph_hash, plan_hash, self.threshold, self.fit, self.output, self.frame_format]
        key = hashlib.sha256(json.dumps(settings).encode()).hexdigest()
        return Path(self.results, MAPS, key[:2], f"{key}.png")


# MARK: One photograph


def _loaded(path: str) -> tuple[Plan, str]:
    """The plan and its hash, once for each process. Its pages are those of the system's cache, which all processes of a
    machine share. A plan that was replaced is loaded anew."""
    try:
        found = os.stat(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    return _load(path, found.st_ino, found.st_size, found.st_mtime_ns)


@functools.lru_cache(maxsize=1)
def _load(path: str, *_version: int) -> tuple[Plan, str]:
    # The engines have a worker for each processor, so that each runs with one thread.
    return Plan(path, threads=1), _file_hash(path)


def _file_hash(path: str) -> str:
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def _record(place: Path) -> Row | None:
    """What an earlier run has written into a map, or None without one. What cannot be read is made anew."""
    from PIL import Image

    try:
        with Image.open(place, formats=["PNG"]) as picture:
            record = json.loads(picture.info[_TEXT_KEY])
            return {name: record[name] for name in ("width", "height", "vessel_share", "seconds")}
    except (OSError, SyntaxError, ValueError, KeyError, TypeError):
        return None


def _write_map(place: Path, probabilities: Any, record: Row) -> None:
    """The map appears complete or not at all, also after a power cut."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text(_TEXT_KEY, json.dumps(record))
    data = io.BytesIO()
    Image.fromarray(np.rint(np.clip(probabilities, 0, 1) * 255).astype(np.uint8)).save(data, "PNG", pnginfo=text)
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(prefix=".venule-", suffix=".partial", dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o644)
            file.write(data.getbuffer())
            file.flush()
            os.fsync(descriptor)
        os.replace(partial, place)
    except BaseException:
        os.unlink(partial)
        raise


# MARK: Lists and tables


def list_of(photographs: str, results: str) -> str:
    """The text file with the paths. For a folder it is written, path by path, to the results: all files in it and the
    folders below whose names do not begin with a dot."""
    if not os.path.isdir(photographs):
        if not os.path.isfile(photographs):
            raise UsageError(f"{photographs}: is neither a folder of photographs nor a list of them")
        return os.path.abspath(photographs)
    target = os.path.abspath(os.path.join(results, "photographs.txt"))
    own = os.path.abspath(results)
    with open(target, "w", encoding="utf-8") as file:
        for folder, folders, names in os.walk(os.path.abspath(photographs)):
            folders[:] = sorted(name for name in folders if name[0] != "." and os.path.join(folder, name) != own)
            for name in sorted(names):
                path = os.path.join(folder, name)
                if name[0] == "." or path == target:
                    continue
                if "\n" in path or "\r" in path or not _is_utf8(path):
                    print(f"warning: {path!r}: left out, since a list cannot hold such a name", file=sys.stderr)
                else:
                    file.write(path + "\n")
    return target


def _is_utf8(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def block_bytes(paths: str, workers: int) -> int:
    """How many bytes of the list make a partition: eight partitions for each worker, so that all have work until the end,
    and no more than some two hundred paths in each, so that a worker that dies takes little with it."""
    return max(1, min(LARGEST_BLOCK, -(-os.path.getsize(paths) // (8 * max(1, workers)))))


class Table:
    """The table of a run, written in parts beside the one of the run before, which it replaces at the end."""

    def __init__(self, results: str) -> None:
        self.folder = os.path.join(results, TABLE)
        self.partial = tempfile.mkdtemp(prefix=".venule-", suffix=".partial", dir=results)
        os.chmod(self.partial, 0o755)

    def finish(self) -> None:
        old = self.partial + ".old"
        if os.path.lexists(self.folder):
            os.replace(self.folder, old)
        os.replace(self.partial, self.folder)
        shutil.rmtree(old, ignore_errors=True)

    def abandon(self) -> None:
        shutil.rmtree(self.partial, ignore_errors=True)


def write_part(folder: str, number: int, rows: Iterable[Row]) -> dict[str, int]:
    """Writes rows as a file of the table; gives how many there are of each state. A part that is written again, since its
    worker died, replaces itself."""
    import pyarrow
    import pyarrow.parquet

    schema = pyarrow.schema([(name, getattr(pyarrow, _ARROW.get(kind, kind))()) for name, kind in COLUMNS.items()])
    counts: dict[str, int] = {}
    target = os.path.join(folder, f"part-{number:06}.parquet")
    partial = f"{target}.{os.getpid()}.partial"
    found = []
    for row in rows:
        counts[row["state"]] = counts.get(row["state"], 0) + 1
        found.append(row)
    if found:
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(found, schema=schema), partial)
        os.replace(partial, target)
    return counts


_ARROW = {"double": "float64"}


def report(results: str, seconds: float) -> int:
    """Prints how many photographs are done, kept and failed, and why; reads the table part by part.

    :returns: 0, or the status of the first failure.
    """
    import pyarrow.dataset

    counts = {"done": 0, "kept": 0, "failed": 0}
    status, shown = 0, 0
    table = pyarrow.dataset.dataset(os.path.join(results, TABLE), format="parquet")
    # A list without photographs makes a table without files.
    for batch in table.to_batches(columns=["path", "state", "status", "error"]) if table.files else []:
        for row in batch.to_pylist():
            counts[row["state"]] += 1
            if row["state"] == "failed":
                status = status or row["status"]
                shown += 1
                if shown <= 20:
                    print(f"failed: {row['error']}", file=sys.stderr)
    if shown > 20:
        print(f"failed: {shown - 20} more, in the table", file=sys.stderr)
    new = counts["done"]
    speed = f", {new / seconds:.2f} a second" if new and seconds > 0 else ""
    print(f"{new} done{speed}, {counts['kept']} kept, {counts['failed']} failed, {seconds:.1f} s")
    return status


# MARK: Command line


def parser(description: str) -> argparse.ArgumentParser:
    """The arguments that all engines have."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("plan", help="the plan, at the same path on all machines")
    made.add_argument("photographs", help="a folder, or a text file with a path on each line")
    made.add_argument("-o", "--results", required=True, help="the folder of the results, shared by all machines; made if missing")
    made.add_argument("--threshold", type=float, default=0.5, help="of the vessel share (default: 0.5)")
    made.add_argument("--fit", choices=["resize", "pad"], default="resize", help="how photographs of another size than the plan's fit")
    made.add_argument("--output", help="the output that is the map (default: the last)")
    made.add_argument("--frame-format", choices=["rgb8", "bgr8", "rgba8", "gray8"], help="of a plan for frames")
    return made


def cohort_of(arguments: argparse.Namespace) -> Cohort:
    """The cohort that the arguments describe, prepared."""
    made = Cohort(
        os.path.abspath(arguments.plan), os.path.abspath(arguments.results), arguments.threshold, arguments.fit,
        arguments.output, arguments.frame_format)
    made.prepare()
    return made


def main(arguments: list[str] | None = None) -> int:
    given = parser("Makes the maps of a cohort in a plain loop.").parse_args(arguments)
    start = time.perf_counter()
    try:
        cohort = cohort_of(given)
        paths = list_of(given.photographs, cohort.results)
        table = Table(cohort.results)
        try:
            with open(paths, encoding="utf-8") as file:
                for number, lines in enumerate(_chunks(file, 200)):
                    write_part(table.partial, number, cohort.rows(lines))
            table.finish()
        except BaseException:
            table.abandon()
            raise
        return report(cohort.results, time.perf_counter() - start)
    except VenuleError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.status or 1


def _chunks(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    chunk: list[str] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


if __name__ == "__main__":
    sys.exit(main())
