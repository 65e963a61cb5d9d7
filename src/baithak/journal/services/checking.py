"""Whether the chain is as it was written, and the chain to take elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from baithak.journal import triggers
from baithak.journal.models import BEGINNING, Check, Line, Receipt, canonical, seal
from baithak.journal.services.lines import write

__all__ = [
    "WORDS",
    "Finding",
    "as_json_lines",
    "ask_for_check",
    "check_chain",
    "export",
    "head",
    "queue_check",
    "verify",
]

#: What is wrong with a line, by code.
WORDS = {
    "missing": gettext_lazy("line %(n)d is missing or out of place"),
    "unsealed": gettext_lazy("line %(n)d does not seal the line before it"),
    "changed": gettext_lazy("line %(n)d was changed"),
    "differs": gettext_lazy("line %(n)d is not the line the witness saw"),
    "ends": gettext_lazy(
        "line %(n)d, which the witness saw, is not there: the journal ends earlier"
    ),
    "triggers": gettext_lazy(
        "the database no longer refuses changes to the journal: find out who removed its triggers"
    ),
}
#: The clock asks for a check when the last one is older than this.
EVERY = timedelta(days=1)
#: A check claimed by a worker that died is taken over after this.
_STUCK = timedelta(hours=1)
#: So many findings are kept one by one.
_KEPT = 20
#: Checks older than this go; the newest stays in any case.
_FORGET = timedelta(days=90)


@dataclass(frozen=True)
class Finding:
    """Line ``n`` is not as it was written; ``what`` says what is wrong, in the reader's language."""

    n: int
    code: str

    @property
    def what(self) -> str:
        return str(WORDS[self.code]) % {"n": self.n}


def verify(
    lines: Iterable[Line] | None = None,
    *,
    witness: tuple[int, str] | None = None,
    witnesses: Iterable[tuple[int, str]] = (),
) -> Iterator[Finding]:
    """Walk the chain from its beginning; give every place where it is broken.

    ``witness`` is a line number and its hash, kept outside (``baithak journal head``), ``witnesses``
    several of them. Only a witness can show that the tail was cut, that an old backup was restored
    or that the whole chain was written anew.
    """
    told: dict[int, set[str]] = {}
    for n, seen in (*witnesses, *([witness] if witness is not None else ())):
        told.setdefault(n, set()).add(seen)
    if told.pop(0, {BEGINNING}) != {BEGINNING}:  # before the first line there is one hash only
        yield Finding(0, "differs")
    previous, expected = BEGINNING, 1
    for line in Line.objects.order_by("n").iterator() if lines is None else lines:
        if line.n != expected:
            yield Finding(expected, "missing")
        if line.previous != previous:
            yield Finding(line.n, "unsealed")
        if not _as_written(line):
            yield Finding(line.n, "changed")
        for _seen in told.pop(line.n, set()) - {line.hash}:
            yield Finding(line.n, "differs")
        previous, expected = line.hash, line.n + 1
    for n in sorted(told):
        yield Finding(n, "ends")


def _as_written(line: Line) -> bool:
    try:
        return canonical(line.details) == line.detail and line.hash == seal(
            line.previous, line.content
        )
    except ValueError:
        return False


def head() -> tuple[int, str]:
    """Number and hash of the last line, for a witness outside the hub."""
    return Line.objects.order_by("-n").values_list("n", "hash").first() or (0, BEGINNING)


def export(out: IO[str], *, place: str | None = None) -> int:
    """Write all lines as JSON lines; give their number. ``verify_journal.py`` reads the result.

    With ``place``, lines of other places come without their content, as number and hashes only:
    enough to see that no line is missing and that this place's lines are sealed in their order.
    """
    count = 0
    for count, written in enumerate(as_json_lines(place), 1):  # noqa: B007  (it is the number)
        out.write(written)
    return count


def as_json_lines(place: str | None = None) -> Iterator[str]:
    """The same, line by line.

    Outside a transaction, which in SQLite would make everybody else wait: lines are only ever added,
    and what comes after the first look is left for the next time.
    """
    for line in Line.objects.filter(n__lte=head()[0]).order_by("n").iterator():
        told: dict[str, Any] = {"n": line.n, "previous": line.previous, "hash": line.hash}
        if place is None or line.place == place:
            told = {**line.content, **told}
        yield canonical(told) + "\n"


# --- in the background


def queue_check() -> bool:
    """Let a worker walk the chain soon; one check that waits already will do. Whether none waited."""
    if Check.objects.filter(claimed=None, done=None).exists():
        return False
    Check.objects.create()
    return True


@transaction.atomic
def ask_for_check(*, place: str, by: str) -> None:
    """Somebody asks for a check of the whole chain. Where one waits already, nothing happens."""
    if queue_check():
        write(verb="journal.ask_for_check", thing="journal:check", by=by, place=place)


def check_chain() -> int:
    """Do one check that waits; the clock asks for one a day. 1 where one was done."""
    now = timezone.now()
    Check.objects.filter(done=None, claimed__lt=now - _STUCK).update(claimed=None)
    if not Check.objects.filter(asked__gt=now - EVERY).exists():
        queue_check()
    waiting = Check.objects.filter(claimed=None, done=None).order_by("pk").first()
    if waiting is None:
        return 0
    if Check.objects.filter(pk=waiting.pk, claimed=None).update(claimed=now) != 1:
        return 0
    _walk(waiting)
    Check.objects.filter(done__lt=now - _FORGET).exclude(pk=waiting.pk).delete()
    return 1


def _walk(check: Check) -> None:
    """Outside a transaction, like ``as_json_lines``: nobody waits while it walks."""
    receipts = set(Receipt.objects.values_list("n", "hash"))
    check.lines, check.hash = head()
    check.findings, check.found = [], 0
    lines = Line.objects.filter(n__lte=check.lines).order_by("n").iterator()
    for finding in verify(lines, witnesses=receipts):
        _add(check, finding)
    if not triggers.installed(connection):
        _add(check, Finding(0, "triggers"))
    check.receipts, check.claimed, check.done = len(receipts), timezone.now(), timezone.now()
    check.save()


def _add(check: Check, finding: Finding) -> None:
    check.found += 1
    if check.found <= _KEPT:
        check.findings = [*check.findings, [finding.n, finding.code]]
