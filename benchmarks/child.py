"""Each measurement in a fresh process on one thread, so that time and memory are its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["MeasureError", "Worker", "measure"]

ROOT = Path(__file__).parents[1]
#: One thread for everybody: peers look their best so, and CPU seconds compare.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


class MeasureError(Exception):
    """A measured process ended with an error; the text is its last line."""


class Worker:
    """A process of ``benchmarks.<part>`` (such as ``opinion.own``) that runs its job once each time it is asked."""

    def __init__(self, part: str, job: dict[str, Any], *, python: Path | None = None) -> None:
        self.name = f"{part} {job.get('task', '')} {job.get('engine', '')}".strip()
        self._folder = tempfile.TemporaryDirectory(prefix="baithak-bench-")
        folder = Path(self._folder.name)
        self._told, self._errors = folder / "report.json", folder / "errors.txt"
        (folder / "job.json").write_text(json.dumps(job))
        program = [str(python or sys.executable), "-m", f"benchmarks.{part}"]
        with self._errors.open("w") as errors:
            self._process = subprocess.Popen(
                [*program, str(folder / "job.json"), str(self._told)],
                cwd=ROOT,
                env={**os.environ, **ONE_THREAD, "PYTHONHASHSEED": "0"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def ask(self) -> float:
        """One run: its CPU seconds."""
        assert self._process.stdin
        assert self._process.stdout
        with contextlib.suppress(BrokenPipeError):
            print(file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise self._failed()
        return float(answer)

    def finish(self) -> dict[str, Any]:
        """No more runs: the report."""
        self._process.communicate()
        if self._process.returncode or not self._told.is_file():
            raise self._failed()
        told: dict[str, Any] = json.loads(self._told.read_text())
        self._folder.cleanup()
        return told

    def _failed(self) -> MeasureError:
        code = self._process.wait()
        lines = self._errors.read_text().strip().splitlines()
        reason = lines[-1] if lines else f"exit code {code}"
        self._folder.cleanup()
        return MeasureError(
            f"{self.name}: " + (reason if code >= 0 else f"ended by signal {-code}")
        )


def measure(
    part: str, job: dict[str, Any], *, runs: int = 0, python: Path | None = None
) -> dict[str, Any]:
    """One process, so many timed runs, its report."""
    worker = Worker(part, job, python=python)
    for _ in range(runs):
        worker.ask()
    return worker.finish()
