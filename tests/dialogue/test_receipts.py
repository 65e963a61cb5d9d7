"""Receipts prove that answers are in, and never what they are (R5)."""

import hashlib
import re
from html import unescape

import pytest
from django.test import Client

from baithak.dialogue import queries, services, tasks
from baithak.dialogue.models import Dialogue, Receipt, Vote
from baithak.journal.models import Line
from baithak.network.scope import SYSTEM
from factories import dialogue as made

pytestmark = pytest.mark.django_db(transaction=True)


def text(response):
    return unescape(response.content.decode())


@pytest.fixture
def dialogue():
    return made.opened(made.team())


def vote(client, dialogue, value="1", turn="0", statement=None):
    link = f"/en/d/{dialogue.code}/"
    page = text(client.get(link if statement is None else f"{link}statement/{statement}/"))
    number = re.search(r'name="statement" value="(\d+)"', page)[1]
    proof = re.search(r'name="proof" value="(\w+)"', page)[1]
    data = {"statement": number, "turn": turn, "value": value, "proof": proof}
    assert client.post(f"{link}vote/", data).status_code == 302
    return number


def receipt_of(client, dialogue):
    found = re.search(r'id="receipt">([0-9a-f-]+)<', text(client.get(page(dialogue))))
    return found and found[1]


def page(dialogue, name="receipt/"):
    return f"/en/d/{dialogue.code}/{name}"


def sealed(dialogue):
    services.close(dialogue=dialogue, by=SYSTEM)
    assert tasks.seal_closed() == 1
    return Dialogue._unscoped.get(pk=dialogue.pk)


def test_before_closing_the_page_says_whether_answers_from_this_phone_are_in(dialogue):
    nadia = Client()
    assert "No answers from this phone are in yet" in text(nadia.get(page(dialogue)))
    number = vote(nadia, dialogue)
    first = text(nadia.get(page(dialogue)))
    assert "Answers from this phone are in." in first
    assert "no-store" in nadia.get(page(dialogue))["Cache-Control"]
    code = receipt_of(nadia, dialogue)
    assert re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){4}", code)
    # Changing one's mind changes nothing on it (R5).
    vote(nadia, dialogue, "-1", turn="1", statement=number)
    assert text(nadia.get(page(dialogue))) == first
    assert receipt_of(Client(), dialogue) is None


def test_after_sealing_the_receipt_is_in_the_list_and_a_made_up_one_is_not(dialogue):
    phones = [Client() for _ in range(3)]
    for phone in phones:
        vote(phone, dialogue)
    codes = [receipt_of(phone, dialogue) for phone in phones]
    early = Client().post(page(dialogue, "check/"), {"receipt": codes[0]})
    assert early.status_code == 410
    assert Client().get(page(dialogue, "receipts.txt")).status_code == 302
    closed = sealed(dialogue)
    for code in codes:
        told = Client().post(page(dialogue, "check/"), {"receipt": code.upper().replace("-", " ")})
        assert f"Yes: the receipt {code} is in the list" in text(told)
    for other in ("0" * 20, "f" * 20):
        told = Client().post(page(dialogue, "check/"), {"receipt": other})
        assert "is not in the list" in text(told)
    for wrong in ("", "abc", codes[0] + "0", "<script>"):
        told = Client().post(page(dialogue, "check/"), {"receipt": wrong})
        assert told.status_code == 422
        assert "<script>0" not in text(told)
    kept = Client().get(page(dialogue, "receipts.txt")).content
    assert hashlib.sha256(kept).hexdigest() == closed.root
    lines = kept.decode().splitlines()
    assert lines[:3] == ["baithak receipts 1", f"dialogue {dialogue.code}", "receipts 10"]
    assert lines[3:] == sorted(lines[3:])
    assert "Answers from this phone are among those that were sealed." in text(
        phones[0].get(page(dialogue))
    )


def test_the_lines_of_python_on_the_page_check_both(dialogue, tmp_path, monkeypatch, capsys):
    nadia = Client()
    vote(nadia, dialogue)
    code = receipt_of(nadia, dialogue)
    sealed(dialogue)
    told = text(Client().post(page(dialogue, "check/"), {"receipt": code}))
    lines = re.search(r'tabindex="0"><code>(.*?)</code></pre>', told, re.DOTALL)[1]
    assert len(lines.splitlines()) == 5
    kept = Client().get(page(dialogue, "receipts.txt")).content
    monkeypatch.chdir(tmp_path)
    file = tmp_path / f"receipts-{dialogue.code}.txt"
    file.write_bytes(kept)
    exec(lines, {})  # what a reader would do with them
    assert capsys.readouterr().out == "True\nTrue\n"
    # Control: one line less, and both say so.
    mine = code.replace("-", "").encode()
    file.write_bytes(b"\n".join(row for row in kept.split(b"\n") if not row.startswith(mine)))
    exec(lines, {})
    assert capsys.readouterr().out == "False\nFalse\n"


def test_the_root_stands_in_the_journal_with_rounded_counts(dialogue):
    made.crowd(dialogue, people=23)
    vote(Client(), dialogue)
    closed = sealed(dialogue)
    (line,) = Line.objects.filter(verb="dialogue.seal")
    assert len(closed.root) == 64
    assert line.details == {"root": closed.root, "people": "about 25", "votes": "about 140"}


@pytest.mark.parametrize(("people", "length"), [(0, 10), (1, 10), (9, 10), (10, 20), (13, 20)])
def test_the_length_of_the_list_does_not_tell_how_many_took_part(dialogue, people, length):
    for one in range(people):
        services.cast_vote(
            dialogue=dialogue.pk, pid=made.pid(dialogue, f"t{one}"), value=1,
            statement=made.statements(dialogue)[0].pk, mark=bytes([one]) * 16,
        )  # fmt: skip
    sealed(dialogue)
    assert Receipt._unscoped.count() == length
    assert Vote._unscoped.count() == people


def test_no_page_ties_a_receipt_to_an_answer(dialogue):
    nadia = Client()
    vote(nadia, dialogue)
    code = receipt_of(nadia, dialogue).replace("-", "")
    row = Vote._unscoped.get()
    assert code not in bytes(row.pid).hex()
    sealed(dialogue)
    told = queries.receipt_list(dialogue.pk).decode()
    assert bytes(row.pid).hex()[:20] not in told
    assert code in told
