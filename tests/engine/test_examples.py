"""Every example in the engine's docstrings runs and says what it shows."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import baithak.engine

MODULES = [
    module.name for module in pkgutil.walk_packages(baithak.engine.__path__, "baithak.engine.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    told = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert told.failed == 0
