"""red-dwarf in an environment of its own, made on the first run and kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.opinion.progress import say

__all__ = ["NAME", "VERSION", "python"]

NAME, VERSION = "red-dwarf", "0.4.0"
PINNED = Path(__file__).with_name("red-dwarf.txt")
HOME = Path(__file__).parents[1] / ".peers" / f"{NAME}-{VERSION}"


def python() -> Path:
    """The interpreter of the peer's environment; makes the environment where it is not yet."""
    program = HOME / "bin" / "python"
    stamp = HOME / ".pinned"
    wanted = hashlib.sha256(PINNED.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return program
    say(f"making an environment for {NAME} {VERSION}")
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.parent.mkdir(exist_ok=True)
    _run([sys.executable, "-m", "venv", str(HOME)])
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if uv:
        installer = [uv, "pip", "install", "--quiet", "--python", str(program)]
    else:
        installer = [str(program), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*installer, "--require-hashes", "-r", str(PINNED)])
    stamp.write_text(wanted)
    return program


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"}, capture_output=True, text=True
    )
    if done.returncode:
        shutil.rmtree(HOME, ignore_errors=True)
        told = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise SystemExit(
            f"The environment for {NAME} could not be made: {' '.join(told)}\n"
            "Check that packages can be installed here, or leave the peer out: --without-peer"
        )
