"""The draw that anybody can check: promise a list of panels first, let public chance name one later.

1. ``register`` gives each registrant a pseudonym and a salt, and writes their **line**: canonical
   JSON of pseudonym, features and salt (and of the household's mark, where households count).
2. ``commit`` fixes everything before chance speaks: the Merkle root over the lines
   (``engine/commitment.py``), size, quotas, software version, the list of panels by pseudonym, and
   the *name* of a randomness that lies in the future and that nobody controls. The text of all
   this has one SHA-256, the list's hash. Publish both.
3. ``draw`` reads the number of the panel that sits from ``SHA-256(root || list's hash || randomness
   || counter)`` (``engine/chance.py``), or directly where balls or ten-sided dice show it.
4. The receipt holds all of it. ``verify_draw.py`` replays it with nothing but Python; a registrant
   checks with their **slip** (line and path to the root) that they were registered as they said.

A re-draw is a new commitment with the next number, its reason, and the hash of the list before it.

Canonical JSON: sorted keys, no spaces, letters as they are, UTF-8. The list's text is the canonical
head, then one line per panel with its pseudonyms sorted and separated by spaces, each line ended by
a line feed.
"""

from __future__ import annotations

import hmac
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from baithak.engine.chance import Stream
from baithak.engine.commitment import holds, leaf, proofs, root
from baithak.engine.errors import EngineError

if TYPE_CHECKING:
    from baithak.engine.panel.pool import Pool, Quotas
    from baithak.engine.panel.results import Lottery

__all__ = [
    "Commitment",
    "Draw",
    "Member",
    "Register",
    "Standing",
    "canonical",
    "check_member",
    "commit",
    "draw",
    "member_line",
    "read_commitment",
    "register",
]

COMMITMENT = "panel commitment 1"
RECEIPT = "panel receipt 1"
#: Letters of a pseudonym: none that are taken for each other when read aloud or written by hand.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: So many letters and figures a hashed randomness has at least: twelve throws of a die.
LEAST = 12
#: Every field of the head and its type, so that what is read back is what was written.
_HEAD: dict[str, type] = {
    "baithak": str, "title": str, "draw": int, "reason": str, "previous": str,
    "registrants": int, "root": str, "size": int, "quotas": list, "household": bool,
    "method": str, "seed": int, "panels": int, "version": str, "randomness": str, "read": str,
    "standing": list,
}  # fmt: skip


def canonical(content: Any) -> str:
    """The one way to write this content as JSON.

    Examples
    --------
    >>> canonical({"b": [1, True], "a": "é"})
    '{"a":"é","b":[1,true]}'
    """
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def member_line(pseudonym: str, features: Mapping[str, str], salt: str, household: str = "") -> str:
    """The line of one registrant, as it is committed to.

    Examples
    --------
    >>> member_line("K7Q4M2XA", {"gender": "woman"}, "00ff")
    '{"features":{"gender":"woman"},"member":"K7Q4M2XA","salt":"00ff"}'
    """
    content: dict[str, Any] = {"member": pseudonym, "features": dict(features), "salt": salt}
    if household:
        content["household"] = household
    return canonical(content)


@dataclass(frozen=True, slots=True)
class Member:
    """A registrant: the ``id`` stays in the house, pseudonym and line are the public side."""

    id: str
    pseudonym: str
    line: str


@dataclass(frozen=True, eq=False)
class Register:
    """Everybody in the pool, in its order. Private: a line is for its registrant alone."""

    members: tuple[Member, ...]
    household: bool

    @cached_property
    def leaves(self) -> list[bytes]:
        """The hash of each line, in the order of the members."""
        return [leaf(member.line.encode()) for member in self.members]

    @cached_property
    def root(self) -> bytes:
        """What is published of all lines."""
        return root(self.leaves)

    @cached_property
    def _proofs(self) -> dict[bytes, list[tuple[bytes, bool]]]:
        return proofs(self.leaves)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {member.id: at for at, member in enumerate(self.members)}

    def slip(self, id: str) -> str:
        """What to hand to one registrant: the line, and the path that leads from it to the root.

        Raises
        ------
        EngineError
            ``panel.unknown_person``.
        """
        at = self._places.get(id)
        if at is None:
            raise EngineError("panel.unknown_person", value=id)
        path = [[step.hex(), left] for step, left in self._proofs[self.leaves[at]]]
        return canonical({**json.loads(self.members[at].line), "path": path})

    def ids(self, pseudonyms: Iterable[str]) -> tuple[str, ...]:
        """The registrants behind pseudonyms, in the order of the pool.

        Raises
        ------
        EngineError
            ``panel.unknown_person``.
        """
        wanted = set(pseudonyms)
        found = [member for member in self.members if member.pseudonym in wanted]
        if len(found) < len(wanted):
            missing = sorted(wanted - {member.pseudonym for member in found})
            raise EngineError("panel.unknown_person", value=missing[0])
        return tuple(member.id for member in found)


def register(pool: Pool, quotas: Quotas, *, secret: bytes, household: bool = False) -> Register:
    """Give everybody in the pool a pseudonym and a salt, and write their lines.

    Parameters
    ----------
    pool : Pool
    quotas : Quotas
        Their categories are the features of a line; further columns of the pool are not in it.
    secret : bytes, at least 16
        What pseudonyms and salts are made from (HMAC-SHA256): the same secret and ids give the
        same ones. Whoever knows it can guess features from a published neighbour's hash, so keep it
        as the pool is kept, and destroy it with the pool.
    household : bool
        Whether the household rule holds: each line then carries the mark of its household, so that
        an auditor can see that no panel holds two of one. Who lives alone has a mark too.

    Raises
    ------
    EngineError
        ``panel.short_secret``.

    Examples
    --------
    >>> told, promised = _example()
    >>> [member.pseudonym for member in told.members]
    ['32CNPP78', 'ASJ6JMED']
    """
    if len(secret) < 16:
        raise EngineError("panel.short_secret", value=len(secret))
    pseudonyms = _pseudonyms(pool.ids, secret)
    marks = _marks(pool, secret) if household else ("",) * pool.n
    members = []
    for name, places, mark in zip(pool.ids, pool.features.tolist(), marks, strict=True):
        features = {
            category: quotas.quotas[place].feature
            for category, place in zip(quotas.categories, places, strict=True)
        }
        salt = _secret(secret, "salt", name).hex()[:32]
        line = member_line(pseudonyms[name], features, salt, mark)
        members.append(Member(name, pseudonyms[name], line))
    return Register(tuple(members), household)


def _marks(pool: Pool, secret: bytes) -> tuple[str, ...]:
    """A mark per household, made from the first id in it, so that no order of rows matters."""
    homes = range(pool.n) if pool.household is None else pool.household.tolist()
    first: dict[int, str] = {}
    for name, home in zip(pool.ids, homes, strict=True):
        first[home] = min(name, first.get(home, name))
    given = {home: _secret(secret, "household", name).hex()[:16] for home, name in first.items()}
    return tuple(given[home] for home in homes)


def _secret(secret: bytes, *parts: str) -> bytes:
    return hmac.digest(secret, canonical(parts).encode(), "sha256")


def _pseudonyms(ids: Sequence[str], secret: bytes) -> dict[str, str]:
    """Eight letters for everybody; where two are alike, the second in the order of ids tries on."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(ids):
        attempt, told = 0, ""
        while not told or told in taken:
            number = int.from_bytes(_secret(secret, "pseudonym", name, str(attempt))[:5], "big")
            told = "".join(LETTERS[number >> 5 * place & 31] for place in range(7, -1, -1))
            attempt += 1
        taken.add(told)
        given[name] = told
    return given


@dataclass(frozen=True, eq=False)
class Commitment:
    """Everything that is fixed before chance speaks; all of it is published.

    ``head`` holds title, draw (its number, from 1), reason and previous (of a re-draw), registrants
    (how many), root, size, quotas, household (whether the rule holds), method, seed, panels (how
    many), version, randomness (what was named beforehand), read ("hash" or "number") and standing
    (pseudonyms whose seats are already taken, in a replacement draw). ``panels`` are the listed
    panels, number 0 first; each holds ``size`` pseudonyms, sorted.
    """

    head: Mapping[str, Any]
    panels: tuple[tuple[str, ...], ...]

    @cached_property
    def list_text(self) -> str:
        """The text whose SHA-256 is the list's hash."""
        lines = [canonical(self.head), *(" ".join(panel) for panel in self.panels)]
        return "\n".join(lines) + "\n"

    @cached_property
    def list_hash(self) -> str:
        """SHA-256 of the list's text, 64 hexadecimal figures. Publish it before the draw."""
        return sha256(self.list_text.encode()).hexdigest()

    @property
    def root(self) -> str:
        """The Merkle root over the registrants' lines, 64 hexadecimal figures."""
        return str(self.head["root"])

    @cached_property
    def listed(self) -> dict[str, int]:
        """In how many of the listed panels each pseudonym sits; who sits in none is left out."""
        times: dict[str, int] = {}
        for panel in self.panels:
            for name in panel:
                times[name] = times.get(name, 0) + 1
        return times

    def to_json(self) -> str:
        """The document to publish before the draw; ``read_commitment`` reads it back."""
        return canonical(self._content()) + "\n"

    def _content(self) -> dict[str, Any]:
        return {
            "commitment": dict(self.head),
            "list": [" ".join(panel) for panel in self.panels],
            "list_sha256": self.list_hash,
        }


def commit(
    told: Register,
    quotas: Quotas,
    lottery: Lottery,
    *,
    named: str,
    read: Literal["hash", "number"] = "hash",
    version: str = "",
    title: str = "",
    number: int = 1,
    reason: str = "",
    previous: str = "",
    standing: Iterable[str] = (),
) -> Commitment:
    """Fix the lottery before the draw.

    Parameters
    ----------
    told : Register
        Of the pool the lottery was made from.
    quotas : Quotas
    lottery : Lottery
        Its panels are listed in its order: row s is number s, each equally likely.
    named : str
        The randomness that will decide, in words that leave no choice later: "drand round 5012345",
        "National lottery of 5 December 2026, six numbers as drawn", "dice in the town hall".
    read : "hash" or "number"
        Whether the randomness is hashed, or is itself the number of a panel (balls or ten-sided
        dice: 000 to 999 for a thousand panels).
    version, title : str
        Of the software, and of the panel; shown to readers.
    number, reason, previous : of a re-draw
        Number 2 and further need the reason and the list's hash of the draw before.
    standing : iterable of str
        Ids of people who have already confirmed their seats: they sit in every listed panel.

    Raises
    ------
    EngineError
        ``panel.broken_panel`` (a panel with somebody twice or unknown, or without somebody whose
        seat is taken), ``panel.randomness_unnamed``, ``panel.redraw_reason``,
        ``panel.unknown_person``.

    Examples
    --------
    >>> told, promised = _example()
    >>> sorted(promised.panels)
    [('32CNPP78',), ('ASJ6JMED',)]
    >>> draw(promised, "1").selected == promised.panels[1]
    True
    """
    named, reason = _plain(named), _plain(reason)
    if not named:
        raise EngineError("panel.randomness_unnamed")
    if number < 1 or (number > 1) != bool(reason and previous):
        raise EngineError("panel.redraw_reason", value=number)
    by_id = {member.id: member.pseudonym for member in told.members}
    unknown = sorted(set(standing) - set(by_id))
    if unknown:
        raise EngineError("panel.unknown_person", value=unknown[0])
    taken = sorted(by_id[name] for name in standing)
    names = [member.pseudonym for member in told.members]
    if lottery.panels.min() < 0 or lottery.panels.max() >= len(names):
        raise EngineError("panel.broken_panel", value="?")
    listed = tuple(tuple(sorted(names[i] for i in row)) for row in lottery.panels.tolist())
    for at, panel in enumerate(listed):
        if len(set(panel)) < len(panel) or not set(taken) <= set(panel):
            raise EngineError("panel.broken_panel", value=at)
    head = {
        "baithak": COMMITMENT,
        "title": _plain(title),
        "draw": number,
        "reason": reason,
        "previous": previous,
        "registrants": len(names),
        "root": told.root.hex(),
        "size": lottery.size,
        "quotas": [
            {"category": q.category, "feature": q.feature, "min": q.min, "max": q.max}
            for q in quotas.quotas
        ],
        "household": told.household,
        "method": lottery.method,
        "seed": lottery.seed,
        "panels": len(listed),
        "version": version,
        "randomness": named,
        "read": read,
        "standing": taken,
    }
    return Commitment(head, listed)


def read_commitment(text: str) -> Commitment:
    """A published commitment, checked against its own hash.

    Parameters
    ----------
    text : str
        From ``Commitment.to_json``.

    Raises
    ------
    EngineError
        ``panel.commitment_damaged``.

    Examples
    --------
    >>> told, promised = _example(read="hash")
    >>> read_commitment(promised.to_json()).list_hash == promised.list_hash
    True
    """
    damaged = EngineError("panel.commitment_damaged")
    try:
        content = json.loads(text)
        head = content["commitment"]
        if any(type(head[name]) is not kind for name, kind in _HEAD.items()):
            raise damaged
        found = Commitment(head, tuple(tuple(line.split(" ")) for line in content["list"]))
        same = canonical(content) + "\n" == text and found.to_json() == text
        sizes = {len(panel) for panel in found.panels} == {head["size"]}
        if not (same and sizes and len(found.panels) == head["panels"]):
            raise damaged
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise damaged from None
    return found


@dataclass(frozen=True, eq=False)
class Draw:
    """What chance decided: the number of the panel and who sits in it, by pseudonym."""

    commitment: Commitment
    randomness: str
    number: int

    @property
    def selected(self) -> tuple[str, ...]:
        """Pseudonyms of the panel that sits, sorted."""
        return self.commitment.panels[self.number]

    def receipt(self) -> dict[str, Any]:
        """Everything to replay the draw; ``sha256`` seals the rest."""
        content = {
            "baithak": RECEIPT,
            **self.commitment._content(),
            "randomness": self.randomness,
            "number": self.number,
            "selected": list(self.selected),
        }
        return {**content, "sha256": sha256(canonical(content).encode()).hexdigest()}

    def to_json(self) -> str:
        """The receipt as a file: what ``verify_draw.py`` reads."""
        return canonical(self.receipt()) + "\n"


def draw(commitment: Commitment, randomness: str) -> Draw:
    """Let the randomness that was named beforehand decide.

    Parameters
    ----------
    commitment : Commitment
    randomness : str
        As it was published or written down by the witnesses. Spaces are joined and letters brought
        to one form (NFC); capital and small letters stay apart.

    Raises
    ------
    EngineError
        ``panel.randomness_short``: fewer than twelve letters and figures, with which some panels
        could never be drawn; ``panel.randomness_number``: no number of a listed panel.

    Examples
    --------
    >>> told, promised = _example(read="hash")
    >>> drawn = draw(promised, "3 5 1 6 2 2 4 1 6 3 5 5")
    >>> drawn.number, drawn.selected
    (1, ('ASJ6JMED',))
    """
    randomness = _plain(randomness)
    many = len(commitment.panels)
    if commitment.head["read"] == "number":
        digits = len(str(many - 1))
        told = randomness.replace(" ", "")
        if not (told.isascii() and told.isdigit() and len(told) <= digits and int(told) < many):
            raise EngineError("panel.randomness_number", value=randomness, last=many - 1)
        return Draw(commitment, told.zfill(digits), int(told))
    if sum(letter.isalnum() for letter in randomness) < LEAST:
        raise EngineError("panel.randomness_short", value=randomness, least=LEAST)
    material = bytes.fromhex(commitment.root) + bytes.fromhex(commitment.list_hash)
    number = Stream(material + randomness.encode()).below(many)
    return Draw(commitment, randomness, number)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a slip says under a commitment: who, with which features, in how many listed panels."""

    member: str
    features: Mapping[str, str]
    listed: int
    panels: int

    @property
    def chance(self) -> float:
        """Of being drawn, 0 to 1."""
        return self.listed / self.panels


def check_member(slip: str, commitment: Commitment) -> Standing:
    """Check that a registrant stands in the pool exactly as the slip says.

    Parameters
    ----------
    slip : str
        From ``Register.slip``.
    commitment : Commitment

    Raises
    ------
    EngineError
        ``panel.slip_unreadable``; ``panel.slip_differs``: the path does not lead to the root, so
        the line is not, or not like this, among those that were committed to.

    Examples
    --------
    >>> told, promised = _example()
    >>> check_member(told.slip("2"), promised).chance
    0.5
    """
    try:
        content = json.loads(slip)
        path = [(bytes.fromhex(step), left) for step, left in content.pop("path")]
        member, features = str(content["member"]), dict(content["features"])
        line = leaf(canonical(content).encode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise EngineError("panel.slip_unreadable") from None
    if not holds(line, path, bytes.fromhex(commitment.root)):
        raise EngineError("panel.slip_differs", value=member)
    return Standing(member, features, commitment.listed.get(member, 0), len(commitment.panels))


def _plain(text: str) -> str:
    """One form of the letters, single spaces, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _example(read: Literal["hash", "number"] = "number") -> tuple[Register, Commitment]:
    """Two people, one seat, two panels: what the examples above speak of."""
    from baithak.engine.panel.lottery import lottery
    from baithak.engine.panel.pool import Pool, Quota, Quotas

    quotas = Quotas((Quota("age", "16-29", 1, 1),))
    pool = Pool.from_people([{"age": "16-29"}, {"age": "16-29"}], quotas)
    told = register(pool, quotas, secret=b"0123456789abcdef")
    fair = lottery(pool, quotas, 1, method="leximin", panels=2)
    return told, commit(told, quotas, fair, named="a coin, or dice", read=read)
