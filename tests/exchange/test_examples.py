"""Every example in the docstrings of records, tables and merging runs and says what it shows."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import baithak.exchange.records

MODULES = [
    "baithak.exchange.likeness",
    "baithak.exchange.merging",
    "baithak.exchange.readiness",
    "baithak.exchange.tables",
    *(
        module.name
        for module in pkgutil.walk_packages(
            baithak.exchange.records.__path__, "baithak.exchange.records."
        )
    ),
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples():
    assert sum(doctest.testmod(import_module(name)).attempted for name in MODULES) >= 6
