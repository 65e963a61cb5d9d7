"""A joint statement as a paper: in one of its languages, or in all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from baithak.coordination.models import JointStatement
from baithak.report.paper import Fact, Notice, Paper, Paragraph, Points, Section, Text

__all__ = ["statement_paper"]


def statement_paper(
    statement: JointStatement,
    behind: Iterable[str],
    *,
    language: str,
    languages: Sequence[str],
    source: str,
    made: str,
) -> Paper:
    """The words in these languages, and who stands behind them.

    Parameters
    ----------
    statement : JointStatement
    behind : iterable of str
        Names of organisations that everybody who holds the paper may read.
    language : str
        Of the headings.
    languages : sequence of str
        Those of the statement that are set, the first as the title.
    source, made : str
        The address of the living page, and the day in words.
    """

    def told(code: str, name: str) -> Text:
        return Text(str(statement.texts[code].get(name, "")), code)

    first, *others = languages
    released = statement.released_on
    names = tuple(Text(name) for name in behind)
    return Paper(
        title=told(first, "title"),
        language=language,
        kind=_("Joint statement"),
        subtitle=statement.place.local_name,
        marks=(
            *(() if released else (_("Draft, not released"),)),
            *((_("Example"),) if statement.place.example else ()),
        ),
        facts=(Fact(_("Released on"), date_format(released, "j F Y")),) if released else (),
        sections=(
            Section("", (Paragraph(told(first, "text")),)),
            *(Section(told(code, "title"), (Paragraph(told(code, "text")),)) for code in others),
            *((Section(_("Who stands behind it"), (Points(names),)),) if names else ()),
            *(
                ()
                if released
                else (
                    Section(
                        "", (Notice(_("These words have not been released. Do not pass them on.")),)
                    ),
                )
            ),
        ),
        source=source,
        made=made,
    )
