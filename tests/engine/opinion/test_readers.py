"""Reading files: what is accepted, and what is refused with row, field and value."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.opinion.readers import read, read_conversation
from baithak.engine.opinion.votes import VoteMatrix

LONG = "participant,statement,vote\nAmina,1,agree\nBilal,1,pass\nAmina,2,disagree\n"
WIDE = (
    "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,7\n"
    "0,1,0,2,1,1,1,,-1\n"
    "1,,0,0,0,0,,,\n"
    "12,0,0,2,0,0,0,0,\n"
)
COMMENTS = (
    "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    '3,x,7,0,1,0,-1,"Close the park, now"\n'
    "2,x,1,0,1,0,0,More buses\n"
    "1,x,0,12,1,0,1,More trees\n"
    "1,x,9,12,1,0,1,Nobody voted on this\n"
)
SUMMARY = (
    'topic,Our town\nurl,https://example.org/1\nconversation-description,"Two\nlines, one comma"\n'
)


@pytest.fixture
def file(tmp_path):
    """Write a text or bytes to a file and return its path."""

    def write(text, name="votes.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "participants-votes.csv").write_text(WIDE)
    (tmp_path / "comments.csv").write_text(COMMENTS)
    (tmp_path / "summary.csv").write_text(SUMMARY)
    return tmp_path


def problem(path) -> tuple[str, dict]:
    with pytest.raises(EngineError) as caught:
        read(path)
    return caught.value.code, caught.value.params


def refusal(path, *names):
    """The code and the named parameters of the refusal."""
    code, params = problem(path)
    return (code, *(params.get(name) for name in names))


def test_a_long_table(file):
    votes = read(file(LONG))
    assert votes == VoteMatrix.from_arrays(["Amina", "Bilal", "Amina"], [1, 1, 2], [1, 0, -1])
    assert votes.channels is None


@pytest.mark.parametrize(
    "text",
    [
        LONG.replace("\n", "\r\n"),
        "\ufeff" + LONG,
        LONG.replace(",", ";"),
        LONG.replace(",", "\t"),
        LONG.replace("participant", "voter-id").replace("statement", "comment-id"),
        LONG.replace("agree", "1").replace("dis1", "-1").replace("pass", "0"),
        LONG.replace("agree", " AGREE ").replace("dis AGREE ", "Disagree"),
        LONG.replace("Amina", '"Amina"') + "\n\n",
        "note,vote,statement,participant\nx,agree,1,Amina\n,pass,1,Bilal\n,disagree,2,Amina\n",
    ],
    ids=["crlf", "bom", "semicolon", "tab", "polis", "numbers", "capitals", "quotes", "order"],
)
def test_the_same_votes_written_otherwise(file, text):
    assert read(file(text)) == read(file(LONG, "other.csv"))


def test_channels_come_with_the_people(file):
    text = "participant,statement,vote,channel\nAmina,1,1,token\nBilal,1,1,open\nAmina,2,1,token\n"
    assert read(file(text)).channels == ("token", "open")


def test_polis_raw_votes_take_the_last_by_time(file):
    text = "timestamp,datetime,comment-id,voter-id,vote\n30,x,5,1,-1\n10,x,5,1,1\n20,x,5,2,0\n"
    assert read(file(text)).dense().tolist() == [[-1.0], [0.0]]


def test_dates_are_moments_too(file):
    text = "participant,statement,vote,time\nA,1,1,2024-05-02T10:00:00\nA,1,-1,2024-05-01\n"
    assert read(file(text)).values.tolist() == [1]
    bad = text + "A,2,1,yesterday\n"
    assert refusal(file(bad), "row", "field", "value") == (
        "votes.unknown_time", 4, "time", "yesterday",
    )  # fmt: skip


def test_a_bare_participants_votes_file(file):
    votes = read(file(WIDE, "participants-votes.csv"))
    assert votes.participants == ("0", "12")
    assert [s.id for s in votes.statements] == ["0", "1", "7"]
    assert votes.notes == ("people_without_votes:1",)
    np.testing.assert_array_equal(votes.dense(), [[1, np.nan, -1], [0, 0, np.nan]])


def test_a_polis_export_folder(folder):
    told = read_conversation(folder)
    assert told.topic == "Our town"
    assert told.url == "https://example.org/1"
    assert told.description == "Two\nlines, one comma"
    assert told.polis_groups == ("1", "0")
    assert [(s.id, s.text, s.moderated_out) for s in told.votes.statements] == [
        ("0", "More trees", False),
        ("1", "More buses", False),
        ("7", "Close the park, now", True),
    ]
    assert [(c.id, c.moderated, c.author, c.created) for c in told.comments] == [
        ("7", -1, "0", 3),
        ("1", 0, "0", 2),
        ("0", 1, "12", 1),
        ("9", 1, "12", 1),
    ]


def test_a_folder_with_long_votes(tmp_path, file):
    file(LONG)
    file("comment-id,comment-body\n1,Trees\n2,Buses\n", "comments.csv")
    assert [s.text for s in read(tmp_path).statements] == ["Trees", "Buses"]


def test_one_participant_is_legal(file):
    votes = read(file("participant,statement,vote\nAmina,1,agree\n"))
    assert (votes.n, votes.m, votes.size) == (1, 1, 1)


def test_identical_repeats_are_kept_once(file):
    votes = read(file(LONG + "Bilal,1,0\n"))
    assert votes.size == 3
    assert votes.notes == ("identical_votes_dropped:1",)


def test_missing_places(tmp_path, file):
    assert refusal(tmp_path / "none.csv", "value")[0] == "source.not_found"
    assert refusal(tmp_path)[0] == "source.no_votes_file"


def test_empty_files(file):
    assert refusal(file(b""), "file") == ("votes.empty_file", "votes.csv")
    assert refusal(file(b" \n\n"))[0] == "votes.empty_file"
    assert refusal(file("participant,statement,vote\n"))[0] == "votes.header_only"
    assert refusal(file(WIDE.split("\n")[0] + "\n"))[0] == "votes.header_only"


def test_a_conversation_without_votes(file):
    no_votes = "participant,group-id,n-votes,0,1\n0,,0,,\n1,,0,,\n"
    assert refusal(file(no_votes))[0] == "votes.empty"
    no_statements = "participant,group-id,n-votes\n0,,0\n"
    assert refusal(file(no_statements))[0] == "votes.empty"


def test_broken_csv(file):
    assert refusal(file(LONG + "Bilal,2\n"), "row", "value", "expected") == (
        "votes.wrong_field_count", 5, 2, 3,
    )  # fmt: skip
    # A quote that never closes swallows the rest: the row is where it opened.
    unclosed = LONG + '"Bilal,2,agree\n' + "Chanda,1,agree\n" * 20_000
    assert refusal(file(unclosed), "row") == ("votes.broken_csv", 5)
    assert refusal(file(WIDE + "13,0,0,1,1,0,1,0\n"), "row", "value", "expected") == (
        "votes.wrong_field_count", 5, 8, 9,
    )  # fmt: skip


def test_a_line_break_inside_quotes_keeps_the_count_of_rows(file):
    text = 'participant,statement,vote,note\nAmina,1,1,"two\nlines"\nBilal,1,maybe,\n'
    assert refusal(file(text), "row") == ("votes.unknown_value", 4)


def test_wrong_encodings(file):
    latin = LONG.encode() + "Zoë,2,agree\n".encode("latin-1")
    assert refusal(file(latin), "row", "field", "value") == ("votes.encoding", 5, 3, "0xEB")
    assert refusal(file(LONG.encode("utf-16")), "value") == ("votes.encoding", "UTF-16")
    assert refusal(file(b"PK\x03\x04\x00\x00"))[0] == "votes.not_text"


def test_unknown_votes(file):
    text = LONG + "Chanda,1,maybe\nDilip,1,\nEsha,1,2\n"
    assert refusal(file(text), "row", "field", "value", "more", "file") == (
        "votes.unknown_value", 5, "vote", "maybe", 2, "votes.csv",
    )  # fmt: skip
    assert refusal(file(WIDE + "13,0,0,1,1,0,1,0,x\n"), "row", "field", "value") == (
        "votes.unknown_value", 5, "7", "x",
    )  # fmt: skip


def test_further_problems_are_counted_to_twenty(file):
    assert refusal(file(LONG + "Chanda,1,maybe\n" * 50), "row", "more")[1:] == (5, 20)


def test_further_problems_travel_with_the_first(file):
    with pytest.raises(EngineError) as caught:
        read(file(LONG + "Chanda,1,maybe\nDilip,1\n,1,agree\n"))
    assert [(e.code, e.params["row"]) for e in caught.value.others] == [
        ("votes.wrong_field_count", 6),
        ("votes.missing_value", 7),
    ]


def test_missing_columns(file):
    assert refusal(file("participant,statement\nA,1\n"), "field", "row") == (
        "votes.missing_columns", "vote", 1,
    )  # fmt: skip
    assert refusal(file("name,age\nA,1\n"), "field", "value") == (
        "votes.missing_columns", "participant, statement, vote", "name, age",
    )  # fmt: skip
    assert refusal(file("person,1,2\nA,1,1\n"), "field") == ("votes.missing_columns", "participant")


def test_columns_that_cannot_be_right(file):
    assert refusal(file("participant,1,2,1\nA,1,1,0\n"), "field", "value") == (
        "votes.duplicate_column", 4, "1",
    )  # fmt: skip
    assert refusal(file("participant,1,age,2\nA,1,44,0\n"), "field", "value") == (
        "votes.unknown_column", 3, "age",
    )  # fmt: skip


def test_votes_without_a_name_or_a_statement(file):
    assert refusal(file(LONG + ",1,agree\n"), "row", "field") == (
        "votes.missing_value", 5, "participant",
    )  # fmt: skip
    assert refusal(file(LONG + "A, ,agree\n"), "row", "field") == (
        "votes.missing_value", 5, "statement",
    )  # fmt: skip


def test_contradictory_votes_name_both_rows_of_the_file(file):
    text = "participant,statement,vote\n\nAmina,1,agree\nBilal,1,agree\nAmina,1,disagree\n"
    assert refusal(file(text), "row", "first_row", "participant", "statement", "file") == (
        "votes.contradictory_duplicate", 5, 3, "Amina", "1", "votes.csv",
    )  # fmt: skip


def test_a_participant_with_two_lines(file):
    assert refusal(file(WIDE + "0,0,0,1,1,0,1,0,\n"), "row", "first_row", "value") == (
        "votes.duplicate_participant", 5, 2, "0",
    )  # fmt: skip


def test_channels_that_cannot_be_right(file):
    head = "participant,statement,vote,channel\nAmina,1,1,token\n"
    assert refusal(file(head + "Bilal,1,1,fax\n"), "row", "value") == (
        "votes.unknown_channel", 3, "fax",
    )  # fmt: skip
    assert refusal(file(head + "Amina,2,1,open\n"), "row", "first_row") == (
        "votes.channel_differs", 3, 2,
    )  # fmt: skip


def test_votes_on_a_statement_that_comments_do_not_know(folder):
    comments = folder / "comments.csv"
    comments.write_text("\n".join(COMMENTS.split("\n")[:3]) + "\n")
    assert refusal(folder, "row", "value", "file") == (
        "votes.unknown_statement", 1, "0", "participants-votes.csv",
    )  # fmt: skip


def test_comments_that_cannot_be_right(folder):
    comments = folder / "comments.csv"
    comments.write_text(COMMENTS + "1,x,9,12,1,0,1,Again\n")
    assert refusal(folder, "row", "first_row", "value", "file") == (
        "votes.duplicate_statement", 6, 5, "9", "comments.csv",
    )  # fmt: skip
    comments.write_text(COMMENTS + "1,x,10,12,1,0,5,Strange\n")
    assert refusal(folder, "row", "value") == ("votes.unknown_moderation", 6, "5")
    comments.write_text("comment-id,agrees\n1,2\n")
    assert refusal(folder, "field", "file") == (
        "votes.missing_columns", "comment-body", "comments.csv",
    )  # fmt: skip


def test_blank_lines_before_the_header(file):
    votes = file("\n\n" + LONG)
    assert read(votes) == read(file(LONG, "other.csv"))
    assert refusal(file("\n\n" + LONG + "Chanda,1,maybe\n"), "row") == ("votes.unknown_value", 7)


def test_a_file_that_may_not_be_read(file, monkeypatch):
    path = file(LONG)

    def refuse(*args, **options):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pathlib.Path.open", refuse)
    assert refusal(path, "value", "reason") == (
        "source.unreadable", str(path), "Permission denied",
    )  # fmt: skip


pieces = st.sampled_from(
    ["participant", "statement", "vote", "timestamp", "channel", "0", "1", "-1", "agree", "nan",
     "9" * 30, ",", ",", ",", "\n", "\n", ";", '"', " ", "\r", "\x00", "ä", "\ufeff", "group-id"]
)  # fmt: skip
heads = st.sampled_from(
    ["", "participant,statement,vote\n", "participant,statement,vote,timestamp,channel\n",
     "participant,group-id,0,1\n", "\ufeffparticipant;statement;vote\r\n"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(head=heads, body=st.lists(pieces, max_size=40).map("".join), tail=st.binary(max_size=3))
def test_nothing_but_votes_or_a_refusal_comes_out(tmp_path_factory, head, body, tail):
    path = tmp_path_factory.mktemp("fuzz") / "votes.csv"
    path.write_bytes((head + body).encode() + tail)
    try:
        votes = read(path)
    except EngineError:
        return  # refused with a code: that is all a file may do
    assert votes.size > 0
    assert set(votes.values.tolist()) <= {-1, 0, 1}


def test_a_million_rows_take_seconds(tmp_path):
    path = tmp_path / "million.csv"
    words = ("agree", "pass", "disagree")
    with path.open("w") as stream:
        stream.write("participant,statement,vote\n")
        stream.writelines(
            f"p{k // 50},{k * 7919 % 1009},{words[k % 3]}\n" for k in range(1_000_000)
        )
    start = time.process_time()
    votes = read(path)
    assert (votes.n, votes.m, votes.size) == (20_000, 1009, 1_000_000)
    # About one second; the bar only catches a reader that has become hopeless.
    assert time.process_time() - start < 15


@pytest.mark.parametrize(
    ("name", "people", "statements", "cast", "out"),
    [
        ("15-per-hour-seattle", 339, 54, 2_872, 23),
        ("american-assembly.bowling-green", 2_031, 896, 225_524, 289),
        ("brexit-consensus", 204, 50, 5_303, 0),
        ("canadian-electoral-reform", 448, 174, 11_950, 22),
        ("london.youth.policing", 26, 36, 638, 0),
        ("scoop-hivemind.taxes", 334, 148, 17_335, 57),
        ("ssis.land-bank-farmland.2rumnecbeh.2021-08-01", 404, 293, 33_463, 101),
        ("vtaiwan.uberx", 1_921, 197, 49_443, 78),
    ],
)
def test_real_exports(data, name, people, statements, cast, out):
    votes = read(data("dialogues") / name)
    assert (votes.n, votes.m, votes.size, int((~votes.shown).sum())) == (
        people, statements, cast, out,
    )  # fmt: skip
    assert all(s.text for s in votes.statements)
