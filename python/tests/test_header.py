"""That the package's structs and numbers are those of venule.h, as a C compiler understands it."""

from __future__ import annotations

import ctypes
import shutil
import subprocess

import numpy as np
from conftest import ROOT
from venule import Status, _library, tensor

STRUCTS = {
    "venule_failure": _library.Failure,
    "venule_tensor": _library.TensorDescription,
    "venule_log": _library.Log,
    "venule_model_options": _library.ModelOptions,
    "venule_options": _library.SessionOptions,
    "venule_rows": _library.Rows,
    "venule_run": _library.Run,
}

# The two are one struct here, whose function has another name in each.
ENTRIES = {"venule_input": "pull", "venule_output": "push"}

NUMBERS = {
    "VENULE_LARGEST_RANK": _library.LARGEST_RANK,
    "VENULE_FINISHED": _library.FINISHED,
    "VENULE_INPUT_ROWS": _library.INPUT_ROWS,
    "VENULE_OUTPUT_ROWS": _library.OUTPUT_ROWS,
    "VENULE_LAYOUT_PLAIN": tensor._LAYOUTS.index("plain"),
    "VENULE_LAYOUT_NHWC": tensor._LAYOUTS.index("nhwc"),
    "VENULE_LAYOUT_NCHW": tensor._LAYOUTS.index("nchw"),
    **{f"VENULE_{status.name}": int(status) for status in Status if status != Status.MISMATCH},
    **{
        f"VENULE_ELEMENT_{np.dtype(dtype).name.upper()}": index
        for index, dtype in enumerate(tensor._DTYPES)
    },
}


def test_structs_and_numbers(tmp_path):
    lines, expected = [], []

    def expect(expression: str, value: int) -> None:
        lines.append(f'    printf("%s %zu\\n", "{expression}", (size_t)({expression}));')
        expected.append(f"{expression} {value}")

    for name, struct in STRUCTS.items():
        expect(f"sizeof({name})", ctypes.sizeof(struct))
        for field, _ in struct._fields_:
            expect(f"offsetof({name}, {field})", getattr(struct, field).offset)
            expect(f"sizeof((({name} *)0)->{field})", getattr(struct, field).size)
    for name, function in ENTRIES.items():
        expect(f"sizeof({name})", ctypes.sizeof(_library.Entry))
        for field, _ in _library.Entry._fields_:
            own = function if field == "function" else field
            expect(f"offsetof({name}, {own})", getattr(_library.Entry, field).offset)
    for name, value in NUMBERS.items():
        expect(name, value)
    source = tmp_path / "header.c"
    source.write_text(
        '#include "venule.h"\n#include <stdio.h>\n\nint main(void) {\n' + "\n".join(lines) + "\n    return 0;\n}\n")
    compiler = shutil.which("cc") or shutil.which("clang")
    assert compiler, "a C compiler is needed"
    subprocess.run([compiler, f"-I{ROOT}/Sources/CVenule", str(source), "-o", str(tmp_path / "header")], check=True)
    done = subprocess.run([tmp_path / "header"], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == expected


def test_every_function_is_declared_with_as_many_parameters():
    header = (ROOT / "Sources/CVenule/venule.h").read_text()
    text = " ".join(header.split())
    for name, (_, arguments) in _library._FUNCTIONS.items():
        parameters = text.split(f"{name}(")[1].split(")")[0]
        found = [] if parameters in ("", "void") else parameters.split(",")
        assert len(found) == len(arguments), name
