#!/usr/bin/env python3
"""Makes the maps of a cohort with Dask.

    python cohort_dask.py PLAN PHOTOGRAPHS -o RESULTS [--workers N | --scheduler ADDRESS]

The list of photographs is a bag of lines of text, which the workers read themselves, block by block; each writes its part
of the table. So the client holds a number for each block, and no list of photographs. venule.cohort has all else, and
says what the results are.
"""

from __future__ import annotations

import contextlib
import sys
import time

import dask
import dask.bag
from distributed import Client, LocalCluster
from venule import VenuleError
from venule.cohort import Table, block_bytes, cohort_of, list_of, parser, report, write_part


def main() -> int:
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--workers", type=int, default=2, help="processes of a cluster on this machine (default: 2)")
    arguments.add_argument("--scheduler", help="of a cluster that runs already, such as tcp://10.0.0.1:8786")
    given = arguments.parse_args()
    start = time.perf_counter()
    try:
        cohort = cohort_of(given)
        paths = list_of(given.photographs, cohort.results)
        # A process for each processor: what is not the network's own arithmetic is Python's, one thread at a time.
        cluster = contextlib.nullcontext(given.scheduler) if given.scheduler else LocalCluster(
            n_workers=given.workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None)
        with cluster as address, Client(address) as client:
            blocks = dask.bag.read_text(paths, blocksize=block_bytes(paths, sum(client.nthreads().values())))
            table = Table(cohort.results)
            try:
                part = dask.delayed(lambda number, lines: write_part(table.partial, number, cohort.rows(lines)), pure=False)
                dask.compute(*[part(number, block) for number, block in enumerate(blocks.to_delayed())])
                table.finish()
            except BaseException:
                table.abandon()
                raise
        return report(cohort.results, time.perf_counter() - start)
    except VenuleError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.status or 1


if __name__ == "__main__":
    sys.exit(main())
