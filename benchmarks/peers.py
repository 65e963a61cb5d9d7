"""A peer in an environment of its own, made on the first run and kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.progress import say

__all__ = ["python"]

HERE = Path(__file__).parent


def python(part: str, name: str, version: str) -> Path:
    """The interpreter of the peer's environment; makes the environment where it is not yet.

    ``benchmarks/<part>/<name>.txt`` pins what it holds.
    """
    pinned = HERE / part / f"{name}.txt"
    home = HERE / ".peers" / f"{name}-{version}"
    program, stamp = home / "bin" / "python", home / ".pinned"
    wanted = hashlib.sha256(pinned.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return program
    say(f"making an environment for {name} {version}")
    shutil.rmtree(home, ignore_errors=True)
    home.parent.mkdir(exist_ok=True)
    try:
        _make(home, program, pinned)
    except _FailedError as failed:
        shutil.rmtree(home, ignore_errors=True)
        raise SystemExit(
            f"The environment for {name} could not be made: {failed}\n"
            "Check that packages can be installed here, or leave the peer out: --without-peer"
        ) from None
    stamp.write_text(wanted)
    return program


class _FailedError(Exception):
    """What the installer said."""


def _make(home: Path, program: Path, pinned: Path) -> None:
    _run([sys.executable, "-m", "venv", str(home)])
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if uv:
        installer = [uv, "pip", "install", "--quiet", "--python", str(program)]
    else:
        installer = [str(program), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*installer, "--require-hashes", "-r", str(pinned)])


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"}, capture_output=True, text=True
    )
    if done.returncode:
        told = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise _FailedError(" ".join(told))
