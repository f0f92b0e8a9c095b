"""The wheel that is tested: what is in it, and what a build says that cannot make one.

The environment variable VENULE_WHEEL names it (scripts/test-python.sh sets it).
"""

from __future__ import annotations

import email
import os
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import venule
from conftest import ROOT


def test_what_is_in_the_wheel():
    path = Path(os.environ["VENULE_WHEEL"])
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        (info,) = {name.split("/")[0] for name in names if ".dist-info/" in name}
        metadata = email.message_from_bytes(wheel.read(f"{info}/METADATA"))
        tags = email.message_from_bytes(wheel.read(f"{info}/WHEEL"))
        licence = wheel.read(f"{info}/licenses/LICENSE")
    assert {"venule/__init__.py", "venule/py.typed", "venule/libvenule.so.0"} <= names
    assert {name.split("/")[0] for name in names} == {"venule", info}
    assert licence == (ROOT / "LICENSE").read_bytes()
    # numpy is the only package that is needed without an extra.
    needed = [text for text in metadata.get_all("Requires-Dist") if "extra ==" not in text]
    assert [text.split(">")[0] for text in needed] == ["numpy"]
    assert metadata["Version"] == venule.__version__
    (tag,) = tags.get_all("Tag")
    assert tag.startswith("py3-none-manylinux_2_") and tag.endswith(f"_{platform.machine()}")
    assert path.name == f"venule-{venule.__version__}-{tag}.whl"


def test_the_tag_is_auditwheels():
    done = subprocess.run(
        [sys.executable, "-m", "auditwheel", "show", os.environ["VENULE_WHEEL"]], check=True, capture_output=True, text=True)
    tag = Path(os.environ["VENULE_WHEEL"]).stem.split("-")[-1]
    assert f'platform tag: "{tag}"' in " ".join(done.stdout.split())


def test_the_installed_package_is_the_wheels():
    folder = Path(venule.__file__).parent
    assert ROOT not in folder.parents or ".venv-python" in folder.parts
    with zipfile.ZipFile(os.environ["VENULE_WHEEL"]) as wheel:
        for name in wheel.namelist():
            if name.startswith("venule/"):
                assert (folder.parent / name).read_bytes() == wheel.read(name)


def test_the_package_needs_numpy_alone():
    code = """
import sys
class Refuse:
    def find_spec(self, name, *_):
        if name.split(".")[0] in ("PIL", "pydicom", "ml_dtypes", "pyarrow", "dask", "pyspark", "pandas"):
            raise ImportError(f"{name} is not installed")
sys.meta_path.insert(0, Refuse())
import numpy, venule
for path in sys.argv[1:]:
    try:
        venule.read_photograph(path)
    except venule.UsageError as error:
        print(error)
print(venule.library_version())
from venule.tensor import HAS_BFLOAT16, _DTYPES
print(HAS_BFLOAT16, _DTYPES[11].__name__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "models/retina.jpg")], check=True, capture_output=True, text=True)
    picture, version, types = done.stdout.splitlines()
    assert "pip install 'venule[pictures]'" in picture
    assert version == venule.__version__ and types == "False uint16"


def test_a_build_without_swift_says_what_to_do(tmp_path):
    def build(**environment: str) -> str:
        clean = {name: value for name, value in os.environ.items() if name != "VENULE_SHARED_LIBRARY"}
        done = subprocess.run(
            [sys.executable, "setup.py", "build", "--build-base", str(tmp_path), "build_py"], cwd=ROOT / "python",
            env={**clean, **environment}, capture_output=True, text=True)
        assert done.returncode != 0
        return done.stderr

    text = build(SWIFT=str(tmp_path / "swift"))
    assert "Swift is needed to build Venule's C library" in text and "install a wheel" in text
    assert "there is no file /none.so" in build(VENULE_SHARED_LIBRARY="/none.so")
