#!/usr/bin/env python3
"""Makes the maps of a cohort with Spark.

    python cohort_spark.py PLAN PHOTOGRAPHS -o RESULTS [--master local[2]]
    spark-submit cohort_spark.py PLAN PHOTOGRAPHS -o RESULTS

The list of photographs is a table of lines of text, which the executors read themselves, block by block, and the table of
the results is written by them. So the driver holds no list of photographs. venule.cohort has all else, and says what the
results are.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator

import pandas
from pyspark.sql import SparkSession
from venule import VenuleError
from venule.cohort import COLUMNS, TABLE, Cohort, block_bytes, cohort_of, list_of, parser, report

# So many rows go from Python to Spark at once.
ROWS = 32


def rows_of(cohort: Cohort):
    """The function that makes rows of lines, which Spark sends to the executors."""

    def rows(lines: Iterator[pandas.DataFrame]) -> Iterator[pandas.DataFrame]:
        made = cohort.rows(path for frame in lines for path in frame["value"])
        while some := list(itertools.islice(made, ROWS)):
            frame = pandas.DataFrame(some, columns=list(COLUMNS))
            yield frame.astype({name: "Int32" for name, kind in COLUMNS.items() if kind == "int32"})

    return rows


def main() -> int:
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--master", help="such as local[2]; by default what spark-submit says")
    given = arguments.parse_args()
    start = time.perf_counter()
    try:
        cohort = cohort_of(given)
        paths = list_of(given.photographs, cohort.results)
        # The executors of this machine run the same Python.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.appName("venule cohort")
        spark = (builder.master(given.master) if given.master else builder).getOrCreate()
        try:
            block = block_bytes(paths, spark.sparkContext.defaultParallelism)
            spark.conf.set("spark.sql.files.maxPartitionBytes", block)
            # Spark divides by it where the list is empty.
            spark.conf.set("spark.sql.files.openCostInBytes", 1)
            schema = ", ".join(f"{name} {'int' if kind == 'int32' else kind}" for name, kind in COLUMNS.items())
            lines = spark.read.text(f"file://{paths}")
            table = lines.mapInPandas(rows_of(cohort), schema)
            # Java has gzip itself; the libraries of snappy and zstd do not load everywhere.
            table.write.mode("overwrite").option("compression", "gzip").parquet(f"file://{os.path.join(cohort.results, TABLE)}")
        finally:
            spark.stop()
        return report(cohort.results, time.perf_counter() - start)
    except VenuleError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.status or 1


if __name__ == "__main__":
    sys.exit(main())
