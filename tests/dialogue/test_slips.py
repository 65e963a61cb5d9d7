"""Printed slips: shown once, used once, tied to nobody's answers; every script on the paper."""

import contextlib
import copy
import io
import re
import shutil
import subprocess
import threading
import uuid
from html import unescape
from urllib.parse import urlsplit

import pytest
import segno
from django.core.cache import cache
from django.db import connection
from django.test import Client

from baithak.dialogue import queries, services
from baithak.dialogue.models import Batch, Dialogue, Participation, Receipt, Slip, Vote
from baithak.dialogue.services import RefusedError
from baithak.journal.models import Line
from baithak.network import keys
from baithak.network.models import State
from baithak.network.scope import SYSTEM
from baithak.network.slips import ALPHABET
from baithak.report.slips_pdf import Said, SlipSheet, slips_pdf
from factories import dialogue as made
from factories import network as people

pytestmark = pytest.mark.django_db

#: A title, a sentence, and a word of it that a wrong font or a wrong order would break.
SCRIPTS = {
    "en": ("Harbour market", "Scan the picture, or open the address and type the code."),
    "bn": ("বন্দরের বাজার", "ছবিটি স্ক্যান করুন, অথবা ঠিকানাটি খুলে কোডটি লিখুন।"),
    "hi": ("बंदरगाह बाज़ार", "चित्र को स्कैन करें, या पता खोलकर कोड लिखें।"),
    "ur": ("بندرگاہ بازار", "تصویر اسکین کریں، یا پتہ کھول کر کوڈ لکھیں۔"),
    "ta": ("துறைமுகச் சந்தை", "படத்தை ஸ்கேன் செய்யவும், அல்லது முகவரியைத் திறக்கவும்."),
    "si": ("වරාය වෙළඳපොළ", "පින්තූරය ස්කෑන් කරන්න, නැතහොත් ලිපිනය විවෘත කරන්න."),
    "dv": ("ބަނދަރު މާރުކޭޓު", "ފޮޓޯ ސްކޭން ކުރައްވާ، ނުވަތަ އެޑްރެސް ހުޅުއްވާ."),
    "ne": ("बन्दरगाह बजार", "चित्र स्क्यान गर्नुहोस्, वा ठेगाना खोलेर कोड टाइप गर्नुहोस्।"),
}
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext reads the paper back (poppler-utils)"
)


def text(response):
    return unescape(response.content.decode())


@pytest.fixture(autouse=True)
def _no_limit_reached():
    cache.clear()


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def dialogue(team):
    return made.opened(team)


@pytest.fixture
def officer(team):
    return people.sign_in(team.users["city_officer"])


def slips(team, dialogue, size=1, channel="token"):
    return services.make_slips(
        dialogue=dialogue, size=size, channel=channel, handle=uuid.uuid4(), by=team.officer
    )


def handle_of(page):
    return re.search(r'name="handle" value="([\w-]+)"', text(page))[1]


def proof_of(page):
    return re.search(r'name="proof" value="(\w+)"', text(page))[1]


def begin(client, dialogue, code, language="en", **more):
    """Open the page of the slip and send its form; the answer."""
    link = f"/{language}/d/{dialogue.code}/slip/"
    page = client.get(link)
    return client.post(link, {"slip": code, "proof": proof_of(page), **more})


def vote(client, dialogue, value="1"):
    """Answer the next statement."""
    link = f"/en/d/{dialogue.code}/"
    page = text(client.get(link))
    statement = re.search(r'name="statement" value="(\d+)"', page)[1]
    proof = re.search(r'name="proof" value="(\w+)"', page)[1]
    return client.post(
        f"{link}vote/", {"statement": statement, "turn": "0", "value": value, "proof": proof}
    )


def channels(dialogue):
    rows = Participation._unscoped.filter(dialogue=dialogue).values_list("channel", flat=True)
    return sorted(rows)


# --- making
def test_slips_are_shown_once_with_qr_codes_and_kept_as_hashes(team, officer, dialogue):
    link = f"/en/dialogue/{dialogue.code}/slips/"
    data = {"size": "6", "channel": "lottery", "as": "page", "handle": handle_of(officer.get(link))}
    sheet = officer.post(f"{link}print/", data)
    codes = re.findall(r'<p class="slip-code">([\w-]+)</p>', text(sheet))
    assert len(set(codes)) == 6
    assert all(re.fullmatch(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", c) for c in codes)
    assert "no-store" in sheet["Cache-Control"]
    assert "بندرگاہ بازار" in text(sheet)
    # The picture on each slip is that slip's: the address, and the code behind the #.
    for code in codes:
        address = f"http://testserver/d/{dialogue.code}/slip/#{code}"
        picture = segno.make(address, error="m", mask=3).svg_inline(omitsize=True)
        assert picture in sheet.content.decode()
    stored = {bytes(mark) for mark in Slip._unscoped.values_list("mark", flat=True)}
    assert stored == {keys.pseudonym(dialogue.key, f"slip:{code}") for code in codes}
    again = officer.post(f"{link}print/", data)
    assert again.status_code == 422
    assert "make that batch void" in text(again)
    assert Slip._unscoped.count() == 6
    told = repr(list(Line.objects.values_list("detail", flat=True))) + text(officer.get(link))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM dialogue_slip")
        told += repr(cursor.fetchall())
    assert not any(code in told for code in codes)


def test_the_pdf_holds_the_codes_of_the_request_that_made_them(team, officer, dialogue):
    link = f"/en/dialogue/{dialogue.code}/slips/"
    data = {"size": "12", "channel": "token", "as": "pdf", "handle": handle_of(officer.get(link))}
    paper = officer.post(f"{link}print/", data)
    assert paper["Content-Type"] == "application/pdf"
    assert "attachment" in paper["Content-Disposition"]
    assert "no-store" in paper["Cache-Control"]
    assert paper.content.startswith(b"%PDF")
    assert Slip._unscoped.count() == 12
    if shutil.which("pdftotext"):
        codes = re.findall(r"\b\w{4}-\w{4}-\w{4}\b", read(paper.content))
        assert len(set(codes)) == 12
        stored = {bytes(mark) for mark in Slip._unscoped.values_list("mark", flat=True)}
        assert stored == {keys.pseudonym(dialogue.key, f"slip:{code}") for code in codes}


def test_the_order_of_print_is_not_the_order_of_the_table(team, dialogue):
    printed = [keys.pseudonym(dialogue.key, f"slip:{code}") for code in slips(team, dialogue, 40)]
    rows = [bytes(mark) for mark in Slip._unscoped.values_list("mark", flat=True)]
    for order in (rows, rows[::-1], sorted(rows)):
        assert sum(a == b for a, b in zip(order, printed, strict=True)) < 10


@pytest.mark.parametrize(("size", "channel"), [("0", "token"), ("1001", "token"), ("5", "open")])
def test_wrong_numbers_and_ways_are_refused(officer, dialogue, size, channel):
    link = f"/en/dialogue/{dialogue.code}/slips/print/"
    data = {"size": size, "channel": channel, "handle": str(uuid.uuid4())}
    assert officer.post(link, data).status_code == 422
    assert not Batch._unscoped.exists()


def test_only_officers_make_slips_and_only_while_it_is_open(team, officer, dialogue):
    link = f"/en/dialogue/{dialogue.code}/slips/"
    data = {"size": "2", "channel": "token", "handle": str(uuid.uuid4())}
    for role in ("moderator", "mayor", "facilitator"):
        assert people.sign_in(team.users[role]).post(f"{link}print/", data).status_code == 403
    services.close(dialogue=dialogue, by=SYSTEM)
    assert officer.get(link).status_code == 200
    assert officer.post(f"{link}print/", data).status_code == 403
    with pytest.raises(RefusedError, match="not_open"):
        slips(team, dialogue)


def test_of_a_lost_print_out_the_unused_slips_die_and_nobody_learns_how_many(
    team, officer, dialogue
):
    lost, kept = slips(team, dialogue, 3), slips(team, dialogue, 2)
    nadia = Client()
    assert begin(nadia, dialogue, lost[0]).status_code == 302
    batch = Batch._unscoped.order_by("pk").first()
    address = f"/en/dialogue/{dialogue.code}/slips/void/"
    assert officer.post(address, {"batch": batch.pk}).status_code == 302
    assert officer.post(address, {"batch": batch.pk}).status_code == 302
    assert "Void" in text(officer.get(f"/en/dialogue/{dialogue.code}/slips/"))
    assert begin(Client(), dialogue, lost[1]).status_code == 422
    assert begin(Client(), dialogue, kept[0]).status_code == 302
    assert vote(nadia, dialogue).status_code == 302  # who has begun goes on
    (line,) = Line.objects.filter(verb="dialogue.void_slips")
    assert line.details == {"batch": str(batch.pk)}
    for number in ("9" * 20, "9" * 4301, "²"):
        assert "Nothing was changed" in text(officer.post(address, {"batch": number}, follow=True))


def test_closing_between_the_page_and_making_void_is_told(team, officer, dialogue, monkeypatch):
    slips(team, dialogue, 2)

    def late(**given):
        raise services.RefusedError("not_open")

    monkeypatch.setattr(services, "void_batch", late)
    address = f"/en/dialogue/{dialogue.code}/slips/void/"
    answer = officer.post(address, {"batch": Batch._unscoped.get().pk}, follow=True)
    assert answer.status_code == 200
    assert "Slips are made while the dialogue is open." in text(answer)


# --- using
def test_a_slip_admits_once_and_says_so_in_plain_words(team, dialogue):
    (code,) = slips(team, dialogue, channel="lottery")
    nadia = Client()
    assert begin(nadia, dialogue, code.upper().replace("-", " ")).status_code == 302
    assert "You take part with a slip." in text(nadia.get(f"/en/d/{dialogue.code}/"))
    assert vote(nadia, dialogue).status_code == 302
    assert channels(dialogue) == ["lottery"]
    used = begin(Client(), dialogue, code)
    assert used.status_code == 422
    assert "If you used it, go on with the phone you began on" in text(used)
    unknown = begin(Client(), dialogue, "aaaa-bbbb-cccc")
    assert unknown.status_code == 422
    assert "it is mistyped, or the slip has been used" in text(unknown)
    slip = Slip._unscoped.get()
    assert (slip.used, slip.batch_id) == (True, None)
    assert not Line.objects.filter(verb__contains="slip").exclude(verb="dialogue.make_slips")


def test_opening_the_address_uses_nothing_up(team, dialogue):
    (code,) = slips(team, dialogue)
    for _ in range(3):
        assert Client().get(f"/d/{dialogue.code}/slip/", follow=True).status_code == 200
    assert not Slip._unscoped.get().used
    assert begin(Client(), dialogue, code).status_code == 302


def test_the_same_phone_may_send_it_again_and_another_may_not(team, dialogue):
    """The answer to the first send may have been lost on the way."""
    (code,) = slips(team, dialogue)
    nadia, omar = Client(), Client()
    link = f"/en/d/{dialogue.code}/slip/"
    data = {"slip": code, "proof": proof_of(nadia.get(link))}
    before = copy.deepcopy(nadia.cookies)
    first = nadia.post(link, data)
    nadia.cookies = copy.deepcopy(before)  # as if it had never arrived
    second = nadia.post(link, data)
    assert (first.status_code, second.status_code) == (302, 302)
    name = "baithak-voice-en"
    assert first.cookies[name].value == second.cookies[name].value != before[name].value
    assert begin(omar, dialogue, code).status_code == 422
    cache.clear()  # ten minutes later
    nadia.cookies = before
    assert nadia.post(link, data).status_code == 422


def test_who_came_by_the_link_is_upgraded_and_counts_once(team, dialogue):
    (code,) = slips(team, dialogue)
    nadia = Client()
    assert vote(nadia, dialogue).status_code == 302
    assert channels(dialogue) == ["open"]
    assert begin(nadia, dialogue, code).status_code == 302
    assert channels(dialogue) == ["token"]
    assert vote(nadia, dialogue, "-1").status_code == 302
    assert channels(dialogue) == ["token"]
    assert Vote._unscoped.count() == 2
    assert len({bytes(pid) for pid in Vote._unscoped.values_list("pid", flat=True)}) == 1
    assert Receipt._unscoped.count() == 1


def test_two_people_with_two_slips_share_a_phone(team, dialogue):
    first, second = slips(team, dialogue, 2)
    phone = Client()
    link = f"/en/d/{dialogue.code}/slip/"
    begin(phone, dialogue, first)
    vote(phone, dialogue)
    page = phone.get(link)
    assert "You take part with a slip on this phone already." in text(page)
    # Scanned again without a word: the same person goes on, nothing is used up.
    assert phone.post(link, {"slip": second, "proof": proof_of(page)}).status_code == 302
    assert Slip._unscoped.filter(used=True).count() == 1
    other = phone.post(link, {"slip": second, "proof": proof_of(page), "another": "1"})
    assert other.status_code == 200
    assert f'value="{second}"' in text(other)
    assert phone.post(link, {"slip": second, "proof": proof_of(other)}).status_code == 302
    vote(phone, dialogue, "-1")
    assert channels(dialogue) == ["token", "token"]


def test_slips_work_while_the_link_is_off_and_in_a_dialogue_by_slip_only(team, dialogue):
    paused, only = dialogue, made.opened(made.team("Noorabad"), open_link=False)
    services.switch_link(dialogue=paused, on=False, by=team.officer)
    for told in (paused, only):
        (code,) = slips(team, told)
        nadia = Client()
        page = nadia.get(f"/en/d/{told.code}/")
        assert f'href="/en/d/{told.code}/slip/"' in text(page)
        assert not nadia.cookies
        assert begin(nadia, told, code).status_code == 302
        assert vote(nadia, told).status_code == 302
        assert channels(told) == ["token"]


def test_a_draft_chooses_whether_the_link_admits_anybody(team, officer):
    data = {
        "place": team.place.pk, "title_en": "Wells", "question_en": "Where?",
        "seeds_en": "Dig one.", "slips_only": "on",
    }  # fmt: skip
    officer.post("/en/dialogue/new/", data)
    draft = Dialogue._unscoped.get(texts__en__title="Wells")
    assert not draft.open_link
    assert 'name="slips_only" id="id_slips_only" checked' in re.sub(
        r' aria-describedby="\w+"', "", text(officer.get(f"/en/dialogue/{draft.code}/edit/"))
    )
    del data["slips_only"]
    officer.post(f"/en/dialogue/{draft.code}/edit/", data)
    draft.refresh_from_db()
    assert draft.open_link


def test_wrong_tries_are_limited_and_right_ones_are_not(team, dialogue):
    codes = slips(team, dialogue, 40)
    for code in codes[:35]:
        assert begin(Client(), dialogue, code).status_code == 302
    for _ in range(29):
        assert begin(Client(), dialogue, "aaaa-bbbb-cccc").status_code == 422
    assert begin(Client(), dialogue, codes[0]).status_code == 422  # a used one counts as wrong
    limited = begin(Client(), dialogue, codes[39])
    assert limited.status_code == 429
    assert int(limited["Retry-After"]) > 0
    assert not Slip._unscoped.get(mark=keys.pseudonym(dialogue.key, f"slip:{codes[39]}")).used


def test_a_form_from_elsewhere_or_without_cookie_uses_nothing(team, dialogue):
    (code,) = slips(team, dialogue)
    link = f"/en/d/{dialogue.code}/slip/"
    assert Client().post(link, {"slip": code, "proof": "x"}).status_code == 403
    nadia = Client()
    proof = proof_of(nadia.get(link))
    sent = nadia.post(
        link, {"slip": code, "proof": proof}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert sent.status_code == 403
    assert not Slip._unscoped.get().used


def test_after_closing_a_slip_is_not_used(team, dialogue):
    (code,) = slips(team, dialogue)
    nadia = Client()
    link = f"/en/d/{dialogue.code}/slip/"
    proof = proof_of(nadia.get(link))
    # The page saw it open; the service looks again.
    Dialogue._unscoped.filter(pk=dialogue.pk).update(state=State.CLOSED)
    with pytest.raises(RefusedError, match="closed"):
        services.use_slip(dialogue=dialogue, code=code, token="t")
    assert not Slip._unscoped.get().used
    assert nadia.post(link, {"slip": code, "proof": proof}).status_code == 410
    assert nadia.get(link).status_code == 302


def at_once(*acts):
    """What went wrong where all are done at the same moment."""
    troubles = []

    def do(act):
        try:
            act()
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return troubles


def meet(room):
    """Wait for the other one, unless it is held up elsewhere."""
    with contextlib.suppress(threading.BrokenBarrierError):
        room.wait(timeout=2)


needs_rows = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one writer in at a time: nothing to race"
)


@needs_rows
@pytest.mark.django_db(transaction=True)
def test_two_slips_of_people_who_had_answered_wait_for_nobody_for_ever(team, dialogue, monkeypatch):
    codes = slips(team, dialogue, size=2)
    for token in ("nadia", "omar"):
        made.vote(dialogue, token, 1, 1)
    room, stale = threading.Barrier(2), services.slips.mark_stale

    def slowly(pk):
        told = stale(pk)
        meet(room)
        return told

    monkeypatch.setattr(services.slips, "mark_stale", slowly)
    use = services.use_slip
    assert not at_once(
        lambda: use(dialogue=dialogue, code=codes[0], token="nadia"),
        lambda: use(dialogue=dialogue, code=codes[1], token="omar"),
    )
    assert Slip._unscoped.filter(used=True).count() == 2


@needs_rows
@pytest.mark.django_db(transaction=True)
def test_a_slip_that_is_used_while_its_print_out_is_made_void_waits_for_nobody_for_ever(
    team, dialogue, monkeypatch
):
    codes = slips(team, dialogue, size=2)
    room, held, told = threading.Barrier(2), services.slips.held, cache.set

    def using(*given):
        told(*given)
        meet(room)

    def voiding(pk):
        found = held(pk)
        meet(room)
        return found

    monkeypatch.setattr(services.slips.cache, "set", using)
    monkeypatch.setattr(services.slips, "held", voiding)
    troubles = at_once(
        lambda: services.use_slip(dialogue=dialogue, code=codes[0], token="nadia"),
        lambda: services.void_batch(batch=Batch._unscoped.get(), by=team.officer),
    )
    # Whoever is first decides; the slip was used, or is void.
    assert [type(trouble) for trouble in troubles] in ([], [RefusedError])
    assert Slip._unscoped.count() == (0 if troubles else 1)


def test_used_and_unknown_slips_ask_the_database_the_same(team, dialogue):
    """What an answer's time could tell (T25) is the work behind it."""
    (code,) = slips(team, dialogue)
    services.use_slip(dialogue=dialogue, code=code, token="nadia")
    told = []

    def note(run, sql, *rest):
        told.append(sql)
        return run(sql, *rest)

    for wrong in (code, "aaaa-bbbb-cccc", ""):
        with connection.execute_wrapper(note), pytest.raises(RefusedError):
            services.use_slip(dialogue=dialogue, code=wrong, token="omar")
    assert len(told) % 3 == 0
    third = len(told) // 3
    assert told[:third] == told[third : 2 * third] == told[2 * third :]


def test_nothing_stored_leads_from_a_slip_to_answers(team, dialogue):
    (code,) = slips(team, dialogue)
    nadia = Client()
    begin(nadia, dialogue, code)
    vote(nadia, dialogue)
    slip = Slip._unscoped.get()
    pids = {bytes(pid) for pid in Vote._unscoped.values_list("pid", flat=True)}
    # Not even with the key: the token was drawn on its own.
    assert not pids & {
        bytes(slip.mark),
        keys.pseudonym(dialogue.key, code),
        keys.pseudonym(dialogue.key, f"slip:{code}"),
    }
    assert services.slips._mark(dialogue, code) == bytes(slip.mark)


# --- the paper
def sheet(languages, size):
    link = "hub.example/d/abc2345/slip/"

    def qr(code):
        kept = io.BytesIO()
        segno.make(f"https://{link}#{code}", error="m", mask=3).save(
            kept, kind="svg", omitsize=True, xmldecl=False, nl=False
        )
        return kept.getvalue().decode()

    codes = [f"abcd-efgh-jk{n:02}" for n in range(22, 22 + size)]
    said = [Said(code, *SCRIPTS[code]) for code in languages]
    return SlipSheet("Harbour market", link, said, [(code, qr(code)) for code in codes])


def read(paper):
    done = subprocess.run(["pdftotext", "-", "-"], input=paper, capture_output=True, check=True)
    return done.stdout.decode()


def facts(paper, tool, *options):
    done = subprocess.run([tool, *options, "-"], input=paper, capture_output=True, check=True)
    return done.stdout.decode()


@needs_poppler
def test_ten_slips_stand_on_a_page_of_a4():
    paper = slips_pdf(sheet(["en", "ur"], 23))
    told = facts(paper, "pdfinfo")
    assert re.search(r"Pages:\s+3\b", told)
    assert "(A4)" in told
    pages = read(paper).split("\f")
    assert [len(re.findall(r"abcd-efgh-jk\d\d", page)) for page in pages] == [10, 10, 3, 0]


@needs_poppler
@pytest.mark.parametrize("language", SCRIPTS)
def test_every_script_is_set_with_a_font_of_its_own(language):
    """No letter is missing, and the letters of the script come from the font made for it."""
    paper = slips_pdf(sheet([language], 2))
    wanted = {
        "en": "NotoSans-", "bn": "NotoSansBengali", "hi": "NotoSansDevanagari",
        "ur": "NotoNaskhArabic", "ta": "NotoSansTamil", "si": "NotoSansSinhala",
        "dv": "NotoSansThaana", "ne": "NotoSansDevanagari",
    }  # fmt: skip
    fonts = facts(paper, "pdffonts")
    assert wanted[language] in fonts
    told = read(paper)
    assert "abcd-efgh-jk22" in told
    assert "\ufffd" not in told
    letters = {sign for sign in "".join(SCRIPTS[language]) if sign.isalpha()}
    # Half of them at least are read back as what they are: ligatures hide some.
    assert len(letters & set(told)) >= len(letters) // 2


@needs_poppler
def test_eight_languages_fit_on_a_slip():
    paper = slips_pdf(sheet(list(SCRIPTS), 10))
    assert re.search(r"Pages:\s+1\b", facts(paper, "pdfinfo"))
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=paper, capture_output=True, check=True
    ).stdout.decode()
    tops = [float(y) for y in re.findall(r'yMax="([\d.]+)">[^<]*बजार', boxes)]
    assert len(tops) == 10
    # The last language ends within its own slip: 59.4 mm are 168.4 points.
    for place, bottom in enumerate(sorted(tops)):
        assert bottom <= (place // 2 + 1) * 168.4


def test_the_link_on_a_slip_has_no_language_and_no_code_before_the_hash(team, officer, dialogue):
    (code,) = slips(team, dialogue)
    page = Client().get(f"/d/{dialogue.code}/slip/")
    assert page.status_code == 302
    assert urlsplit(page["Location"]).path == f"/en/d/{dialogue.code}/slip/"
    assert code not in page["Location"]
    assert queries.batches(dialogue).count() == 1
