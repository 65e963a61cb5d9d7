"""What a worker looked up lately: one thread looks again, the others go on."""

from __future__ import annotations

import threading
import time

import pytest

from baithak.dialogue.queries.lately import Lately


def test_while_one_looks_again_the_others_go_on():
    began, go = threading.Event(), threading.Event()
    asked = []

    def look(dialogue: int) -> int:
        asked.append(dialogue)
        if len(asked) > 1:
            began.set()
            go.wait(10)
        return len(asked)

    lately = Lately(0.0, look)  # never fresh: each call would look
    assert lately(7) == 1
    slow = threading.Thread(target=lately, args=(7,))
    slow.start()
    assert began.wait(10)
    assert [lately(7) for _ in range(5)] == [1] * 5  # nobody waits, nobody asks
    go.set()
    slow.join()
    assert asked == [7, 7]
    assert lately(7) == 3


def test_who_knows_nothing_waits_and_asks_not_a_second_time():
    asked = []

    def look(dialogue: int) -> int:
        time.sleep(0.1)
        asked.append(dialogue)
        return 10 * dialogue

    lately, found = Lately(60.0, look), []
    threads = [threading.Thread(target=lambda: found.append(lately(4))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [40] * 6
    assert asked == [4]
    lately.forget()
    assert lately(4) == 40
    assert asked == [4, 4]


def test_a_look_that_fails_is_tried_again():
    tries = iter([ValueError("busy"), 5])

    def look(dialogue: int) -> int:
        told = next(tries)
        if isinstance(told, Exception):
            raise told
        return told

    lately = Lately(60.0, look)
    with pytest.raises(ValueError, match="busy"):
        lately(1)
    assert lately(1) == 5
