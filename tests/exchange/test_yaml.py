"""YAML from strangers: nothing clever is read, bombs are refused at once, nothing falls over (T15)."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.exchange.records import read_practices, write_practices
from baithak.exchange.records.yaml_text import LARGEST, Node, parse
from factories.practices import SUNRISE, YAML

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)
)


def refused(content: bytes) -> EngineError:
    with pytest.raises(EngineError) as caught:
        parse(content, "p.yaml")
    assert caught.value.params["file"] == "p.yaml"
    return caught.value


def test_values_stay_texts():
    told = parse(b"a: NO\nb: 1:30\nc: 2026-11-23\nd: 0x10\ne: ~\nf:\ng: '~'\nh: 1e3").value
    assert [node.value for node in told.values()] == [
        "NO", "1:30", "2026-11-23", "0x10", "", "", "~", "1e3",
    ]  # fmt: skip


def test_values_know_their_rows():
    told = parse(b"\xef\xbb\xbfa:\n  - x\n  - >-\n    y\n    z\nb: {c: d}").value
    assert told["a"] == Node(2, [Node(2, "x"), Node(3, "y z")])
    assert told["b"].value["c"] == Node(6, "d")


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"a: &x 1", "library.yaml_alias", 1),
        (b"a: 1\nb: *x", "library.yaml_alias", 2),
        (b"a: !!python/object/apply:os.system [ls]", "library.yaml_tag", 1),
        (b"a: !!binary aGk=", "library.yaml_tag", 1),
        (b"a: 1\n\na: 2", "library.name_twice", 3),
        (b"? [a, b]\n: c", "library.strange_name", 1),
        (b"a: b: c", "library.broken_yaml", 1),
        (b"a: 'b\nc: d", "library.broken_yaml", 2),
        (b"--- a\n--- b", "library.broken_yaml", 2),
        (b"a: \xff", "library.encoding", 1),
        (b"a: 1\nb: \x01", "library.bad_character", 2),
        (b"[" * 40, "library.too_deep", 1),
    ],
)
def test_what_is_not_read_is_refused_with_its_row(content, code, row):
    error = refused(content)
    assert (error.code, error.params["row"]) == (code, row)


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\n\n"])
def test_an_empty_file_is_said_to_be_empty(content):
    assert refused(content).code == "library.empty_file"


@pytest.mark.trust
@pytest.mark.parametrize(
    "content",
    [
        BOMB.encode(),
        b"a: [" + b"1," * 300_000 + b"]",
        b"{" * 200_000,
        b"[" * 200_000,
        b"- " * 100_000,
        b"? " * 100_000,
        b"a: " + b"x" * (LARGEST + 1),
        b"a: '" + b"'' " * 500_000,
    ],
    ids=["aliases", "many", "braces", "brackets", "dashes", "questions", "large", "quotes"],
)
def test_bombs_are_refused_quickly(content):
    start = time.process_time()
    refused(content)
    assert time.process_time() - start < 0.2


def test_the_control_a_reader_that_follows_aliases_would_grow(monkeypatch):
    """PyYAML's own safe loader takes the bomb: the refusal is ours."""
    import yaml

    def leaves(value: object, left: int = 100_000) -> int:
        stack, seen = [value], 0
        while stack and seen < left:
            top = stack.pop()
            seen += 1
            if isinstance(top, list | dict):
                stack.extend(top.values() if isinstance(top, dict) else top)
        return seen

    assert leaves(yaml.safe_load(BOMB)) == 100_000


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    with suppress(EngineError):
        parse(content)


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from("ab:-[]{}#&*!|>'\"%@`,? \n\t~=<.0\\"), max_size=80))
def test_any_signs_of_yaml_are_read_or_refused(text):
    with suppress(EngineError):
        parse(text.encode())


@settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_file_of_practices_is_read_or_refused(shipped, data):
    """Pieces cut out, doubled, or replaced by signs of YAML."""
    text = write_practices([SUNRISE])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 60)))
        piece = data.draw(
            st.one_of(
                st.just(""), st.just(text[start:end] * 2),
                st.text(st.sampled_from("a:-[]{}&*!|>'\"\n 0\x00é"), max_size=5),
            )
        )  # fmt: skip
        text = text[:start] + piece + text[end:]
    told = []
    with suppress(EngineError):
        found = read_practices(text.encode(), shipped.taxonomy, shipped.cities, "p.yaml")
        told.append(found)
    for found in told:
        again = write_practices(found.practices, found.cities).encode()
        assert read_practices(again, shipped.taxonomy, shipped.cities) == found


def test_the_file_by_hand_is_the_practice_by_hand(shipped):
    (told,) = read_practices(YAML.encode(), shipped.taxonomy, shipped.cities).practices
    assert told.title == SUNRISE.title
    assert told.summary == SUNRISE.summary
    assert told.sources == SUNRISE.sources[:1]
    assert (told.version, told.language, told.lessons) == (1, "en", ())
