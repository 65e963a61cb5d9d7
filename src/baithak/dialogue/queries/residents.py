"""The dialogue as residents find it: looked up at every answer, so its SQL is written once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models.query import get_related_populators

from baithak.dialogue.models import Dialogue
from baithak.network.models import State
from baithak.network.scope import PUBLIC, Viewer

__all__ = ["public_dialogue"]

_ANY = "the code that is asked for"


def public_dialogue(viewer: Viewer, *, code: str) -> Dialogue | None:
    """The dialogue as residents find it: whoever is signed in counts as nobody here."""
    return _lookup(connection.vendor)(code)


@lru_cache(maxsize=4)
def _lookup(vendor: str) -> Any:
    """The query of what nobody in particular may see, put into SQL once for this kind of database.

    Django writes the SQL of a query anew each time it is asked, which takes ten times as long as the
    database needs to answer it.
    """
    rows = (
        Dialogue.objects.seen_by(PUBLIC)
        .exclude(state=State.DRAFT)
        .select_related("place")
        .filter(code=_ANY)
        .order_by()[:1]
    )
    compiler = rows.query.get_compiler(using=rows.db)
    sql, params = compiler.as_sql()
    assert params.count(_ANY) == 1
    select, told = compiler.select, compiler.klass_info
    first, end = told["select_fields"][0], told["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[first:end]]
    places = get_related_populators(told, select, rows.db)  # type: ignore[call-arg]  # types of 6.x
    converters = [
        (number, tuple(convert), expression)
        for number, (convert, expression) in compiler.get_converters(
            [column[0] for column in select]
        ).items()
    ]

    def look(code: str) -> Dialogue | None:
        with connection.cursor() as cursor:
            cursor.execute(sql, [code if told == _ANY else told for told in params])
            found = cursor.fetchone()
        if found is None:
            return None
        row = list(found)
        for number, convert, expression in converters:
            for step in convert:
                row[number] = step(row[number], expression, connection)
        dialogue = Dialogue.from_db(connection.alias, names, row[first:end])
        for place in places:
            place.populate(row, dialogue)
        return dialogue

    return look
