"""Heads signed for witnesses, what they bring back, and what that shows."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from baithak.journal import queries, services, tasks, verify_journal
from baithak.journal.commands import journal
from baithak.journal.models import Check, Delivery, Head, Line, Receipt, Witness, WitnessKind
from baithak.journal.services import heads, keys, witnesses
from baithak.network import services as network
from baithak.network.models import TwoPersonAct
from baithak.network.rules import Role
from factories import network as make

pytestmark = pytest.mark.django_db


def named(kind=WitnessKind.PRINTED, label="Office of records", **more) -> Witness:
    return witnesses.add(place="kandarpur", label=label, kind=kind, by="system", **more)


def an_hour_later() -> None:
    """The clock goes on: what was signed and queued lies an hour back."""
    for head in Head.objects.all():
        Head.objects.filter(pk=head.pk).update(hour=f"x{head.pk}")
    for one in Witness.objects.exclude(queued=None):
        Witness.objects.filter(pk=one.pk).update(queued=one.queued - timedelta(hours=1))


def bring(witness, text, **more) -> Receipt:
    return services.receive(witness=witness, text=text, by="system", place="kandarpur", **more)


# --- signing


def test_one_head_an_hour_is_signed_and_anybody_can_check_the_signature(city):
    assert services.sign_and_queue() == 1
    assert services.sign_and_queue() == 0
    head = Head.objects.get()
    assert (head.n, head.hash) == services.head()
    assert keys.signed_by(head.key, heads.message(head.n, head.hash, head.at), head.signature)
    assert not keys.signed_by(
        head.key, heads.message(head.n + 1, head.hash, head.at), head.signature
    )
    assert not keys.signed_by("nonsense", b"", "zz")
    an_hour_later()
    assert services.sign_and_queue() == 1


def test_the_key_is_outside_the_database_and_for_the_owner_only(settings, tmp_path):
    settings.KEYS = tmp_path / "keys"
    first = keys.public_key()
    assert keys.public_key() == first
    (path,) = settings.KEYS.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_feed_holds_what_a_witness_needs(city, client):
    services.sign_and_queue()
    answer = client.get("/en/journal/heads.json")
    assert answer["Cache-Control"] == "public, max-age=300"
    told = answer.json()
    assert heads.read(answer.content.decode(), feed=True).n == told["heads"][0]["n"]
    assert heads.read(json.dumps(told["heads"][0])).signature == told["heads"][0]["signature"]


# --- what they get


def test_a_letter_goes_out_once_a_day_and_holds_the_signed_head(city):
    witness = named(WitnessKind.MAIL, address="Records@Province.example")
    services.sign_and_queue()
    assert [tasks.send_a_head(), tasks.send_a_head()] == [1, 0]
    (letter,) = mail.outbox
    assert letter.to == ["records@province.example"]
    ((name, content, kind),) = letter.attachments
    assert (name, kind) == (f"journal-head-{Head.objects.get().n}.json", "application/json")
    assert heads.read(content).signature == Head.objects.get().signature
    assert f"{Head.objects.get().n}:{Head.objects.get().hash}" in letter.body
    witness.refresh_from_db()
    assert witness.delivery == Delivery.SENT
    for _hour in range(23):
        an_hour_later()
        services.sign_and_queue()
        assert tasks.send_a_head() == 0
    an_hour_later()
    services.sign_and_queue()
    assert tasks.send_a_head() == 1


def test_a_mail_server_that_is_down_is_tried_three_times_and_named_in_no_log(
    city, monkeypatch, caplog
):
    witness = named(WitnessKind.MAIL, address="records@province.example")
    services.sign_and_queue()

    def down(self, **kwargs):
        raise OSError("records@province.example: no")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    for _try in range(4):
        Witness.objects.update(claimed=timezone.now() - timedelta(hours=1))
        tasks.send_a_head()
    witness.refresh_from_db()
    assert (witness.delivery, witness.tries) == (Delivery.FAILED, 3)
    assert "OSError" in caplog.text
    assert "province" not in caplog.text


def test_a_letter_claimed_by_a_worker_that_died_goes_out(city):
    witness = named(WitnessKind.MAIL, address="records@province.example")
    services.sign_and_queue()
    Witness.objects.update(delivery=Delivery.SENDING, claimed=timezone.now(), tries=1)
    assert tasks.send_a_head() == 0
    Witness.objects.update(claimed=timezone.now() - timedelta(hours=1))
    assert tasks.send_a_head() == 1
    witness.refresh_from_db()
    assert witness.delivery == Delivery.SENT


def test_who_was_let_go_gets_nothing_more(city):
    witness = named(WitnessKind.MAIL, address="records@province.example")
    services.sign_and_queue()
    witnesses.remove(witness=witness.pk, by="system")
    assert tasks.send_a_head() == 0
    with pytest.raises(ValidationError, match="already"):
        witnesses.remove(witness=witness.pk, by="system")


def test_the_printed_page_holds_line_and_hash(city):
    named()
    answer = city.auditors.get("/en/journal/kandarpur/head.pdf")
    assert answer.status_code == 302  # nothing is signed yet
    services.sign_and_queue()
    answer = city.auditors.get("/en/journal/kandarpur/head.pdf")
    assert answer.content[:5] == b"%PDF-"
    assert "no-store" in answer["Cache-Control"]


# --- what they bring back


def test_a_head_that_agrees_is_kept_and_checked(city):
    witness = named()
    services.sign_and_queue()
    head = Head.objects.get()
    receipt = bring(witness, json.dumps(heads.as_json(head)))
    assert (receipt.n, receipt.signed, receipt.countersigned) == (head.n, True, False)
    assert Line.objects.last().verb == "journal.bring_receipt"
    assert tasks.check_the_chain() == 1
    check = Check.objects.get()
    assert (check.found, check.receipts, check.lines) == (0, 1, Line.objects.count())
    with pytest.raises(ValidationError, match="already"):
        bring(witness, json.dumps(heads.as_json(head)))


def test_typed_from_paper_it_must_agree_or_be_compared_twice(city):
    witness, (n, told) = named(), services.head()
    assert bring(witness, f" {n} : {told.upper()} ").n == n
    wrong = f"{n}:{'0' * 64}"
    before = Line.objects.count()
    with pytest.raises(ValidationError, match="Compare each letter"):
        bring(witness, wrong)
    assert (Receipt.objects.count(), Line.objects.count()) == (1, before)
    bring(witness, wrong, differs=True)
    assert Line.objects.last().verb == "journal.bring_differing_receipt"
    tasks.check_the_chain()
    assert Check.objects.first().findings == [[n, "differs"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no head"),
        ("hello", "no head"),
        ("[]", "no head"),
        ("[" * 5000, "no head"),
        ('{"format": "baithak-journal-head/1", "n": true}', "no head"),
        ('{"format": "baithak-journal-heads/1", "heads": []}', "shows to everybody"),
        ('{"format": "baithak-journal-receipt/1", "head": []}', "no head"),
        ("12:" + "g" * 64, "no head"),
        ("x" * 70_000, "too long"),
    ],
)
def test_what_is_no_head_is_refused_with_a_remedy(city, text, said):
    with pytest.raises(ValidationError, match=said):
        bring(named(), text)
    assert Receipt.objects.count() == 0


def test_a_changed_or_foreign_signature_is_refused(city, settings, tmp_path):
    witness = named()
    services.sign_and_queue()
    told = heads.as_json(Head.objects.get())
    with pytest.raises(ValidationError, match="signature of this head is wrong"):
        bring(witness, json.dumps({**told, "n": told["n"] + 1}))
    settings.KEYS = tmp_path / "another hub"
    foreign = {**told, "key": keys.public_key()}
    foreign["signature"] = keys.sign(heads.message(told["n"], told["hash"], told["at"]))
    settings.KEYS = tmp_path / "this hub now"
    with pytest.raises(ValidationError, match="not this hub's"):
        bring(witness, json.dumps(foreign))


def test_another_hub_countersigns_and_its_receipt_comes_back(city, settings, tmp_path):
    ours, theirs = settings.KEYS, tmp_path / "their keys"
    services.sign_and_queue()
    feed = json.dumps(services.signed_heads())
    settings.KEYS = theirs
    key, receipt = keys.public_key(), services.countersign(feed)
    settings.KEYS = ours
    witness = named(WitnessKind.HUB, label="Noorabad", key=key)
    kept = bring(witness, json.dumps(receipt))
    assert (kept.signed, kept.countersigned) == (True, True)
    other = named(WitnessKind.HUB, label="Elsewhere", key="ab" * 32)
    with pytest.raises(ValidationError, match="Another witness signed"):
        bring(other, json.dumps(receipt))
    with pytest.raises(ValidationError, match="witness's signature is wrong"):
        bring(witness, json.dumps({**receipt, "seen": "2030-01-01T00:00:00Z"}))


def test_what_anybody_can_fetch_here_makes_no_witness_awake(city, settings, tmp_path):
    ours, theirs = settings.KEYS, tmp_path / "their keys"
    settings.KEYS = theirs
    key = keys.public_key()
    settings.KEYS = ours
    witness = named(WitnessKind.HUB, label="Noorabad", key=key)
    services.sign_and_queue()
    feed = services.signed_heads()
    with pytest.raises(ValidationError, match="proves nothing"):
        bring(witness, json.dumps(feed))
    kept = bring(witness, json.dumps(feed["heads"][0]))
    assert (kept.signed, kept.countersigned) == (True, False)
    bring(witness, "{}:{}".format(*services.head()))
    (watched,) = queries.witnesses("kandarpur")
    assert (watched.is_awake, queries.standing().awake, queries.standing().witnessed) == (
        False, 0, None,
    )  # fmt: skip
    page = city.auditors.get("/en/journal/kandarpur/witnesses/").content.decode()
    assert "does not count" in page
    # What only the witness can add makes it count, though the head itself is here already.
    settings.KEYS = theirs
    receipt = services.countersign(json.dumps(feed))
    settings.KEYS = ours
    assert bring(witness, json.dumps(receipt)).pk == kept.pk
    with pytest.raises(ValidationError, match="kept already"):
        bring(witness, json.dumps(receipt))
    with pytest.raises(ValidationError, match="kept already"):
        bring(witness, json.dumps(feed["heads"][0]))
    (watched,) = queries.witnesses("kandarpur")
    assert (watched.is_awake, queries.standing().awake) == (True, 1)


def test_a_head_that_differs_from_the_chain_witnesses_nothing(city, settings, tmp_path):
    """Somebody rewrote the journal: the very witnesses that could tell must not make it look witnessed."""
    for n in range(2):
        witness = named(label=f"Archive {n}")
        at, _hash = services.head()
        Receipt.objects.create(witness=witness, n=at, hash="ab" * 32, by="system")
    assert (queries.standing().awake, queries.standing().witnessed) == (0, None)
    assert [watched.is_awake for watched in queries.witnesses("kandarpur")] == [False, False]
    n, seen = services.head()
    Receipt.objects.create(witness=witness, n=n, hash=seen, by="system")  # control
    assert (queries.standing().awake, queries.standing().witnessed) == (1, n)
    assert [watched.is_awake for watched in queries.witnesses("kandarpur")] == [False, True]


def test_a_witness_signs_nothing_that_does_not_follow(city, settings, tmp_path):
    ours, theirs = settings.KEYS, tmp_path / "their keys"

    def signed(n: int, hash: str, at: str) -> str:
        settings.KEYS = ours
        told = {"format": heads.HEAD, "n": n, "hash": hash, "at": at, "key": keys.public_key()}
        text = json.dumps({**told, "signature": keys.sign(heads.message(n, hash, at))})
        settings.KEYS = theirs
        return text

    services.countersign(signed(10, "a" * 64, "2026-01-01T10:00:00Z"))
    services.countersign(signed(12, "b" * 64, "2026-01-01T11:00:00Z"))
    services.countersign(signed(12, "b" * 64, "2026-01-01T12:00:00Z"))  # nothing happened meanwhile
    for n, told, at in (
        (11, "c", "2026-01-01T13:00:00Z"),
        (12, "c", "2026-01-01T13:00:00Z"),
        (13, "c", "2026-01-01T09:00:00Z"),
    ):
        with pytest.raises(ValidationError, match="line 12 of that journal"):
            services.countersign(signed(n, told * 64, at))
    settings.KEYS = ours
    services.sign_and_queue()
    with pytest.raises(ValidationError, match="own head"):
        services.countersign(json.dumps(services.signed_heads()))
    with pytest.raises(ValidationError, match="Only a head with its hub's signature"):
        services.countersign(f"3:{'a' * 64}")


# --- two people name a witness and let one go


def test_naming_and_letting_go_take_two_people(city):
    asked = city.officers.post(
        "/en/places/kandarpur/witnesses/add/",
        {"label": "Office of records", "kind": "mail", "address": "r@province.example", "key": "",
         "reason": "The hub advises it."},
    )  # fmt: skip
    assert asked.status_code == 302
    assert Witness.objects.count() == 0
    act = TwoPersonAct._unscoped.get()
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=city.officer)
    network.confirm_two_person(act=act, by=city.auditor)
    witness = Witness.objects.get()
    assert (witness.place, witness.kind, witness.every) == ("kandarpur", "mail", 24)
    assert "province" not in "".join(line.detail + line.thing for line in Line.objects.all())
    go = f"/en/places/kandarpur/witnesses/{witness.pk}/go/"
    assert city.officers.post(go, {"reason": "It has moved."}).status_code == 302
    assert Witness.objects.get().ended is None
    network.confirm_two_person(act=TwoPersonAct._unscoped.first(), by=city.mayor)
    assert Witness.objects.get().ended is not None
    assert city.officers.get(go).status_code == 404


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"label": ""}, "This field is required"),
        ({"label": "Records office 0771234567"}, "number of a phone"),
        ({"label": "records@province.example"}, "a mail address"),
        ({"label": "Of\u202efice"}, "an invisible sign"),
        ({"kind": "mail"}, "needs an e-mail address"),
        ({"address": "r@province.example"}, "Only a witness by letter"),
        ({"key": "xyz"}, "64 letters"),
        ({"kind": "carrier pigeon"}, "Select a valid choice"),
        ({"reason": " "}, "This field is required"),
    ],
)
def test_a_witness_that_does_not_fit_is_refused_at_its_field(city, told, said):
    whole = {"label": "Office", "kind": "printed", "address": "", "key": "", "reason": "Good."}
    answer = city.officers.post("/en/places/kandarpur/witnesses/add/", {**whole, **told})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert TwoPersonAct._unscoped.count() == 0


def test_the_representative_of_a_country_names_a_witness_and_its_auditor_confirms(city):
    land = city.place.parent
    representative = make.member(land, Role.NATIONAL_REPRESENTATIVE)
    auditor = make.member(land, Role.AUDITOR)
    client = make.sign_in(representative)
    told = {"label": "Archive", "kind": "printed", "address": "", "key": "", "reason": "Advised."}
    asks = f"/en/places/{land.slug}/witnesses/add/"
    assert make.sign_in(auditor).post(asks, told).status_code == 403
    assert client.post(asks, told).status_code == 302
    network.confirm_two_person(act=TwoPersonAct._unscoped.get(), by=make.viewer(auditor))
    witness = Witness.objects.get()
    assert witness.place == land.slug
    n, seen = services.head()
    brought = client.post(
        f"/en/journal/{land.slug}/witnesses/receipt/",
        {"witness": witness.pk, "text": f"{n}:{seen}"},
    )
    assert (brought.status_code, Receipt.objects.get().n) == (302, n)
    go = f"/en/places/{land.slug}/witnesses/{witness.pk}/go/"
    assert client.post(go, {"reason": "It has moved."}).status_code == 302


# --- pages


def test_the_pages_say_honestly_that_witnesses_lack(city, client):
    for page in (
        city.auditors.get("/en/journal/kandarpur/witnesses/"),
        city.auditors.get("/en/journal/kandarpur/check/"),
        client.get("/en/journal/heads/"),
    ):
        assert page.status_code == 200
        assert "notice-warning" in page.content.decode()
    services.sign_and_queue()
    for label in ("Office of records", "Noorabad"):
        bring(named(label=label), json.dumps(heads.as_json(Head.objects.get())))
    assert queries.standing().is_witnessed
    tasks.check_the_chain()
    page = city.auditors.get("/en/journal/kandarpur/check/").content.decode()
    assert "notice-warning" not in page
    assert "lines were as they were written" in page
    Receipt.objects.update(brought=timezone.now() - timedelta(days=31))
    assert not queries.standing().is_witnessed


def test_a_check_is_asked_on_the_page_and_done_in_the_background(city, monkeypatch):
    monkeypatch.setattr(services.checking, "verify", pytest.fail)
    assert (
        "has not been checked yet"
        in city.auditors.get("/en/journal/kandarpur/check/").content.decode()
    )
    assert city.auditors.post("/en/journal/kandarpur/check/ask/").status_code == 302
    assert city.auditors.post("/en/journal/kandarpur/check/ask/").status_code == 302
    assert Check.objects.filter(claimed=None).count() == 1
    # Who asks while one waits did nothing, so no line says so.
    asked = Line.objects.filter(verb="journal.ask_for_check")
    assert [(line.thing, line.by) for line in asked] == [
        ("journal:check", city.auditor.signature(city.place))
    ]
    assert "waits or runs" in city.auditors.get("/en/journal/kandarpur/check/").content.decode()


def test_one_check_a_day_and_one_worker_does_it(city):
    assert [tasks.check_the_chain(), tasks.check_the_chain()] == [1, 0]
    Check.objects.update(asked=timezone.now() - timedelta(days=2))
    assert tasks.check_the_chain() == 1
    dead = Check.objects.create(claimed=timezone.now() - timedelta(hours=2))
    assert tasks.check_the_chain() == 1
    dead.refresh_from_db()
    assert dead.is_well


def test_a_receipt_is_brought_on_the_page_of_the_place_that_named_the_witness(city, tmp_path):
    witness = named()
    stranger = witnesses.add(place="noorabad", label="Theirs", kind="printed", by="system")
    services.sign_and_queue()
    path = tmp_path / "head.json"
    path.write_text(json.dumps(heads.as_json(Head.objects.get())))
    address = "/en/journal/kandarpur/witnesses/receipt/"
    assert "Theirs" not in city.officers.get(address).content.decode()
    with path.open("rb") as file:
        answer = city.officers.post(address, {"witness": stranger.pk, "file": file})
        assert answer.status_code == 422
    with path.open("rb") as file:
        assert city.officers.post(address, {"witness": witness.pk, "file": file}).status_code == 302
    assert Receipt.objects.get().by == city.officer.signature(city.place)
    empty = city.officers.post(address, {"witness": witness.pk})
    assert (empty.status_code, "type number and letters" in empty.content.decode()) == (422, True)
    assert city.mayors.get(address).status_code == 403


def test_the_download_shows_no_other_places_lines_and_can_be_checked_without_baithak(
    city, tmp_path
):
    services.write(verb="dialogue.open", thing="dialogue:zqcanary", by="system", place="noorabad")
    services.write(verb="dialogue.open", thing="dialogue:1", by="system", place="kandarpur")
    n, told = services.head()
    body = city.auditors.get("/en/journal/kandarpur/journal.jsonl").getvalue().decode()
    assert "zqcanary" not in body
    assert len(body.splitlines()) == n
    file, program = tmp_path / "journal.jsonl", tmp_path / "verify_journal.py"
    program.write_bytes(city.auditors.get("/en/journal/verify_journal.py").content)
    assert program.read_text() == Path(verify_journal.__file__).read_text()

    def run(text: str) -> tuple[int, str]:
        file.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", program, file, "--witness", f"{n}:{told}"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    assert run(body) == (0, "The journal is as it was written.\n")
    lines = body.splitlines(keepends=True)
    assert run("".join(lines[:-1]))[0] == 1  # the tail
    at = next(i for i, line in enumerate(lines) if '"verb"' not in line)
    assert run("".join(lines[:at] + lines[at + 1 :]))[0] == 1  # a sealed line taken out
    forged = json.loads(lines[at]) | {"hash": "0" * 64}
    text = json.dumps(forged, sort_keys=True, separators=(",", ":")) + "\n"
    assert run("".join([*lines[:at], text, *lines[at + 1 :]]))[0] == 1  # its hash exchanged
    assert run(body.replace("dialogue:1", "dialogue:2"))[0] == 1  # an own line changed


# --- commands


def test_commands_list_sign_and_bring_back(city, settings, tmp_path):
    runner = CliRunner()
    told = runner.invoke(journal, ["witness", "list"])
    assert (told.exit_code, "Two at least" in told.stderr) == (0, True)
    witness = named()
    head = runner.invoke(journal, ["witness", "head"])
    assert head.exit_code == 0
    ours, file = settings.KEYS, tmp_path / "head.json"
    file.write_text(head.stdout)
    settings.KEYS = tmp_path / "their keys"
    receipt = runner.invoke(journal, ["witness", "sign", str(file)])
    assert receipt.exit_code == 0, receipt.stderr
    settings.KEYS = ours
    file.write_text(receipt.stdout)
    kept = runner.invoke(journal, ["witness", "receive", str(file), "--witness", str(witness.pk)])
    assert (kept.exit_code, "as Office of records saw it" in kept.stdout) == (0, True)
    assert "got line" in runner.invoke(journal, ["witness", "list"]).stdout
    sound = runner.invoke(journal, ["verify"])
    assert (sound.exit_code, "1 heads from witnesses agree" in sound.stdout) == (0, True)
    nobody = runner.invoke(journal, ["witness", "receive", str(file), "--witness", "99"])
    assert (nobody.exit_code, "no witness 99" in nobody.stderr) == (1, True)
    own = runner.invoke(journal, ["witness", "sign", str(file)])
    assert (own.exit_code, "own head" in own.stderr) == (1, True)
    file.write_bytes(b"\xff\xfe")
    assert runner.invoke(journal, ["witness", "sign", str(file)]).exit_code == 1
