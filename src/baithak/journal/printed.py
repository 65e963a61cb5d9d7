"""The newest head on paper: a witness that needs no machine."""

from __future__ import annotations

import io
import json

import segno
from django.utils.translation import gettext as _

from baithak.journal.models import Head
from baithak.journal.services.heads import as_json
from baithak.report.journal_head_pdf import HeadPage, head_pdf

__all__ = ["pdf"]


def _qr(text: str) -> str:
    kept = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        kept, kind="svg", omitsize=True, xmldecl=False, nl=False
    )
    return kept.getvalue().decode()


def pdf(head: Head, language: str) -> bytes:
    """One page of A4 in the reader's language. The code holds the whole head with its signature."""
    return head_pdf(
        HeadPage(
            language=language,
            title=_("Head of the journal, line %(n)d") % {"n": head.n},
            what=_(
                "Keep this page outside the hub. With it anybody can see later whether the journal was "
                "cut, written anew, or put back to an older day."
            ),
            qr=_qr(json.dumps(as_json(head), separators=(",", ":"))),
            alt=_("The same as a code for a camera"),
            facts=[
                (_("Line"), str(head.n)),
                (_("Signed (UTC)"), head.at),
                (_("Key of the hub, first letters"), head.key[:16]),
            ],
            hash_name=_("Hash of this line"),
            hash=head.hash,
            todo=[
                _("Put the page into a sealed envelope, write the day on it, keep it locked away."),
                _(
                    "To compare: open Witnesses in the journal, then “Bring back a head”, and type the "
                    "number of the line, a colon and the hash."
                ),
            ],
            lines=[_("Kept by (place or office)"), _("Day and stamp")],
        )
    )
