"""Plans, made by the compiler of the build that is tested, and the runner of the same build to compare with.

The environment variables VENULE and VENULE_RUN name the two programs (scripts/test-python.sh sets them).
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Callable

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "iternet_k8_n3.hdf5"
PHOTOGRAPH = ROOT / "models" / "retina.jpg"
FIXTURES = ROOT / "Tests" / "Fixtures"
TRAINED = FIXTURES / "trained_k8_n3"
HEADS = ["out11", "out12", "out13", "final_out"]


@pytest.fixture(scope="session")
def compiler() -> str:
    return os.environ["VENULE"]


@pytest.fixture(scope="session")
def runner() -> str:
    return os.environ["VENULE_RUN"]


@pytest.fixture(scope="session")
def compiled(compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Compiles a model with options; the same one once."""
    folder = tmp_path_factory.mktemp("plans")
    made: dict[tuple[str, ...], Path] = {}

    def compile(model: Path, *options: str) -> Path:
        key = (str(model), *options)
        if key not in made:
            made[key] = folder / f"{len(made)}.plan"
            subprocess.run([compiler, "compile", str(model), "-o", str(made[key]), *options], check=True, capture_output=True)
        return made[key]

    return compile


@pytest.fixture(scope="session")
def iternet(compiled: Callable[..., Path]) -> Path:
    """The trained network with all of its four heads, for 48x80."""
    return compiled(MODEL, "--input-shape", "1x48x80x3", "--outputs", "all")


@pytest.fixture(scope="session")
def photograph() -> np.ndarray:
    """The piece of a photograph for which Keras' predictions are there."""
    return np.load(TRAINED / "input.npy")


@pytest.fixture(scope="session")
def by_runner(runner: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, np.ndarray]]:
    """What venule-run makes of a plan and arrays by name."""

    def run(plan: Path, inputs: dict[str, np.ndarray], *options: str) -> dict[str, np.ndarray]:
        folder = tmp_path_factory.mktemp("run")
        arguments = []
        for index, (name, array) in enumerate(inputs.items()):
            np.save(folder / f"{index}.npy", array)
            arguments += ["--input", f"{name}={folder / f'{index}.npy'}"]
        results = folder / "results"
        subprocess.run(
            [runner, "run", str(plan), *arguments, "--output-dir", str(results), *options], check=True, capture_output=True)
        return {file.stem: np.load(file) for file in results.iterdir()}

    return run
