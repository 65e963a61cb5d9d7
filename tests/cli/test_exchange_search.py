"""``baithak exchange search``: the shipped library, in eight languages, as JSON and for people."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from baithak.cli import main

KEYS = {"id", "title", "city", "country", "language", "score", "why", "snippet"}
ASKED = [
    ("anti-rumour", "bilbao-anti-rumour-strategy"),
    ("রোহিঙ্গা", "coxs-bazar-social-cohesion-consultations"),
    ("छुआछूत", "tamankhola-no-untouchability-at-gatherings"),
    ("محرم ضابطہ اخلاق", "islamabad-jointly-written-muharram-code"),
    ("அதிகாரிகளுக்கு சிங்கள மொழி வகுப்புகள்", "trincomalee-language-classes-and-equality"),
    ("පාස්කු ප්‍රහාරයෙන් පසු", "sri-lanka-inter-religious-response-easter-2019"),
    ("ރަށްރަށުގެ ޒުވާނުން", "maldives-youth-vulnerability-assessment"),
    ("नेपालगञ्जका धर्मगुरु", "nepalgunj-preachers-for-social-harmony"),
    ("crickett polise", "mumbai-cricket-for-peace"),
]


def run(*args: object):
    return CliRunner().invoke(main, ["exchange", "search", *map(str, args)])


def found(*args: object) -> list[dict]:
    told = run(*args, "--json")
    assert told.exit_code == 0, told.output
    return json.loads(told.output)["results"]


@pytest.mark.parametrize(("query", "wanted"), ASKED)
def test_every_language_finds_its_practice(query, wanted):
    assert wanted in [result["id"] for result in found(query, "--limit", 3)]


def test_the_json_is_exactly_what_is_promised():
    told = run("rumours", "--json", "--limit", 4)
    whole = json.loads(told.output)
    assert list(whole) == ["results"]
    assert len(whole["results"]) == 4
    for result in whole["results"]:
        assert set(result) == KEYS
        assert all(isinstance(result[key], str) for key in KEYS - {"score", "why"})
        assert 0 < result["score"] <= 1
        assert {reason["code"] for reason in result["why"]} <= {
            "why.field", "why.label", "why.concept", "why.place", "why.close",
        }  # fmt: skip
    scores = [result["score"] for result in whole["results"]]
    assert scores == sorted(scores, reverse=True)
    assert "**" in whole["results"][0]["snippet"]


def test_filters_narrow_and_add_up():
    assert {r["country"] for r in found("youth", "--country", "lk", "--country", "MV")} == {
        "LK",
        "MV",
    }
    everything = found("", "--challenge", "caste_discrimination", "--limit", 100)
    assert [r["id"] for r in everything] == [
        "madurai-award-villages-without-untouchability",
        "tamankhola-no-untouchability-at-gatherings",
        "tamil-nadu-graveyards-without-caste",
    ]
    assert (
        found("", "--challenge", "caste_discrimination", "--country", "NP", "--year", "1900") == []
    )


def test_an_empty_query_shows_the_whole_library():
    assert len(found("", "--limit", 1000)) == 153


def test_the_readers_language_decides_the_passage():
    told = found("মেয়রদের কর্মশালা", "--language", "en", "--limit", 1)[0]
    assert told["snippet"].isascii() or "Mayors" in told["snippet"]


@pytest.mark.parametrize(
    "query",
    ["🙂🙂", "the of and", "'; DROP TABLE practices; --", "peace " * 1_700, "\x01\x02", "???"],
)
def test_odd_queries_end_calmly(query):
    told = run(query, "--json")
    assert told.exit_code == 0
    assert set(json.loads(told.output)) == {"results"}
    assert run(query).exit_code == 0


def test_people_are_told_when_nothing_is_found():
    assert "no word to search for" in run("🙂").output
    assert "Try fewer or other words" in run("zzzzqqqq").output


def test_an_unknown_code_is_refused_with_the_known_ones():
    told = run("peace", "--challenge", "hate")
    assert told.exit_code == 2
    assert "“hate” is not a challenge code" in told.output
    assert "hate_speech" in told.output


def test_people_read_title_place_and_passage():
    told = run("Meesaq", "--limit", 1).output
    assert "Meesaq centres for religious minorities" in told
    assert "Lahore, Pakistan, 2023" in told
    assert "\x1b" not in told  # no terminal, no bold


def test_it_needs_no_django_and_no_compiler():
    program = (
        "import sys\n"
        "from baithak.cli import main\n"
        "main(['exchange', 'search', 'peace', '--json'], standalone_mode=False)\n"
        "sys.exit(sum(name in sys.modules for name in ('django', 'numba', 'scipy')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["results"]) == 10
