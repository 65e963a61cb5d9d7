"""What donors' systems read: the order of elements and the codes of IATI 2.03, no person and no small count."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree.ElementTree import fromstring

import pytest

from baithak.plan.files import iati
from baithak.plan.models import Challenge, Review
from baithak.plan.queries import files as queries
from factories import network as people
from factories import plan_parts as make

#: Children of each element in the order of the schema: (name, at least, at most).
MANY = 10_000
ORDER = {
    "iati-activities": [("iati-activity", 1, MANY)],
    "iati-activity": [
        ("iati-identifier", 1, 1), ("reporting-org", 1, 1), ("title", 1, 1), ("description", 1, MANY),
        ("participating-org", 1, MANY), ("other-identifier", 0, MANY), ("activity-status", 1, 1),
        ("activity-date", 1, MANY), ("contact-info", 0, MANY), ("activity-scope", 0, 1),
        ("recipient-country", 0, MANY), ("recipient-region", 0, MANY), ("location", 0, MANY),
        ("sector", 0, MANY), ("tag", 0, MANY), ("country-budget-items", 0, 1),
        ("humanitarian-scope", 0, MANY), ("policy-marker", 0, MANY), ("collaboration-type", 0, 1),
        ("default-flow-type", 0, 1), ("default-finance-type", 0, 1), ("default-aid-type", 0, MANY),
        ("default-tied-status", 0, 1), ("budget", 0, MANY), ("planned-disbursement", 0, MANY),
        ("capital-spend", 0, 1), ("transaction", 0, MANY), ("document-link", 0, MANY),
        ("related-activity", 0, MANY), ("legacy-data", 0, MANY), ("conditions", 0, 1),
        ("result", 0, MANY), ("crs-add", 0, 1), ("fss", 0, 1),
    ],
    "reporting-org": [("narrative", 1, MANY)],
    "title": [("narrative", 1, MANY)],
    "description": [("narrative", 1, MANY)],
    "participating-org": [("narrative", 0, MANY)],
    "location": [("name", 0, 1)],
    "name": [("narrative", 1, MANY)],
    "tag": [("narrative", 0, MANY)],
    "budget": [("period-start", 1, 1), ("period-end", 1, 1), ("value", 1, 1)],
    "result": [
        ("title", 1, 1), ("description", 0, 1), ("document-link", 0, MANY), ("reference", 0, MANY),
        ("indicator", 1, MANY),
    ],
    "indicator": [
        ("title", 1, 1), ("description", 0, 1), ("document-link", 0, MANY), ("reference", 0, MANY),
        ("baseline", 0, MANY), ("period", 0, MANY),
    ],
    "baseline": [("comment", 0, 1)],
    "period": [("period-start", 1, 1), ("period-end", 1, 1), ("target", 0, MANY), ("actual", 0, MANY)],
    "target": [("comment", 0, 1)],
    "actual": [("comment", 0, 1)],
    "comment": [("narrative", 1, MANY)],
}  # fmt: skip
#: Attributes that must be there, and those that may.
ATTRIBUTES = {
    "iati-activities": ({"version"}, {"generated-datetime"}),
    "iati-activity": (set(), {"last-updated-datetime", "lang", "default-currency", "hierarchy"}),
    "reporting-org": ({"ref", "type"}, set()),
    "description": (set(), {"type"}),
    "participating-org": ({"role"}, {"type", "ref"}),
    "activity-status": ({"code"}, set()),
    "activity-date": ({"type", "iso-date"}, set()),
    "activity-scope": ({"code"}, set()),
    "recipient-country": ({"code"}, {"percentage"}),
    "sector": ({"code"}, {"vocabulary", "percentage"}),
    "tag": ({"code", "vocabulary"}, set()),
    "budget": (set(), {"type", "status"}),
    "period-start": ({"iso-date"}, set()),
    "period-end": ({"iso-date"}, set()),
    "value": ({"value-date"}, {"currency"}),
    "related-activity": ({"ref", "type"}, set()),
    "result": ({"type"}, {"aggregation-status"}),
    "indicator": ({"measure"}, {"ascending", "aggregation-status"}),
    "baseline": ({"year"}, {"iso-date", "value"}),
    "target": (set(), {"value"}),
    "actual": (set(), {"value"}),
    "narrative": (set(), {"lang"}),
}
CODES = {
    ("reporting-org", "type"): {"10", "11", "15", "21", "22", "23", "24", "30", "40", "60", "70", "71", "72", "73", "80", "90"},
    ("participating-org", "type"): {"10", "11", "15", "21", "22", "23", "24", "30", "40", "60", "70", "71", "72", "73", "80", "90"},
    ("participating-org", "role"): {"1", "2", "3", "4"},
    ("description", "type"): {"1", "2", "3", "4"},
    ("activity-status", "code"): {"1", "2", "3", "4", "5", "6"},
    ("activity-date", "type"): {"1", "2", "3", "4"},
    ("activity-scope", "code"): {"1", "2", "3", "4", "5", "6", "7", "8"},
    ("sector", "vocabulary"): {"1"},
    ("sector", "code"): {"15220"},
    ("tag", "vocabulary"): {"1", "2", "3", "99"},
    ("budget", "type"): {"1", "2"},
    ("budget", "status"): {"1", "2"},
    ("related-activity", "type"): {"1", "2", "3", "4", "5"},
    ("result", "type"): {"1", "2", "3", "9"},
    ("indicator", "measure"): {"1", "2", "3", "4", "5"},
    ("indicator", "ascending"): {"0", "1"},
    ("result", "aggregation-status"): {"0", "1"},
    ("indicator", "aggregation-status"): {"0", "1"},
}  # fmt: skip


def local(name):
    return name.rpartition("}")[2]


def faults(element):
    """What the standard would refuse, by hand: order and number of children, attributes, codes."""
    name = element.tag
    allowed = ORDER.get(name, [])
    told = [child.tag for child in element]
    names = [one for one, _low, _high in allowed]
    if any(tag not in names for tag in told):
        yield f"{name}: {set(told) - set(names)}"
    elif [names.index(tag) for tag in told] != sorted(names.index(tag) for tag in told):
        yield f"{name}: {told} is not in order"
    for one, low, high in allowed:
        if not low <= told.count(one) <= high:
            yield f"{name}: {told.count(one)} {one}"
    must, may = ATTRIBUTES.get(name, (set(), set()))
    given = {local(key) for key in element.attrib}
    if not must <= given <= must | may:
        yield f"{name}: {given}"
    for key, value in element.attrib.items():
        if local(key) in ("iso-date", "value-date"):
            date.fromisoformat(value)
        if (name, key) in CODES and value not in CODES[name, key]:
            yield f"{name}/{key}: {value}"
    if name in ("narrative", "value", "iati-identifier") and not (element.text or "").strip():
        yield f"{name}: empty"
    for child in element:
        yield from faults(child)


@pytest.fixture
def world():
    return people.world()


@pytest.fixture
def plan(world):
    made = make.plan(
        world.city, state="running", visibility="city",
        texts={
            "en": {"title": "Harbour plan", "vision": "Calm.\n\nLight.", "theory_of_change": "Because."},
            "bn": {"title": "বন্দর পরিকল্পনা"},
        },
    )  # fmt: skip
    lamps = people.organisation(world.city, "Lamps & <Co>", types=["local_government"])
    fund = people.organisation(world.city, "Fund", types=["donor"])
    one = make.action(
        made, owner=lamps, funded_by=fund, partners=[people.organisation(world.city, "Club", types=["cso"])],
        begins=date(2026, 11, 1), due=date(2028, 2, 28), cost=Decimal("1000.01"), currency="INR",
        target_groups=["youth"], state="running",
        texts={"en": {"title": "Lamps", "description": "In rows.\uffff", "area": "Ward 4"}, "bn": {"title": "বাতি"}},
    )  # fmt: skip
    make.step(one, day=date(2026, 11, 3))
    make.action(made, "Walks", state="done", done_on=date(2026, 5, 1), admin_level="multi-city")
    make.action(
        made,
        "Dropped",
        state="dropped",
        due=date(2027, 1, 1),
        texts={"en": {"title": "Dropped", "funder": "A friend"}},
    )
    make.indicator(
        made, action=one, of_people=True, baseline=3, baseline_on=date(2026, 1, 1), target=60, target_on=date(2028, 1, 1),
        readings=[(date(2026, 6, 1), 7), (date(2026, 12, 1), 23), (date(2027, 6, 1), 41)],
        texts={"en": {"title": "Sellers who stay late", "unit": "people"}},
    )  # fmt: skip
    make.indicator(
        made,
        readings=[(date(2026, 6, 1), "2.5")],
        target=0,
        target_on=date(2028, 1, 1),
        texts={"en": {"title": "Rumours", "unit": "per cent"}},
    )
    return made


def written(world, plan, role="city_officer", **kwargs):
    told = queries.parts(people.viewer(world.people["city"][role]), plan)
    return iati.activities(
        plan, told.actions, told.indicators, names=told.names,
        made=datetime(2026, 11, 30, 12, tzinfo=UTC), **kwargs,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_file_keeps_the_order_and_the_codes_of_the_standard(world, plan):
    root = fromstring(written(world, plan, reporter="XM-TEST-1"))
    assert list(faults(root)) == []
    assert len(root) == 4


@pytest.mark.django_db
def test_control_the_check_finds_what_is_out_of_order(world, plan):
    root = fromstring(written(world, plan))
    activity = root[1]
    status = activity.find("activity-status")
    activity.remove(status)
    activity.append(status)
    assert any("not in order" in fault for fault in faults(root))
    status.set("code", "9")
    assert any("activity-status/code: 9" in fault for fault in faults(root))
    activity.remove(status)
    assert any("0 activity-status" in fault for fault in faults(root))


@pytest.mark.django_db
def test_names_languages_dates_and_money(world, plan):
    root = fromstring(written(world, plan, reporter="XM-TEST-1"))
    whole, lamps, walks, dropped = root
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert whole.findtext("iati-identifier") == f"XM-TEST-1-plan-{plan.code}"
    assert lamps.find("related-activity").attrib == {
        "ref": f"XM-TEST-1-plan-{plan.code}",
        "type": "1",
    }
    assert [(n.get(lang), n.text) for n in whole.find("title")] == [
        ("en", "Harbour plan"),
        ("bn", "বন্দর পরিকল্পনা"),
    ]
    assert [(o.get("role"), o.get("type"), o.findtext("narrative")) for o in lamps.findall("participating-org")] == [
        ("1", "90", "Fund"), ("2", "11", "Lamps & <Co>"), ("4", "11", "Lamps & <Co>"), ("4", "22", "Club"),
    ]  # fmt: skip
    assert {d.get("type"): d.get("iso-date") for d in lamps.findall("activity-date")} == {
        "1": "2026-11-01", "2": "2026-11-03", "3": "2028-02-28",
    }  # fmt: skip
    assert walks.find("activity-date[@type='4']").get("iso-date") == "2026-05-01"
    assert [a.find("activity-status").get("code") for a in root] == ["2", "2", "4", "5"]
    assert lamps.findtext("location/name/narrative") == "Ward 4"
    assert walks.findtext("location/name/narrative") == "Kandarpur"
    assert dropped.findtext("participating-org/narrative") == "A friend"
    # Examplia's country code is invented; a real one would be told.
    assert root.find(".//recipient-country") is None
    parts = lamps.findall("budget")
    assert sum(Decimal(part.findtext("value")) for part in parts) == Decimal("1000.01")
    for part in parts:
        first, last = (
            date.fromisoformat(part.find(f"period-{end}").get("iso-date"))
            for end in ("start", "end")
        )
        assert 0 <= (last - first).days <= 365
    assert (len(parts), parts[0].find("value").get("currency")) == (3, "INR")


@pytest.mark.django_db
def test_no_figure_about_fewer_than_ten_people(world, plan):
    content = written(world, plan).decode()
    root = fromstring(content)
    result = root[1].find("result")
    assert "value" not in result.find("indicator/baseline").attrib
    assert [a.get("value") for a in result.iter("actual")] == [None, "25", "40"]
    assert result.find("indicator/period[last()]/target").get("value") == "60"
    for hidden in ('"3"', '"7"', '"23"', '"41"'):
        assert f"value={hidden}" not in content
    plain = root[0].find("result/indicator")
    assert (plain.get("measure"), plain.find("period/actual").get("value")) == ("2", "2.5")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("finished", "level", "seen"),
    [(True, "public", True), (True, "mechanism", False), (False, "public", False)],
)
def test_only_challenges_that_the_reader_may_see_are_told(world, plan, finished, level, seen):
    review = Review._unscoped.create(
        place=world.city, begins=date(2026, 1, 1), finished=finished, visibility=level,
        texts={"en": {"title": "Review"}}, languages=["en"],
    )  # fmt: skip
    Challenge._unscoped.create(
        review=review, number=1, code="hate_speech", texts={"en": {"title": "x"}}, languages=["en"]
    )
    plan.review, plan.visibility = review, "public"
    plan.save()
    partner = people.sign_in(world.people["city"]["partner"])
    told = partner.get(f"{plan.get_absolute_url()}export/iati/").content
    assert (b'code="hate_speech"' in told) is seen


@pytest.mark.django_db
def test_without_an_identifier_the_file_says_what_to_do(world, plan):
    content = written(world, plan).decode()
    assert "put the registered IATI identifier" in content
    assert f"XA-LOCAL-{world.city.slug}" in content
    assert "put the registered" not in written(world, plan, reporter="XM-TEST-1").decode()


@pytest.mark.django_db
def test_the_page_gives_it_to_members_and_takes_only_identifiers(world, plan):
    client = people.sign_in(world.people["city"]["partner"])
    answer = client.get(f"/en/plan/{plan.code}/export/iati/?reporter=XM-TEST-1")
    assert answer["Content-Type"].startswith("application/xml")
    assert list(faults(fromstring(answer.content))) == []
    wrong = client.get(f"/en/plan/{plan.code}/export/iati/?reporter=a%20b<", follow=True)
    assert "no identifier of IATI" in wrong.content.decode()
    assert client.get(f"/en/plan/{plan.code}/export/nope/").status_code == 404
