"""The draw: what is promised cannot be changed, and chance alone decides."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.panel import draw as lots_of
from baithak.engine.panel.draw import check_member, commit, draw, read_commitment, register
from factories.lots import SECRET, lots, promised, quotas, village

DICE = "3 5 1 6 2 2 4 1 6 3 5 5"


@pytest.fixture(scope="module")
def river():
    return promised()


def refused(call, *args, **more) -> tuple[str, dict]:
    with pytest.raises(EngineError) as caught:
        call(*args, **more)
    return caught.value.code, caught.value.params


# --- the register


def test_everybody_has_a_line_of_pseudonym_features_salt_and_household(river):
    told, _ = river
    lines = [json.loads(member.line) for member in told.members]
    assert all(set(line) == {"member", "features", "salt", "household"} for line in lines)
    assert [line["member"] for line in lines] == [member.pseudonym for member in told.members]
    assert lines[0]["features"] == {"gender": "woman", "age": "under 30"}
    assert lines[0]["household"] == lines[1]["household"] != lines[2]["household"]
    assert len({line["salt"] for line in lines}) == len(lines)
    # Nothing of the id is in it.
    assert not any("person" in member.line for member in told.members)


def test_the_order_of_the_rows_changes_nothing():
    pool = village()
    told = register(pool, quotas(), secret=SECRET, household=True)
    turned = type(pool)(pool.ids[::-1], pool.features[::-1], pool.household[::-1])
    again = register(turned, quotas(), secret=SECRET, household=True)
    assert again.root == told.root
    assert {m.id: m.line for m in again.members} == {m.id: m.line for m in told.members}


def test_another_secret_gives_other_pseudonyms_and_salts():
    pool = village()
    one, other = (register(pool, quotas(), secret=secret) for secret in (SECRET, SECRET[::-1]))
    assert not {m.pseudonym for m in one.members} & {m.pseudonym for m in other.members}
    assert "household" not in json.loads(one.members[0].line)
    assert refused(register, pool, quotas(), secret=b"short")[0] == "panel.short_secret"


def test_two_of_the_same_pseudonym_are_kept_apart(monkeypatch):
    # A secret that says the same of everybody at the first attempt.
    real = lots_of._secret
    monkeypatch.setattr(
        lots_of,
        "_secret",
        lambda secret, *parts: bytes(32) if parts[2:] == ("0",) else real(secret, *parts),
    )
    told = register(village(), quotas(), secret=SECRET)
    assert len({m.pseudonym for m in told.members}) == 40


# --- the commitment


def test_the_list_is_published_by_pseudonym_with_its_hash(river):
    told, committed = river
    assert committed.head["registrants"] == 40
    assert committed.head["panels"] == len(committed.panels) == 50
    assert committed.root == told.root.hex()
    names = {member.pseudonym for member in told.members}
    assert all(set(panel) <= names and len(panel) == 4 for panel in committed.panels)
    first, *lines = committed.list_text.splitlines()
    assert json.loads(first) == committed.head
    assert [tuple(line.split(" ")) for line in lines] == list(committed.panels)
    assert committed.list_hash == sha256(committed.list_text.encode()).hexdigest()


def test_a_commitment_is_read_back_or_refused(river):
    _, committed = river
    text = committed.to_json()
    again = read_commitment(text)
    assert (again.head, again.panels) == (committed.head, committed.panels)
    assert refused(read_commitment, text.replace("dice", "mice"))[0] == "panel.commitment_damaged"
    for broken in (
        "",
        "[]",
        "{}",
        "null",
        text[:-2],
        text.replace('"size":4', '"size":"4"'),
        "[" * 9999,
    ):
        assert refused(read_commitment, broken)[0] == "panel.commitment_damaged"


def test_a_redraw_has_a_number_a_reason_and_the_hash_before(river):
    _, committed = river
    _, second = promised(number=2, reason="three declined", previous=committed.list_hash)
    assert second.head["draw"] == 2
    assert second.list_hash != committed.list_hash
    for wrong in (
        {"number": 2},
        {"number": 2, "reason": "they did not like it"},
        {"number": 1, "reason": "again", "previous": committed.list_hash},
        {"number": 0},
    ):
        assert refused(promised, **wrong)[0] == "panel.redraw_reason"


def test_randomness_is_named_beforehand():
    assert refused(promised, named="  ")[0] == "panel.randomness_unnamed"


def test_whoever_has_confirmed_sits_in_every_panel():
    pool = village()
    told = register(pool, quotas(), secret=SECRET, household=True)
    fair = lots(pool)
    everywhere = sorted(set.intersection(*map(set, fair.panels.tolist())))
    assert everywhere == []
    first = pool.ids[int(fair.panels[0][0])]
    assert (
        refused(commit, told, quotas(), fair, named="dice", standing=[first])[0]
        == "panel.broken_panel"
    )
    assert (
        refused(commit, told, quotas(), fair, named="dice", standing=["nobody"])[0]
        == "panel.unknown_person"
    )


def test_a_panel_with_somebody_twice_is_refused():
    pool = village()
    told = register(pool, quotas(), secret=SECRET)
    fair = lots(pool)
    fair.panels[7, 0] = fair.panels[7, 1]
    assert refused(commit, told, quotas(), fair, named="dice") == (
        "panel.broken_panel",
        {"value": 7},
    )


# --- the draw


def test_the_number_is_the_documented_hash(river):
    _, committed = river
    drawn = draw(committed, "  3 5 1 6   2 2 4 1 6 3 5 5 ")
    assert drawn.randomness == DICE
    material = bytes.fromhex(committed.root) + bytes.fromhex(committed.list_hash) + DICE.encode()
    block = sha256(material + bytes(8)).digest()
    assert drawn.number == int.from_bytes(block, "big") % 50  # the first block is below the limit
    assert drawn.selected == committed.panels[drawn.number]
    assert draw(committed, DICE + " 5").number != drawn.number


@pytest.mark.parametrize("thrown", ["07", "7", " 0 7 "])
def test_balls_are_read_directly(thrown):
    _, committed = promised(read="number")
    drawn = draw(committed, thrown)
    assert (drawn.number, drawn.randomness) == (7, "07")


@pytest.mark.parametrize("thrown", ["50", "-1", "007", "7.0", "seven", "", "٧", "²"])
def test_no_number_of_a_panel(thrown):
    _, committed = promised(read="number")
    code, params = refused(draw, committed, thrown)
    assert (code, params["last"]) == ("panel.randomness_number", 49)


def test_too_little_randomness_is_refused(river):
    code, params = refused(draw, river[1], "3 5 1 6 2")
    assert (code, params["least"]) == ("panel.randomness_short", 12)


def test_the_receipt_holds_everything(river):
    told, committed = river
    drawn = draw(committed, DICE)
    receipt = json.loads(drawn.to_json())
    assert receipt == drawn.receipt()
    assert set(receipt) == {
        "baithak", "commitment", "list", "list_sha256", "randomness", "number", "selected", "sha256",
    }  # fmt: skip
    assert receipt["selected"] == list(drawn.selected)
    ids = told.ids(drawn.selected)
    assert len(ids) == 4
    assert set(ids) <= set(village().ids)
    assert refused(told.ids, ["NOBODY00"])[0] == "panel.unknown_person"


# --- slips


def test_everybody_checks_their_own_line(river):
    told, committed = river
    for member in told.members:
        standing = check_member(told.slip(member.id), committed)
        assert standing.member == member.pseudonym
        assert standing.listed == sum(member.pseudonym in panel for panel in committed.panels)
        assert standing.chance == standing.listed / 50
    assert refused(told.slip, "nobody")[0] == "panel.unknown_person"


def test_a_slip_of_another_pool_is_refused(river):
    told, _ = river
    _, other = promised(people=44)
    assert refused(check_member, told.slip("person 0 é"), other)[0] == "panel.slip_differs"


@pytest.mark.parametrize(
    "slip", ["", "no", "[]", "{}", '{"path":[]}', '{"path":[["zz",true]],"member":"A","features":{}}',
             '{"path":[1],"member":"A","features":{}}', "[" * 9999, '{"path":[],"member":"\\ud800","features":{}}']
)  # fmt: skip
def test_what_is_no_slip(river, slip):
    assert refused(check_member, slip, river[1])[0] == "panel.slip_unreadable"


@given(st.integers(1, 60))
def test_slips_lead_to_the_root_for_every_size_of_pool(people):
    told = register(village(people), quotas(), secret=SECRET)
    from baithak.engine.commitment import holds, leaf

    for member in told.members:
        path = json.loads(told.slip(member.id))["path"]
        steps = [(bytes.fromhex(step), left) for step, left in path]
        assert holds(leaf(member.line.encode()), steps, told.root)
