"""T23: what people write comes back unchanged in nine languages; what deceives does not get in.

500 sentences of our own are sent, one in two of them taken apart into base letters and marks first
(NFD). Each must stand, letter for letter in NFC, in the moderators' queue, on the residents' card and in the
table of results. Bar: all of them. Every direction control of Unicode is refused in everything that
people write: 100 %. Names that look like an officer's are flagged. Controls: a cleaner that strips all
joiners, one that lets invisible signs pass, and a comparison of names letter by letter fail.
"""

from __future__ import annotations

import csv
import html
import io
import re
import unicodedata
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from baithak.dialogue import queries, services, tasks
from baithak.dialogue.models import Reason, Statement
from baithak.network import wording
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM
from factories import dialogue as made
from factories import network as people

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

#: Eight places and seven wishes of each language: 56 sentences.
PARTS: dict[str, tuple[str, str]] = {
    "en": (
        "The park|The market|The clinic|The school|The quay|The library|The bus stop|The playground",
        "should stay open until ten.|needs more light at night.|needs clean water.|should be safe for"
        " children.|needs a ramp for wheelchairs.|should have signs in every language.|needs benches.",
    ),
    "si": (
        "උද්‍යානය|වෙළඳපොළ|සායනය|පාසල|ජැටිය|පුස්තකාලය|බස් නැවතුම|ක්‍රීඩා පිටිය",
        "රාත්‍රී දහය වන තෙක් විවෘතව තිබිය යුතුය.|පිරිසිදුව තබා ගත යුතුය.|ළමයින්ට ආරක්ෂිත විය යුතුය.|"
        "ළඟ පහන් තිබිය යුතුය.|ළඟ පිරිසිදු ජලය තිබිය යුතුය.|සැමට විවෘත විය යුතුය.|ශ්‍රී ලංකාවේ සියලු භාෂාවලින් දැනුම් දිය යුතුය.",
    ),
    "ta": (
        "பூங்கா|சந்தை|மருத்துவமனை|பள்ளி|படகுத்துறை|நூலகம்|பேருந்து நிலையம்|விளையாட்டு மைதானம்",
        "இரவு பத்து மணி வரை திறந்திருக்க வேண்டும்.|சுத்தமாக இருக்க வேண்டும்.|குழந்தைகளுக்குப் பாதுகாப்பாக இருக்க வேண்டும்.|"
        "எல்லோருக்கும் திறந்திருக்க வேண்டும்.|அருகில் விளக்குகள் வேண்டும்.|அருகில் குடிநீர் வேண்டும்.|வெள்ளிக்கிழமையும் திறந்திருக்க வேண்டும்.",
    ),
    "bn": (
        "পার্ক|বাজার|ক্লিনিক|বিদ্যালয়|ঘাট|গ্রন্থাগার|বাস স্টপ|খেলার মাঠ",
        "রাত দশটা পর্যন্ত খোলা থাকুক।|পরিষ্কার রাখা হোক।|শিশুদের জন্য নিরাপদ হোক।|সবার জন্য খোলা হোক।|"
        "শুক্রবারেও খোলা থাকুক।|আরও আলোকিত হোক।|র‍্যাম্পসহ নতুন করে গড়া হোক।",
    ),
    "hi": (
        "पार्क|बाज़ार|क्लिनिक|विद्यालय|घाट|पुस्तकालय|बस अड्डा|खेल का मैदान",
        "रात दस बजे तक खुला रहे।|साफ़ रखा जाए।|बच्चों के लिए सुरक्षित हो।|सबके लिए खुला हो।|"
        "शुक्रवार को भी खुला रहे।|रात में रोशन हो।|पहियाकुर्सी के लिए सुगम हो।",
    ),
    "ml": (
        "പാർക്ക്|ചന്ത|ആശുപത്രി|സ്കൂൾ|കടവ്|വായനശാല|ബസ് സ്റ്റോപ്പ്|കളിസ്ഥലം",
        "രാത്രി പത്തുവരെ തുറന്നിരിക്കണം.|വൃത്തിയായി സൂക്ഷിക്കണം.|കുട്ടികള്‍ക്ക് സുരക്ഷിതമാകണം.|എല്ലാവർക്കും തുറന്നുകൊടുക്കണം.|"
        "വെള്ളിയാഴ്ചയും തുറക്കണം.|കൂടുതൽ വെളിച്ചമുള്ളതാകണം.|വീൽചെയറിന് സൗകര്യമുള്ളതാകണം.",
    ),
    "ur": (
        "پارک|بازار|شفاخانہ|اسکول|گھاٹ|کتب\u200cخانہ|بس اڈا|کھیل کا میدان",
        "رات دس بجے تک کھلا رہے۔|صاف رکھا جائے۔|بچوں کے لیے محفوظ ہو۔|سب کے لیے کھلا ہو۔|جمعے کو بھی کھلا رہے۔|"
        "رات کو روشن رہے۔|ہر زبان میں تختیوں والا ہو۔",
    ),
    "dv": (
        "ޕާކު|މާރުކޭޓު|ކްލިނިކު|ސްކޫލު|ފާލަން|ލައިބްރަރީ|ބަސް މަޑުކުރާ ތަން|ކުޅޭ ދަނޑު",
        "ރޭގަނޑު 10 އާ ހަމައަށް ހުޅުވާފައި އޮންނަންވާނެ.|ސާފުކޮށް ބަހައްޓަންޖެހޭ.|ކުޑަކުދިންނަށް ރައްކާތެރި ވާންޖެހޭ.|"
        "އެންމެންނަށް ހުޅުވިފައި އޮންނަންވާނެ.|ހުކުރު ދުވަހުވެސް ހުޅުވަންޖެހޭ.|ރޭގަނޑު އަލިކުރަންޖެހޭ.|މަރާމާތުކުރަންޖެހޭ.",
    ),
    "ps": (
        "پارک|بازار|کلینیک|ښوونځی|بندر|کتابتون|د بس تمځای|د لوبو ډګر",
        "باید د شپې تر لسو خلاص وي.|باید پاک وساتل شي.|باید د ماشومانو لپاره خوندي وي.|باید ټولو ته خلاص وي.|"
        "باید د جمعې په ورځ هم خلاص وي.|باید د شپې روښانه وي.|باید په ټولو ژبو نښې ولري.",
    ),
}  # fmt: skip
#: Two of them are no languages of the hub: who writes them chooses a neighbour.
WRITTEN_AS = {"ml": "ta", "ps": "ur"}

PHRASES = [
    (WRITTEN_AS.get(language, language), f"{place} {wish}")
    for language, (places, wishes) in PARTS.items()
    for place in places.split("|")
    for wish in wishes.split("|")
]
#: Every character with the property Bidi_Control (UAX 9).
BIDI = [
    *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\u200e", "\u200f", "\u061c",
]  # fmt: skip


def nfc(text):
    return unicodedata.normalize("NFC", text)


def sent(dialogue):
    """All phrases as residents send them; every other one arrives taken apart."""
    for place, (language, phrase) in enumerate(PHRASES):
        text = unicodedata.normalize("NFD", phrase) if place % 2 else phrase
        services.submit(dialogue=dialogue, text=text, language=language, handle=uuid.uuid4())


def quotes(page):
    """The texts of the statements on a page, as its reader gets them."""
    found = re.findall(r'<blockquote class="statement"[^>]*>(.*?)</blockquote>', page, re.DOTALL)
    return [html.unescape(text) for text in found]


def in_the_queue(team, dialogue):
    moderator = people.sign_in(team.users["moderator"])
    told = []
    for page in range(1, len(PHRASES) // 20 + 2):
        answer = moderator.get(f"/en/dialogue/{dialogue.code}/queue/?page={page}")
        told += quotes(answer.content.decode())
    return told


def on_the_card(dialogue):
    queries.forget()
    client, told = Client(), []
    for card in queries.ballot(dialogue.pk):
        page = client.get(f"/en/d/{dialogue.code}/statement/{card.number}/").content.decode()
        told += quotes(page)
    return told


def in_the_table(dialogue):
    table = Client().get(f"/en/dialogue/{dialogue.code}/report/csv/").content.decode()
    rows = list(csv.reader(io.StringIO(table.removeprefix("\ufeff"))))
    return {cell for row in rows for cell in row}


def unchanged(told):
    """How many phrases stand there letter for letter."""
    return sum(nfc(phrase) in told for _, phrase in PHRASES)


@pytest.fixture
def team(monkeypatch):
    # All phrases wait for the moderators at once.
    monkeypatch.setattr(queries.statements, "MOST_WAITING", 2 * len(PHRASES))
    return made.team()


def test_there_are_500_different_sentences_in_nine_languages():
    assert len(PARTS) == 9
    assert len({wording.same(phrase) for _, phrase in PHRASES}) == len(PHRASES) >= 500
    joined = [phrase for _, phrase in PHRASES if {"\u200c", "\u200d"} & set(phrase)]
    assert len(joined) >= 30  # scripts that cannot be written without joiners are among them
    apart = [p for _, p in PHRASES[1::2] if unicodedata.normalize("NFD", p) != p]
    assert len(apart) >= 30  # and some that change when they are taken apart


@pytest.mark.slow
def test_500_of_500_come_back_unchanged(team):
    dialogue = made.opened(team, seeds=made.SEEDS[:1])
    sent(dialogue)
    assert unchanged(set(in_the_queue(team, dialogue))) == len(PHRASES)
    for statement in Statement._unscoped.filter(dialogue=dialogue, seed=False):
        services.accept(statement=statement, by=SYSTEM)
    assert unchanged(set(on_the_card(dialogue))) == len(PHRASES)
    made.crowd(dialogue, people=30)
    assert tasks.redraw_a_map() == 1
    queries.forget()
    assert unchanged(in_the_table(dialogue)) == len(PHRASES)


def test_control_a_cleaner_that_strips_joiners_changes_what_people_wrote(team, monkeypatch):
    """What many programs do with "invisible" signs breaks words of five languages here."""
    whole = wording.clean

    def stripped(text):
        return whole(text).replace("\u200c", "").replace("\u200d", "")

    monkeypatch.setattr(wording, "clean", stripped)
    dialogue = made.opened(team, seeds=made.SEEDS[:1])
    sent(dialogue)
    told = in_the_queue(team, dialogue)
    assert len(told) == len(PHRASES)
    assert unchanged(set(told)) < len(PHRASES) - 30


# --- direction controls
def doors(team):
    """What people write, each as a way to send a text."""
    dialogue = made.opened(team)
    first = made.statements(dialogue)[0]
    gone = made.submission(dialogue, "Fish smells.")
    services.reject(statement=gone, reason=Reason.UNCLEAR, by=team.moderator)
    return {
        "statement": lambda text: made.submission(dialogue, text),
        "second look": lambda text: services.ask_again(statement=gone, text=text),
        "translation": lambda text: services.translate(
            statement=first, language="ta", text=text, by=team.moderator
        ),
        "texts": lambda text: services.add_language(
            dialogue=dialogue,
            language="ta",
            texts={"title": text, "question": text},
            by=team.moderator,
        ),
        "draft": lambda text: made.draft(team, texts={"en": {"title": text, "question": "What?"}}),
        "seed": lambda text: made.draft(team, seeds=[{"en": text}]),
        "person": lambda text: people.person(text, email=f"{uuid.uuid4().hex}@city.example"),
        "organisation": lambda text: people.organisation(team.place, text),
    }


def refused(send, text):
    try:
        send(text)
    except ValidationError:
        return True
    return False


def attacks():
    for sign in BIDI:
        yield from (f"Parks{sign} open", f"{sign}Parks open", f"Parks open{sign}")


def test_every_direction_control_is_refused_everywhere(team):
    assert len(BIDI) == 12
    assert all(unicodedata.category(sign) == "Cf" for sign in BIDI)
    for name, send in doors(team).items():
        let_in = [ascii(text) for text in attacks() if not refused(send, text)]
        assert let_in == [], name


def test_control_a_cleaner_that_sees_nothing_lets_them_in(team, monkeypatch):
    monkeypatch.setattr(wording, "visible", lambda text: text)
    send = doors(team)["statement"]
    assert not refused(send, "Parks\u202e open")


# --- names that look alike
ATTACKS = [
    ("Farida Khan", "F\u0430rida Khan"),  # Cyrillic a
    ("Farida Khan", "Farlda Khan"),  # small L for i
    ("Ali Imam", "AIi Imam"),  # large i for small L
    ("Oman Rao", "\u041eman Rao"),  # Cyrillic O
    ("Meera Nair", "Meera N\u03b1ir"),  # Greek alpha
    ("Barnali", "Bamali"),  # m for r and n
    ("علی رضا", "علي رضا"),  # Arabic yeh for Urdu's
    ("Farida Khan", "\uff26arida Khan"),  # wide F
]
PEOPLE = [
    "Ayesha Khan",
    "Aysha Khan",
    "Ravi Das",
    "Rabi Das",
    "Selvi",
    "மீனா",
    "नीना",
    "নীনা",
    "Zainab",
    "Zaynab",
]


@pytest.mark.parametrize(("real", "false"), ATTACKS)
def test_a_name_that_looks_like_an_officers_is_flagged(real, false):
    place = people.city()
    officer = people.member(
        place, Role.CITY_OFFICER, real, email=f"{uuid.uuid4().hex}@city.example"
    )
    page = f"/en/places/{place.slug}/people/"
    assert "Looks like another name" not in people.sign_in(officer).get(page).content.decode()
    people.member(place, Role.PARTNER, false, email=f"{uuid.uuid4().hex}@city.example")
    assert people.sign_in(officer).get(page).content.decode().count("Looks like another name") == 2
    assert wording.look_alikes([real, false]) == {real, false}


def test_names_of_different_people_are_not():
    assert wording.look_alikes(PEOPLE) == set()


def test_an_organisation_that_looks_like_another_is_flagged():
    place = people.city()
    officer = people.member(place, Role.CITY_OFFICER)
    people.organisation(place, "Peace Committee")
    people.organisation(place, "Pe\u0430ce Committee")
    page = people.sign_in(officer).get(f"/en/places/{place.slug}/organisations/")
    assert page.content.decode().count("Looks like another name") == 2


def test_control_names_compared_letter_by_letter_all_pass(monkeypatch):
    monkeypatch.setattr(wording, "skeleton", lambda text: text)
    monkeypatch.setattr(wording, "mixed", lambda text: ())
    assert [pair for pair in ATTACKS if wording.look_alikes(pair)] == []
