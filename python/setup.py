"""Builds the package with the C library in it, by the project's own script.

The library needs Swift to be built, but neither Swift nor any of Python's headers to be used: the wheel is for every
Python 3 of its processor. Environment variables:

- VENULE_SHARED_LIBRARY: a libvenule.so.0 that is there already, which is put into the package as it is.
- VENULE_WHEEL_ARCHITECTURE: x86_64 or aarch64, for a wheel of another processor than this machine's.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
SCRIPT = HERE.parent / "scripts" / "build-shared.sh"
FILE_NAME = "libvenule.so.0"
ARCHITECTURE = os.environ.get("VENULE_WHEEL_ARCHITECTURE") or platform.machine()


def library(folder: Path) -> Path:
    """The shared library, built into a folder if there is none yet."""
    given = os.environ.get("VENULE_SHARED_LIBRARY")
    if given:
        if not Path(given).is_file():
            sys.exit(f"error: VENULE_SHARED_LIBRARY: there is no file {given}")
        return Path(given)
    if sys.platform != "linux":
        sys.exit(f"error: Venule's runtime runs on Linux, not on {sys.platform}")
    if not SCRIPT.is_file():
        sys.exit(
            f"error: {SCRIPT} is missing: the C library is built from the project's sources, of which this folder is a "
            "part. Install from a checkout of the whole project, install a wheel (make wheel makes one), or name a "
            f"{FILE_NAME} by VENULE_SHARED_LIBRARY")
    if shutil.which(os.environ.get("SWIFT", "swift")) is None:
        sys.exit(
            "error: Swift is needed to build Venule's C library, and there is no 'swift' in PATH (6.3 or newer; "
            "https://www.swift.org/install/linux). It is not needed to use the package: install a wheel that was made "
            f"elsewhere (make wheel), or name a {FILE_NAME} by VENULE_SHARED_LIBRARY")
    folder.mkdir(parents=True, exist_ok=True)
    if subprocess.run([str(SCRIPT), "--target", ARCHITECTURE, str(folder)], check=False).returncode != 0:
        sys.exit(f"error: {SCRIPT.name} failed to build {FILE_NAME} for {ARCHITECTURE}; its messages are above")
    return folder / FILE_NAME


class BuildWithLibrary(build_py):
    """Puts the library beside the modules."""

    def run(self) -> None:
        super().run()
        built = library(Path(self.get_finalized_command("build").build_temp).resolve() / ARCHITECTURE)  # type: ignore[attr-defined]
        package = HERE / "src" / "venule" if self.editable_mode else Path(self.build_lib) / "venule"
        package.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built, package / FILE_NAME)
        (package / FILE_NAME).chmod(0o755)


class Wheel(bdist_wheel):
    """For any Python 3 of one processor. scripts/build-wheel.sh puts the release of glibc that is needed in place of "linux"."""

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", f"linux_{ARCHITECTURE}"


class WithLibrary(Distribution):
    """Holds more than Python."""

    def has_ext_modules(self) -> bool:
        return True


setup(cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": Wheel}, distclass=WithLibrary)
