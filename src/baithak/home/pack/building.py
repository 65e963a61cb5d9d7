"""Gather what the rooms give, write the page that leads through it, sign the whole.

What is in it is what an officer of the place may see and no more: so closed rooms that the office has
not joined, votes, attendance and numbers of the contact tree cannot be in it (R15, T36).
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from baithak import __version__
from baithak.exchange.signing import hub_key
from baithak.home.models import Handover
from baithak.home.pack.parts import PARTS, File
from baithak.network.letters import site
from baithak.network.models import Place
from baithak.network.rules import Role
from baithak.network.scope import Grant, Viewer
from baithak.report.paper import Lead, Link, Notice, Paper, Paragraph, Points, Section
from baithak.report.paper_html import page

__all__ = ["FORMAT", "build", "office"]

FORMAT = "baithak-handover/1"
#: Every file carries this day, so that a pack made twice from the same data is the same.
_DAY = (1980, 1, 1, 0, 0, 0)


def office(place: Place) -> Viewer:
    """The office itself looking: an officer (a hub: its secretariat) of the place, and nobody in particular."""
    role = Role.HUB_SECRETARIAT if place.kind == "hub" else Role.CITY_OFFICER
    if place.kind == "country":
        role = Role.NATIONAL_REPRESENTATIVE
    grant = Grant(
        place=place.pk,
        slug=place.slug,
        kind=str(place.kind),
        hub=place.hub_id or place.pk,
        role=role,
    )
    return Viewer(grants=(grant,))


def build(handover: Handover) -> bytes:
    """The whole ZIP, in the language of the handover."""
    place, language = handover.place, handover.language
    with override(language):
        files: list[File] = []
        for part in PARTS:
            files.extend(part(place, office(place), language))
        files.append(_start(handover, files))
    files += [
        File("README.txt", _readme(handover).encode()),
        File("signature/public-key.pem", _public_key()),
    ]
    manifest = _manifest(handover, files)
    signed = [
        File("signature/manifest.json", manifest),
        File("signature/manifest.sig", hub_key().sign(manifest)),
    ]
    return _zipped([*files, *signed])


def _start(handover: Handover, files: Iterable[File]) -> File:
    """``index.html``: the story in the order in which a new leader needs it."""
    told: dict[str, list[File]] = {}
    for file in files:
        if file.title:
            told.setdefault(file.section, []).append(file)
    place = handover.place
    sections = [
        Section(
            _("Read this first"),
            (
                Lead(
                    _(
                        "Everything that %(place)s did with Baithak, as its office keeps it: what residents "
                        "said, what was planned and promised, who works together, what is open."
                    )
                    % {"place": place.local_name}
                ),
                Points(
                    (
                        _("Twenty minutes: the page for the mayor, then the plan on a page."),
                        _("An hour: the bodies, open commitments and requests, the days ahead."),
                        _("Keep the ZIP as it is: its signature shows that nobody changed it."),
                    )
                ),
            ),
        )
    ]
    for section, found in told.items():
        links = tuple(Link(file.title, file.path) for file in found)
        sections.append(Section(section, (Points(links),)))
    sections.append(
        Section(
            _("What is not in it, and why"),
            (
                Paragraph(
                    _(
                        "Votes and ballots, who was at a meeting, telephone numbers of the contact tree, people "
                        "drawn for a panel, and rooms that the office has not joined. Some of it no longer "
                        "exists, the rest does not belong in a file."
                    )
                ),
                Notice(
                    _(
                        "To read the open data in another hub: “baithak plan import” and “baithak "
                        "coordination import”."
                    )
                ),
            ),
        )
    )
    paper = Paper(
        title=_("Handover of %(place)s") % {"place": place.local_name},
        kind=_("Handover"),
        language=handover.language,
        marks=(_("Example"),) if place.example else (),
        sections=tuple(sections),
        source=site(),
        made=date_format(handover.asked_on),
    )
    return File("index.html", page(paper).encode())


def _readme(handover: Handover) -> str:
    """How to check the pack without this software."""
    return (
        f"Handover of {handover.place.name}, {handover.asked_on.isoformat()}\n"
        "Made with Baithak. Open index.html in any browser.\n\n"
        "To check that nobody changed a file, in a terminal in this folder:\n\n"
        "  openssl pkeyutl -verify -pubin -inkey signature/public-key.pem -rawin \\\n"
        "    -in signature/manifest.json -sigfile signature/manifest.sig\n\n"
        "says that the list of files is the one that the hub signed; and\n\n"
        "  python3 -c \"import json,hashlib;[print(n) for n,h in json.load(open('signature/manifest.json'))"
        "['files'].items() if hashlib.sha256(open(n,'rb').read()).hexdigest()!=h]\"\n\n"
        "prints every file that is not as it was signed (nothing: all are).\n"
        "Compare the public key with the one that the hub published before.\n"
    )


def _public_key() -> bytes:
    return hub_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _manifest(handover: Handover, files: Iterable[File]) -> bytes:
    told = {
        "format": FORMAT,
        "made_by": f"Baithak {__version__}",
        "place": handover.place.slug,
        "day": handover.asked_on.isoformat(),
        "example": handover.place.example,
        "language": handover.language,
        "files": {file.path: hashlib.sha256(file.content).hexdigest() for file in files},
    }
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _zipped(files: Iterable[File]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for file in sorted(files, key=lambda one: one.path):
            pack.writestr(zipfile.ZipInfo(file.path, _DAY), file.content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
