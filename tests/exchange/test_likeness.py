"""Cities like mine: what is shared and why it is told; nothing unknown, no ranking, one sentence."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import replace

import pytest
import yaml
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.exchange.likeness import KINDS, Likeness, Profile, Reason, alike, profiles
from baithak.exchange.likeness_words import DISPLACED, TRAITS, sentence
from baithak.exchange.records import City, read_traits
from baithak.exchange.records.library import SHELF
from baithak.report.errors import sentence as problem

BAY = Profile(
    "bay", "Example Bay", "XX", 33_000, ("rumours_misinformation",), "shared", ("si", "ta"),
    ("port", DISPLACED),
)  # fmt: skip
COVE = Profile(
    "cove", "Example Cove", "YY", 41_000, ("rumours_misinformation", "hate_speech"), "shared",
    ("si", "ta"), ("port", DISPLACED, "tourism"),
)  # fmt: skip
HILL = Profile(
    "hill", "Example Hill", "ZZ", 900_000, ("gangs_urban_violence",), "own", ("dv",), ("hill",)
)
SILENT = Profile("silent", "Example Silence")


def reasons(mine, others, limit=9):
    return {like.profile.key: like.reasons for like in alike(mine, others, limit)}


def mirrored(reason: Reason) -> Reason:
    if reason.code != "size":
        return reason
    return Reason("size", {"mine": reason.params["theirs"], "theirs": reason.params["mine"]})


def some(codes):
    return st.lists(st.sampled_from(codes), unique=True, max_size=4).map(tuple)


@st.composite
def pools(draw, least=2, most=7):
    """Different cities that tell much or little."""
    size = draw(st.integers(least, most))
    return [
        Profile(
            f"k{n}",
            draw(st.sampled_from(["Amber", "Basil", "Cedar"])) + f" {n}",
            draw(st.sampled_from(["", "LK", "IN", "XX"])),
            draw(st.none() | st.integers(1, 200_000)),
            draw(some(["hate_speech", "online_hate", "resource_conflict", "hate_crime"])),
            draw(st.sampled_from(["", "own", "shared", "unclear"])),
            draw(some(["si", "ta", "en"])),
            draw(some(["port", "hill", "border", DISPLACED])),
        )
        for n in range(size)
    ]


def test_two_cities_known_by_eye():
    (like,) = alike(BAY, [BAY, COVE, HILL, SILENT])
    assert like.profile == COVE
    assert like.reasons == (
        Reason("trait", {"trait": "port"}),
        Reason("trait", {"trait": DISPLACED}),
        Reason("same_languages", {"languages": ("si", "ta")}),
        Reason("size", {"mine": 33_000, "theirs": 41_000}),
        Reason("mandate", {"mandate": "shared"}),
    )  # fmt: skip
    assert sentence(like) == (
        "Also a port city, with displaced families, the same two languages, about as many people "
        "(33,000 and 41,000) and a mandate shared with other levels."
    )


def test_a_rare_trait_tells_more_than_a_common_one():
    crowd = [Profile(f"p{n}", f"Port {n}", traits=("port",)) for n in range(9)]
    rare = Profile("d", "Zebra", traits=("dryland",))
    mine = Profile("m", "Mine", traits=("port", "dryland"))
    assert [like.profile.name for like in alike(mine, [*crowd, rare], 2)] == ["Zebra", "Port 0"]


def test_cities_with_as_much_in_common_come_by_the_alphabet():
    others = [Profile(name, name, traits=("port",)) for name in ("Cedar", "amber", "Basil")]
    mine = Profile("m", "Mine", traits=("port",))
    assert [like.profile.name for like in alike(mine, others)] == ["amber", "Basil", "Cedar"]


def test_about_as_many_people_is_half_as_many_again_at_most():
    mine = Profile("m", "Mine", population=100)
    found = reasons(mine, [Profile(str(n), str(n), population=n) for n in (66, 67, 150, 151)])
    assert set(found) == {"67", "150"}


def test_part_of_the_languages_is_told_apart_from_all_of_them():
    mine = Profile("m", "Mine", languages=("si", "ta"))
    found = reasons(
        mine, [Profile("a", "A", languages=("ta", "si")), Profile("b", "B", languages=("ta",))]
    )
    assert found["a"] == (Reason("same_languages", {"languages": ("si", "ta")}),)
    assert found["b"] == (Reason("shared_languages", {"languages": ("ta",)}),)


def test_what_is_unknown_likens_to_nobody():
    nobody = [replace(SILENT, key=f"s{n}", name=f"Silence {n}") for n in range(4)]
    assert alike(SILENT, [*nobody, BAY, COVE], 9) == ()
    assert set(reasons(BAY, [*nobody, COVE])) == {"cove"}


def test_ones_own_city_is_left_out_under_another_key_too():
    again = replace(BAY, key="library:XX:Example Bay", name="EXAMPLE BAY")
    assert set(reasons(BAY, [BAY, again, COVE, replace(COVE, key="twice")])) == {"cove"}


def test_the_limit_is_kept_and_none_is_none():
    assert len(alike(BAY, [COVE, replace(COVE, key="c2", name="Other")], 1)) == 1
    assert alike(BAY, [COVE], 0) == alike(BAY, [COVE], -1) == ()


@given(pools())
def test_reasons_are_the_same_from_both_sides(pool):
    first, second, *rest = pool
    there = reasons(first, [second, *rest]).get(second.key, ())
    back = reasons(second, [first, *rest]).get(first.key, ())
    assert tuple(map(mirrored, back)) == there


@given(pools(), st.randoms())
def test_the_order_of_the_others_changes_nothing(pool, chance):
    mine, *others = pool
    before = alike(mine, others, 9)
    chance.shuffle(others)
    assert alike(mine, others, 9) == before


@given(pools())
def test_every_reason_is_true_and_few_are_told(pool):
    mine, *others = pool
    for like in alike(mine, others, 9):
        other = like.profile
        assert other.key != mine.key
        assert 1 <= len(like.reasons) <= 5
        assert max(Counter(r.code for r in like.reasons).values()) <= 2
        order = [KINDS.index(reason.code) for reason in like.reasons]
        assert order == sorted(order)
        for reason in like.reasons:
            told = reason.params
            if reason.code in ("trait", "challenge"):
                both = set(getattr(mine, reason.code + "s")) & set(
                    getattr(other, reason.code + "s")
                )
                assert told[reason.code] in both
            elif reason.code in ("mandate", "country"):
                assert (
                    getattr(mine, reason.code) == getattr(other, reason.code) == told[reason.code]
                )
                assert told[reason.code]
            elif reason.code == "size":
                assert (told["mine"], told["theirs"]) == (mine.population, other.population)
            else:
                assert set(told["languages"]) == set(mine.languages) & set(other.languages)
                assert told["languages"]


@given(pools())
def test_what_a_city_does_not_tell_is_no_reason(pool):
    mine, *others = pool
    quiet = replace(mine, population=None, mandate="", languages=())
    for like in alike(quiet, others, 9):
        assert {r.code for r in like.reasons} <= {"trait", "challenge", "country"}


def test_no_number_of_likeness_is_shown():
    assert [field.name for field in dataclasses.fields(Likeness)] == ["profile", "reasons"]
    assert [field.name for field in dataclasses.fields(Reason)] == ["code", "params"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([("trait", "island")], "Also an island city."),
        ([("trait", DISPLACED)], "Also with displaced families."),
        ([("challenge", "hate_crime")], "Faces “Hate crime and hate incidents” too."),
        ([("trait", "port"), ("trait", "capital")], "Also a port city and a capital."),
        ([("trait", "port"), ("challenge", "caste_discrimination")],
         "Also a port city; faces “Caste-based discrimination” too."),
        ([("country", "LK"), ("challenge", "antisemitism")],
         "Also with the same national government; faces “Antisemitism” too."),
        ([("trait", "hill"), ("mandate", "unclear"), ("challenge", "antisemitism")],
         "Also a hill town, with an unclear mandate; faces “Antisemitism” too."),
        ([("same_languages", ("dv",))], "Also with the same language."),
        ([("same_languages", ("dv", "en", "ta"))], "Also with the same 3 languages."),
        ([("shared_languages", ("dv",))], "Also with a language in common."),
        ([("shared_languages", ("dv", "en"))], "Also with 2 languages in common."),
    ],
)  # fmt: skip
def test_every_mixture_is_one_sentence(told, said):
    about = {"same_languages": "languages", "shared_languages": "languages"}
    like = Likeness(COVE, tuple(Reason(code, {about.get(code, code): what}) for code, what in told))
    assert sentence(like) == said


def test_challenges_are_named_in_the_readers_language(shipped):
    like = Likeness(COVE, (Reason("challenge", {"challenge": "hate_speech"}),))
    with translation.override("ur"):
        assert shipped.taxonomy.label("challenges", "hate_speech", "ur") in sentence(like)


@given(pools())
def test_whatever_is_in_common_can_be_said(pool):
    mine, *others = pool
    for like in alike(mine, others, 9):
        said = sentence(like)
        assert said.endswith(".")
        assert "%(" not in said


# --- the library's own cities


def test_every_trait_and_mandate_of_the_list_has_its_words(shipped):
    assert set(TRAITS) == set(shipped.traits.terms)
    for code in shipped.traits.mandates:
        assert sentence(Likeness(COVE, (Reason("mandate", {"mandate": code}),)))


def test_every_trait_is_used_and_coast_means_without_a_harbour(shipped):
    told = list(shipped.traits.cities.values())
    assert {code for city in told for code in city.traits} == set(shipped.traits.terms)
    assert not [city for city in told if {"coast", "port"} <= set(city.traits)]
    assert all(city.traits or city.mandate for city in told)


def test_the_traits_are_those_of_the_file(shipped):
    told = yaml.safe_load((SHELF / "traits.yaml").read_text(encoding="utf-8"))
    assert {
        (city["name"], city["country"]): (tuple(city.get("traits", ())), city.get("mandate", ""))
        for city in told["cities"]
    } == {key: (city.traits, city.mandate) for key, city in shipped.traits.cities.items()}
    assert len(told["cities"]) == len(shipped.traits.cities) == 110


def test_displaced_people_are_only_where_a_practice_tells_of_them(shipped):
    where = {key for key, city in shipped.traits.cities.items() if DISPLACED in city.traits}
    assert len(where) == 8
    for key in where:
        told = [
            practice
            for practice in shipped.practices
            if (practice.city, practice.country) == key
            and {"displacement_integration", "returnees_reintegration"} & set(practice.challenges)
            and {"idps", "migrants_refugees"} & set(practice.target_groups)
        ]
        assert told, key


def test_a_mandate_is_only_where_a_local_practice_can_tell_of_it(shipped):
    told = {key: city.mandate for key, city in shipped.traits.cities.items() if city.mandate}
    assert len(told) == 20
    public = {"local_government", "regional_government", "local_peace_body"}
    for city, country in told:
        assert [
            practice
            for practice in shipped.practices
            if (practice.city, practice.country) == (city, country)
            and practice.admin_level != "country"
            and practice.lead_organisation_type in public
        ], city


def test_profiles_of_the_library(shipped):
    told = profiles(shipped)
    by_name = {(profile.name, profile.country): profile for profile in told}
    assert len(told) == len({profile.key for profile in told}) == 116
    assert by_name["Addu City", "MV"] == Profile(
        "library:MV:Addu City", "Addu City", "MV", 33_000,
        ("gangs_urban_violence", "violent_extremism", "weak_coordination", "youth_marginalisation"),
        "unclear", (), ("island",),
    )  # fmt: skip
    # Its practices are country-wide: Kathmandu is where they are led from.
    assert by_name["Kathmandu", "NP"].challenges == ()


def test_displaced_families_lead_mardan_to_gaziantep(shipped):
    told = profiles(shipped)
    mardan = next(profile for profile in told if profile.name == "Mardan")
    found = {like.profile.name: sentence(like) for like in alike(mardan, told, 5)}
    assert {"Gaziantep", "Mersin", "Arsal"} <= set(found)
    assert found["Mersin"].startswith("Also a university city, with displaced families")


LISTS = b"""\
traits:
  - {code: port, label: "Port", definition: "A harbour."}
mandates:
  - {code: own, label: "Own", definition: "Decides."}
cities:
"""


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{name: Galle, country: LK, traits: [prot]}", "library.unknown_code"),
        ("{name: Galle, country: LK, traits: [port, port]}", "library.twice"),
        ("{name: Galle, country: LK, traits: port}", "library.no_list"),
        ("{name: Galle, country: LK, mandate: all}", "library.unknown_code"),
        ("{name: Galle, country: IN, traits: [port]}", "library.unknown_city"),
        ("{name: Gale, country: LK}", "library.unknown_city"),
        ("{name: Galle, traits: [port]}", "library.missing"),
        ("{name: Galle, country: LK, mayor: X}", "library.unknown_field"),
        ("Galle", "library.no_record"),
    ],
)
def test_traits_are_checked_too(line, code):
    with pytest.raises(EngineError) as caught:
        read_traits(LISTS + f"  - {line}\n".encode(), [City("Galle", "LK")], "t.yaml")
    assert (caught.value.code, caught.value.params["row"]) == (code, 6)
    assert problem(caught.value.code, caught.value.params).startswith("t.yaml, row 6")


def test_a_city_stands_once():
    line = b"  - {name: Galle, country: LK, traits: [port]}\n"
    assert read_traits(LISTS + line, [City("Galle", "LK")]).of("Galle", "LK").traits == ("port",)
    with pytest.raises(EngineError, match=r"library\.twice"):
        read_traits(LISTS + line + line, [City("Galle", "LK")])
