"""Uploads are read in a process with little time, little memory and no network (R21)."""

from __future__ import annotations

import socket

import pytest

from baithak.engine.errors import EngineError
from baithak.web.limited import LimitError, limited

HERE = "web.test_limited"


def lines(source):
    return {"lines": source.decode().splitlines()}


def refuses(source):
    error = EngineError("votes.unknown_value", row=7, field="vote", value=source.decode())
    error.others = (EngineError("votes.unknown_value", row=8),)
    raise error


def breaks(source):
    raise RuntimeError(source)


def never_ends(source):
    while True:
        pass


def wants_memory(source):
    return {"length": len(bytearray(2 * 1024**3))}


def calls_home(source):
    with socket.socket() as one:
        one.connect(("127.0.0.1", 9))


def opens_a_shell(source):
    import os

    return os.system("true")


def chats(source):
    print("a library that prints")
    return 3


@pytest.fixture(autouse=True)
def _can_import_this_file(monkeypatch):
    from pathlib import Path

    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


def test_what_the_reader_tells_comes_back():
    assert limited(f"{HERE}:lines", "ایک\nدو".encode()) == {"lines": ["ایک", "دو"]}


def test_what_it_prints_is_no_answer():
    assert limited(f"{HERE}:chats", b"") == 3


def test_a_refusal_comes_back_with_its_row_and_the_others():
    with pytest.raises(EngineError) as refused:
        limited(f"{HERE}:refuses", b"maybe")
    assert refused.value.params == {"row": 7, "field": "vote", "value": "maybe"}
    assert [other.params["row"] for other in refused.value.others] == [8]


def test_time_is_limited():
    with pytest.raises(LimitError) as told:
        limited(f"{HERE}:never_ends", b"", seconds=1)
    assert told.value.code == "time"


@pytest.mark.parametrize("function", ["breaks", "wants_memory", "calls_home", "opens_a_shell"])
def test_what_breaks_or_goes_too_far_is_told_calmly(function):
    with pytest.raises(LimitError) as told:
        limited(f"{HERE}:{function}", b"x")
    assert told.value.code == "broken"
