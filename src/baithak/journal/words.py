"""The journal in plain sentences: rooms above say what their verbs, acts, roles and things are called.

A room keeps its words in ``<room>/journal_words.py``, loaded when the hub starts::

    from django.utils.translation import gettext_lazy as _
    from baithak.journal import words

    words.verb("plan.adopt", _("adopted the plan"))
    words.verb("plan.share", _("let it be seen by: %(to)s"), to=lambda level: Visibility(level).label)
    words.kind("plan", _("Plan"))

A sentence may name strings of the line's detail (``%(to)s``); a keyword says how one is read. What it
does not know it leaves as it was written, and a verb without words gets a calm sentence of its own, so
that a line is never hidden. A house test fails on a verb in the source that has no words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.journal.models import Line

__all__ = [
    "ACTS",
    "VERBS",
    "Told",
    "act",
    "called",
    "kind",
    "kind_of",
    "kinds",
    "place_called",
    "role",
    "tell",
    "thing_named",
    "unknown",
    "verb",
    "who",
]

Reads = Callable[[str], Any]
#: A keyed sign instead of a number.
_SIGN = re.compile(r"[0-9a-f]{20,}")
_ABOUT = re.compile(r"[a-z_]+:[^/]{1,120}")


@dataclass(frozen=True)
class _Verb:
    words: Any
    reads: dict[str, Reads]


VERBS: dict[str, _Verb] = {}
ACTS: dict[str, Any] = {}
_ROLES: dict[str, Any] = {}
_KINDS: dict[str, Any] = {}
_PLACES: dict[str, Callable[[str], str]] = {}


# --- what rooms register


def verb(name: str, words: Any, **reads: Reads) -> None:
    """What somebody did, as the end of a sentence: “adopted the plan”. ``words`` is lazy."""
    VERBS[name] = _Verb(words, reads)


def act(name: str, label: Any) -> None:
    """What an act is called that takes two people: “Let more people see it”."""
    ACTS[name] = label


def role(code: str, label: Any) -> None:
    """What a role is called."""
    _ROLES[code] = label


def kind(name: str, label: Any) -> None:
    """What a kind of thing is called: the part of ``thing`` before the colon."""
    _KINDS[name] = label


def called(names: Callable[[str], str]) -> None:
    """How a place of this slug is called in the reader's language; the room of places says it."""
    _PLACES["name"] = names


def place_called(slug: str) -> str:
    """The place's name, or its slug."""
    return _PLACES["name"](slug) if "name" in _PLACES else slug


# --- how a line reads


@dataclass(frozen=True)
class Told:
    """A line for people: a plain sentence, what it is about, and the line as it was written."""

    line: Line
    sentence: str
    kind: str
    thing: str

    @property
    def about(self) -> str:
        """The thing in the address of its own trail, without the room that acts of two people name;
        empty where it has none.
        """
        _kind, _colon, rest = self.line.thing.partition(":")
        told = f"{self.kind}:{rest}"
        return told if _ABOUT.fullmatch(told) else ""


def kinds() -> list[tuple[str, str]]:
    """Every kind of thing, by its name in the reader's language."""
    return sorted(((name, str(label)) for name, label in _KINDS.items()), key=lambda k: k[1])


def kind_of(thing: str) -> str:
    """``dialogue`` of ``dialogue:4711``, and of ``dialogue.dialogue:4711`` too."""
    return thing.split(":", 1)[0].rsplit(".", 1)[-1]


def thing_named(thing: str) -> str:
    """“Dialogue 4711”; of a long sign its first four letters."""
    name = kind_of(thing)
    label = _KINDS.get(name, name)
    rest = thing.split(":", 1)[1] if ":" in thing else ""
    sign = rest.rsplit(":", 1)[-1]
    if _SIGN.fullmatch(sign):
        sign = sign[:4]
    return _("%(kind)s %(id)s") % {"kind": label, "id": sign}


def who(by: str) -> str:
    """A role and the first letters of the pseudonym: “City officer · 3f2a”."""
    whole = {
        "system": _("The hub itself"),
        "public": _("Somebody without signing in"),
        "chatham": _("Somebody, under the Chatham House Rule"),
    }
    if by in whole:
        return whole[by]
    code, _colon, sign = by.partition(":")
    label = _ROLES.get(code, code)
    return f"{label} · {sign[:4]}" if sign else str(label)


class _Detail(dict[str, str]):
    """A string that a sentence names and the line lacks."""

    def __missing__(self, name: str) -> str:
        return "…"


def _read(reads: Reads, value: str) -> str:
    try:
        return str(reads(value))
    except (KeyError, ValueError, LookupError):
        return value


def _did(line: Line) -> str:
    known = VERBS.get(line.verb)
    if known is None:
        return _("did something that has no plain words yet (%(verb)s)") % {"verb": line.verb}
    told = _Detail(line.details)
    if "act" in told:
        told["act"] = str(ACTS.get(told["act"], told["act"]))
    for name, reads in known.reads.items():
        if name in told:
            told[name] = _read(reads, told[name])
    return str(known.words) % told


def tell(line: Line) -> Told:
    """The line as a plain sentence in the reader's language."""
    sentence = _("%(who)s %(did)s.") % {"who": who(line.by), "did": _did(line)}
    return Told(line, sentence, kind_of(line.thing), thing_named(line.thing))


# --- the journal's own

verb("journal.add_witness", gettext_lazy("named a witness outside this hub: %(label)s"))
verb("journal.remove_witness", gettext_lazy("let a witness go: %(label)s"))
verb(
    "journal.bring_receipt",
    gettext_lazy("brought a head back from a witness; it agrees with line %(line)s"),
)
verb(
    "journal.bring_differing_receipt",
    gettext_lazy("brought a head back from a witness; it does not agree with line %(line)s"),
)
verb("journal.ask_for_check", gettext_lazy("asked for a check of the whole journal"))
verb(
    "journal.count_what_is_kept",
    gettext_lazy("counted what is kept: %(classes)s kinds of data, %(overdue)s overdue"),
)
kind("witness", gettext_lazy("Witness"))
kind("journal", gettext_lazy("Journal"))
kind("kept", gettext_lazy("Kept data"))


def unknown(verbs: Iterable[str]) -> list[str]:
    """Those verbs that have no words."""
    return sorted(set(verbs) - set(VERBS))
