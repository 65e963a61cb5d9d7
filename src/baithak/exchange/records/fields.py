"""Every field of a practice: its kind, whether it must be there, and a line that explains it.

Readers, writers and the table template all follow this one list, in this order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FIELDS", "LANGUAGES", "SOURCE_FIELDS", "Field", "Kind"]

#: The languages a record or its translation may be written in, in their own names.
LANGUAGES = {
    "en": "English",
    "bn": "বাংলা",
    "hi": "हिन्दी",
    "ur": "اردو",
    "ta": "தமிழ்",
    "si": "සිංහල",
    "dv": "ދިވެހި",
    "ne": "नेपाली",
}

Kind = Literal[
    "id", "line", "text", "texts", "code", "codes", "partners", "year", "number", "language",
    "tongues", "sources",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """``codes`` names the part of the taxonomy; ``longest`` counts characters (of each item)."""

    name: str
    kind: Kind
    about: str
    required: bool = False
    codes: str = ""
    longest: int = 0


FIELDS = (
    Field("id", "id", "Stable name: small letters, digits and hyphens. It is never changed.", True),
    Field("version", "number", "1, and one more with every published change. Empty means 1."),
    Field("language", "language", "Language of the texts: en, bn, hi, ur, ta, si, dv or ne."),
    Field("title", "line", "What it is, in one line.", True, longest=200),
    Field("city", "line", "City, seat or one of the places, as in the list of cities.", True,
          longest=100),
    Field("country", "code", "Two letters, as in ISO 3166.", True, "countries"),
    Field("admin_level", "code", "How far it reaches.", True, "admin_levels"),
    Field("lead_organisation_type", "code", "Who led it.", True, "organisation_types"),
    Field("partners", "partners", "Who took part: codes of organisation types, or names of public "
          "organisations. Never a private person.", codes="organisation_types", longest=200),
    Field("start_year", "year", "Year of the beginning, if it is known."),
    Field("end_year", "year", "Year of the end, if it has ended."),
    Field("challenges", "codes", "What it answers.", True, "challenges"),
    Field("approaches", "codes", "How it answers.", True, "approaches"),
    Field("target_groups", "codes", "Whom it is for.", True, "target_groups"),
    Field("prevention_levels", "codes", "Primary, secondary, tertiary.", codes="prevention_levels"),
    Field("mechanisms", "codes", "The kind of body behind it.", codes="mechanisms"),
    Field("languages", "tongues", "Languages the practice worked in, as two or three letters."),
    Field("summary", "text", "Three or four sentences that a stranger understands.", True,
          longest=2_000),
    Field("stimulus", "text", "Why it began.", longest=2_000),
    Field("what_was_done", "texts", "The steps, one by one.", longest=600),
    Field("cost", "text", "What it cost, with the currency and the year.", longest=600),
    Field("staff", "text", "Who worked on it, and how much.", longest=600),
    Field("results", "text", "What came of it, as a source says. Empty if none says.",
          longest=2_000),
    Field("evidence_level", "code", "How well the results are known.", True, "evidence_levels"),
    Field("lessons", "texts", "What others can learn.", longest=600),
    Field("failures", "texts", "What did not work.", longest=600),
    Field("replaced", "text", "What it replaced.", longest=1_000),
    Field("after_change", "text", "What became of it when the mayor changed.", longest=1_000),
    Field("not_reached", "text", "Who was not reached.", longest=1_000),
    Field("harm", "text", "Harm that was noticed.", longest=1_000),
    Field("legal_basis", "text", "The law, order or decision it rests on.", longest=1_000),
    Field("sources", "sources", "Where it can be read. At least one.", True),
)  # fmt: skip

#: What a source tells; all of it is required.
SOURCE_FIELDS = ("url", "title", "publisher", "accessed")
