"""All coordination of a place from one file: all of it or nothing, into a place that has none yet."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from baithak.coordination.files.whole import NOUNS, Read, read_whole
from baithak.coordination.models import Body
from baithak.journal import services as journal
from baithak.network.files import FileRefusedError, Wrong, bring_organisations, only_before_anybody
from baithak.network.models import Place, Visibility
from baithak.network.scope import Viewer
from baithak.network.services import refuse_around_election

__all__ = ["import_whole"]


@transaction.atomic
def import_whole(*, content: bytes, place: Place, by: Viewer, levels: bool = False) -> Read:
    """Save what the file holds; gives what was read, with ``counts`` and what was ``left`` out.

    Without ``levels`` everything begins with the team, as whatever is new here (R14), and what two people
    release begins as a draft. With them all stands as in the other hub: only where nobody has had a role at
    the place yet, and nothing public around an election.

    Raises
    ------
    FileRefusedError
        The place has some coordination already, or everything that is wrong with the file.
    """
    if levels:
        only_before_anybody(place)
    for name, model, _inside in NOUNS:
        if model._unscoped.filter(place=place).exists():
            raise FileRefusedError(
                [
                    Wrong(
                        _("%(place)s has coordination of its own already (%(what)s). Import into a place "
                          "that has none.") % {"place": place.name, "what": name}
                    )
                ]
            )  # fmt: skip
    read = read_whole(content, place=place, levels=levels)
    if any(getattr(thing, "visibility", "") == Visibility.PUBLIC for thing in read.things):
        try:
            refuse_around_election(place)
        except ValidationError as trouble:
            raise FileRefusedError([Wrong(" ".join(trouble.messages))]) from None
    here = bring_organisations(read.brings.values(), place=place, by=by)
    for thing, name, given in read.organisations:
        setattr(thing, name, here[given])
    try:
        for thing in read.things:
            thing.save()
    except (IntegrityError, ValidationError) as trouble:
        raise FileRefusedError(
            [
                Wrong(
                    _("Something stands in the file twice that may be there once, or two of its facts "
                      "exclude each other (%(why)s). Compare with an export.") % {"why": str(trouble)[:200]}
                )
            ]
        ) from None  # fmt: skip
    for body, above in read.above:
        Body._unscoped.filter(pk=body.pk).update(above=above)
    journal.write(
        verb="coordination.import_whole",
        thing=f"place:{place.slug}",
        by=by.signature(place),
        place=place.slug,
        detail={name: str(count) for name, count in read.counts.items() if count},
    )
    return read
