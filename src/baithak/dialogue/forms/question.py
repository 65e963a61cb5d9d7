"""A question about oneself, as the team writes it: one answer on each line, its share behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from baithak.dialogue.models import Dialogue, Question
from baithak.dialogue.services.questions import (
    LONGEST_QUESTION,
    LONGEST_SOURCE,
    Answerable,
    AskedQuestion,
)

__all__ = ["AboutYouForm", "QuestionForm"]

#: What stands between an answer and its share, typed or pasted from a table.
_BETWEEN = re.compile(r"\s*[;؛；\t]\s*")
#: How the head of a pasted table begins: not an answer.
_HEADS = frozenset({"category", "answer", "name"})


def _percent(told: str) -> Decimal | None:
    """A share as people write it: 24, 24.5, 24,5, 24 %. ``None``: no number."""
    try:
        share = Decimal(told.replace("%", "").replace(",", ".").strip())
    except InvalidOperation:
        return None
    return share / 100 if share.is_finite() and abs(share) < 1000 else None


class QuestionForm(forms.Form):
    """One question in the languages of the dialogue; an error names field and row."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        dialogue: Dialogue,
        question: Question | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(dialogue, question))
        names = dict(settings.CONTENT_LANGUAGES)
        self.dialogue = dialogue
        self.languages = list(dialogue.languages)
        for place, code in enumerate(self.languages):
            attrs = {"lang": code, "dir": "auto"}
            language = {"language": names.get(code, code)}
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Question in %(language)s") % language,
                max_length=LONGEST_QUESTION,
                required=place == 0,
                widget=forms.TextInput(attrs=attrs),
                help_text=_(
                    "About people themselves, such as: In which part of the city do you live?"
                )
                if place == 0
                else "",
            )
            self.fields[f"categories_{code}"] = forms.CharField(
                label=_("Answers in %(language)s") % language,
                required=place == 0,
                widget=forms.Textarea(attrs={**attrs, "rows": 6}),
                help_text=_(
                    "One on each line, 2 to 12. Where the city's shares are known, behind it a "
                    "semicolon and the share in per cent: North; 24.5. A table can be pasted."
                )
                if place == 0
                else _("The same answers in the same order, one on each line, without shares."),
            )
        self.fields["source"] = forms.CharField(
            label=_("Where the shares come from"),
            max_length=LONGEST_SOURCE,
            required=False,
            help_text=_("Such as the census and its year. It stands beside the result."),
        )

    def fieldsets(self) -> list[tuple[str, str, list[Any]]]:
        """Code, name and fields of each language, for the page."""
        names = dict(settings.CONTENT_LANGUAGES)
        return [
            (code, names.get(code, code), [self[f"text_{code}"], self[f"categories_{code}"]])
            for code in self.languages
        ]

    def told(self) -> AskedQuestion:
        """What was written, for the service, which checks it."""
        return self._told

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        columns: dict[str, list[str]] = {}
        shares: list[Decimal | None] = []
        first = self.languages[0]
        for code in self.languages:
            lines = [line.strip() for line in (told.get(f"categories_{code}") or "").splitlines()]
            lines = [line for line in lines if line]
            if code == first:
                lines, shares = self._with_shares(lines)
            columns[code] = lines
        for code, lines in columns.items():
            if lines and len(lines) != len(columns[first]) and not self.errors:
                self.add_error(
                    f"categories_{code}",
                    _("There are %(these)d lines here and %(first)d in %(language)s: line them up.")
                    % {
                        "these": len(lines),
                        "first": len(columns[first]),
                        "language": dict(settings.CONTENT_LANGUAGES).get(first, first),
                    },
                )
        self._told = AskedQuestion(
            texts={code: told.get(f"text_{code}", "") for code in self.languages},
            categories=[
                Answerable(
                    {code: lines[row] for code, lines in columns.items() if row < len(lines)}, share
                )
                for row, share in enumerate(shares)
            ],
            source=told.get("source", ""),
        )
        return told

    def _with_shares(self, lines: list[str]) -> tuple[list[str], list[Decimal | None]]:
        """Each line's answer and share; a share that is no number is said with its row."""
        names: list[str] = []
        shares: list[Decimal | None] = []
        for line in lines:
            parts = _BETWEEN.split(line, maxsplit=1)
            head = not names and len(parts) == 2 and parts[0].casefold() in _HEADS
            if head and _percent(parts[1]) is None:
                continue
            share = _percent(parts[1]) if len(parts) == 2 and parts[1] else None
            if len(parts) == 2 and parts[1] and share is None:
                self.add_error(
                    f"categories_{self.languages[0]}",
                    _(
                        "Row %(number)d: %(text)s is no share. Write a number in per cent, such as 24.5."
                    )
                    % {"number": len(names) + 1, "text": f"“{parts[1][:40]}”"},
                )
            names.append(parts[0])
            shares.append(share)
        return names, shares

    def wrong(self, trouble: ValidationError) -> None:
        """Put what the service found beside the fields it is about."""
        for field, said in trouble.message_dict.items():
            self.add_error(field if field in self.fields else None, said)


def _initial(dialogue: Dialogue, question: Question | None) -> dict[str, Any]:
    if question is None:
        return {}
    told: dict[str, Any] = {"source": question.source}
    rows = list(question.categories.all())
    for code in dialogue.languages:
        told[f"text_{code}"] = question.texts.get(code, "")
        lines = [row.texts.get(code, "") for row in rows]
        if code == dialogue.first_language:
            lines = [
                line if row.share is None else f"{line}; {row.percent}"
                for line, row in zip(lines, rows, strict=True)
            ]
        told[f"categories_{code}"] = "\n".join(line for line in lines if line)
    return told


class AboutYouForm(forms.Form):
    """What a resident says of themselves. Every question can be left out."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        questions: list[Question],
        said: Mapping[int, int],
    ) -> None:
        super().__init__(data)
        self.numbers = [question.number for question in questions]
        for question in questions:
            choices = [(str(c.number), str(c)) for c in question.categories.all()]
            self.fields[f"q{question.number}"] = forms.ChoiceField(
                label=str(question),
                required=False,
                initial=str(said.get(question.number, "")),
                choices=[*choices, ("", _("I would rather not say"))],
                widget=forms.RadioSelect,
            )

    def answers(self) -> dict[int, int | None]:
        """Question number to category number; ``None``: rather not said."""
        told = {number: self.cleaned_data.get(f"q{number}", "") for number in self.numbers}
        return {number: int(answer) if answer else None for number, answer in told.items()}
