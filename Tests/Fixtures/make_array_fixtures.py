#!/usr/bin/env python3
"""Writes Tests/Fixtures/arrays: the forms of arrays that NumPy saves, for the command lines.

    python make_array_fixtures.py

Needs NumPy alone; any version from 1.20 on writes the same arrays (the dates in archives differ).
"""
import io
import pathlib
import zipfile

import numpy as np

folder = pathlib.Path(__file__).parent / "arrays"
folder.mkdir(exist_ok=True)

# The inputs of TensorRunTests' graph. The table is float64 in Fortran order.
table = np.asfortranarray(np.arange(12, dtype=np.float64).reshape(4, 3))
rows = np.array([3, 0], dtype=np.int64)
mask = np.array([True, False, True])
np.savez_compressed(folder / "inputs.npz", table=table, rows=rows, mask=mask)
np.savez(folder / "one.npz", table)
np.savez(folder / "others.npz", first=rows, second=rows[::-1])
np.savez_compressed(folder / "bound.npz", s=np.array([2, 3, 4], dtype=np.int64), t=rows)
np.save(folder / "table_f8.npy", np.ascontiguousarray(table))
np.save(folder / "table_fortran.npy", table.astype(np.float32, order="F"))

# Sound arrays that are not read.
np.save(folder / "big_endian.npy", table.astype(">f4", order="C"))
np.save(folder / "float16.npy", table.astype(np.float16, order="C"))
np.save(folder / "complex.npy", table.astype(np.complex64, order="C"))
np.save(folder / "strings.npy", np.array(["a", "bc"]))
np.save(folder / "objects.npy", np.array([1, "a", None], dtype=object), allow_pickle=True)
np.save(folder / "fields.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
with open(folder / "version3.npy", "wb") as file:
    np.lib.format.write_array(file, np.zeros(2, dtype=[("größe", "<f4")]), version=(3, 0))

# An array with a megabyte behind it, which its header does not promise.
sound = io.BytesIO()
np.save(sound, table)
with zipfile.ZipFile(folder / "longer.npz", "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("table.npy", sound.getvalue() + bytes(3 << 20))
