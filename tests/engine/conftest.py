"""Open data for the engine's tests: found through BAITHAK_DATA, never part of the repository."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest


def data_folder(name: str) -> Path:
    """The folder or file ``name`` in one of the folders of BAITHAK_DATA; skips or fails without."""
    for part in os.environ.get("BAITHAK_DATA", "").split(os.pathsep):
        if part and (Path(part) / name).exists():
            return Path(part) / name
    told = f"{name} is not here: set BAITHAK_DATA to the folder that holds it (docs/running.md)"
    if os.environ.get("BAITHAK_DATA_REQUIRED") == "1":
        pytest.fail(told)
    pytest.skip(told)


@pytest.fixture
def data() -> Callable[[str], Path]:
    """``data("dialogues/brexit-consensus")`` is that folder."""
    return data_folder
