"""The shelf: a link or a file is put on it, changed, taken off; links of the library come with the hub.

The hub never opens a link: it is kept as text, checked by its form alone, and read by the browser of
whoever follows it. Nothing that people write here makes the hub ask another machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.exchange import guide
from baithak.exchange.models import Resource
from baithak.exchange.queries import resources as queries
from baithak.exchange.records import LANGUAGES, Library, Link, Problems, library
from baithak.exchange.records.checks import check_url
from baithak.exchange.records.yaml_text import Node
from baithak.exchange.services.agreed import back_to_the_city, refuse_while_asked
from baithak.exchange.services.notes import note, touched
from baithak.exchange.shelf import LINK_ONLY
from baithak.network import wording
from baithak.network.models import Place, Visibility
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer
from baithak.network.services.texts import paragraphs
from baithak.network.signals import level_changed
from baithak.web import files

__all__ = ["add", "change", "load_shelf", "remove"]


@transaction.atomic
def add(
    *,
    place: Place,
    title: str,
    publisher: str,
    licence: str,
    language: str,
    kind: str,
    by: Viewer,
    about: str = "",
    step: str = "",
    challenges: Sequence[str] = (),
    url: str = "",
    file: files.Kept | None = None,
) -> Resource:
    """Put a link or a file on the shelf, seen by the place's team.

    ``file`` is what ``web.files.keep`` gave; the caller forgets it where this raises.

    Raises
    ------
    ValidationError
        Neither link nor file, or both; a link that is none; a file that may only be linked to; no
        title, publisher or licence; invisible signs; an unknown language, kind, step or challenge.
    """
    resource = Resource(place=place, owner_id=by.user_id, added_on=timezone.localdate())
    _put_words(
        resource, title=title, publisher=publisher, licence=licence, language=language, kind=kind,
        about=about, step=step, challenges=challenges,
    )  # fmt: skip
    _put_content(resource, url, file)
    _save(resource)
    note(resource, "add_resource", by, **_content(resource))
    touched(resource)
    return resource


@transaction.atomic
def change(
    *,
    resource: Resource,
    title: str,
    publisher: str,
    licence: str,
    language: str,
    kind: str,
    by: Viewer,
    about: str = "",
    step: str = "",
    challenges: Sequence[str] = (),
    url: str = "",
    file: files.Kept | None = None,
) -> Resource:
    """Tell it anew; beyond the city nobody sees that until two people let it out again. Without ``url``
    and ``file`` the file that it has stays.

    Raises
    ------
    RefusedError
        ``shipped``: it came with the hub.
    ValidationError
        As ``add``; or a request that more people see it waits.
    """
    fresh = _held(resource)
    refuse_while_asked(fresh)
    before, told = fresh.file_name, _told(fresh)
    _put_words(
        fresh, title=title, publisher=publisher, licence=licence, language=language, kind=kind,
        about=about, step=step, challenges=challenges,
    )  # fmt: skip
    if url or file or not before:
        _put_content(fresh, url, file)
    _save(fresh)
    note(fresh, "change_resource", by, **_content(fresh))
    if _told(fresh) != told:
        back_to_the_city(fresh, by=by)
    touched(fresh)
    if before and before != fresh.file_name:
        transaction.on_commit(partial(files.forget, before))
    return fresh


@transaction.atomic
def remove(*, resource: Resource, by: Viewer) -> None:
    """Take it off the shelf for good, its file too.

    Raises
    ------
    RefusedError
        ``shipped``: it came with the hub; ``waits``: a request that more people see it waits.
    """
    fresh = _held(resource)
    if queries.waiting(fresh):
        raise RefusedError("waits")
    note(fresh, "remove_resource", by, **_content(fresh))
    _delete(fresh)


@transaction.atomic
def load_shelf(*, library: Library, place: Place, by: Viewer) -> int:
    """Bring the links of the library, and take off those it holds no more; give how many changed.

    A link is known by its address. One that somebody here shows to everybody already is left out.
    Who sees a link stays as it was set here. Doing it twice changes nothing the second time.
    """
    told = {link.url: link for link in library.shelf}
    held = {one.url: one for one in queries.shipped()}
    public = set(
        Resource._unscoped.filter(shipped=False, visibility=Visibility.PUBLIC, url__in=told)
        .values_list("url", flat=True)
    )  # fmt: skip
    changed = 0
    for url, link in told.items():
        if url in held or url not in public:
            changed += _shelve(link, held.get(url), place)
    for url in held.keys() - told.keys():
        _delete(held[url])
        changed += 1
    if changed:
        note(place, "load_shelf", by, changed=str(changed))
    return changed


def _shelve(link: Link, resource: Resource | None, place: Place) -> bool:
    """Whether the row was made or written anew."""
    if resource is None:
        resource = Resource(
            place=place,
            url=link.url,
            shipped=True,
            visibility=Visibility.PUBLIC,
            added_on=timezone.localdate(),
        )
    before = {name: getattr(resource, name) for name in _WORDS}
    words = {name: getattr(link, name) for name in _WORDS} | {"challenges": list(link.challenges)}
    if resource.pk and before == words:
        return False
    for name, value in words.items():
        setattr(resource, name, value)
    resource.save()
    touched(resource)
    return True


_WORDS = (
    "title", "publisher", "licence", "language", "kind", "about", "step", "challenges",
)  # fmt: skip


def _told(resource: Resource) -> list[Any]:
    """All that readers get of it."""
    return [getattr(resource, name) for name in (*_WORDS, "url", "file_digest")]


def _held(resource: Resource) -> Resource:
    fresh = (
        Resource._unscoped.select_for_update(of=("self",))
        .select_related("place")
        .get(pk=resource.pk)
    )
    if fresh.shipped:
        raise RefusedError("shipped")
    return fresh


def _put_words(resource: Resource, **told: Any) -> None:
    known = library().taxonomy.codes("challenges")
    if any(code not in known for code in told["challenges"]):
        raise ValidationError({"challenges": _("Choose challenges from the list.")})
    if told["step"] and told["step"] not in guide.CODES:
        raise ValidationError({"step": _("Choose a step of the guide.")})
    if told["language"] not in LANGUAGES:
        raise ValidationError({"language": _("Choose one of the languages.")})
    for name in ("title", "publisher", "licence"):
        setattr(resource, name, _clean(name, told[name], wording.clean))
    resource.about = _clean("about", told["about"], paragraphs)
    resource.kind, resource.step, resource.language = told["kind"], told["step"], told["language"]
    resource.challenges = [code for code in known if code in told["challenges"]]


def _clean(name: str, text: str, clean: Callable[[str], str]) -> str:
    """The text as it is kept; what is wrong with it is said of its field."""
    try:
        return clean(text)
    except ValidationError as trouble:
        raise ValidationError({name: trouble}) from None


def _put_content(resource: Resource, url: str, file: files.Kept | None) -> None:
    """Either a link or a file."""
    if bool(url) == bool(file):
        raise ValidationError({"url": _("Give a link or a file: one of the two.")})
    resource.url = _address(url) if url else ""
    resource.file_name = file.name if file else ""
    resource.file_type = file.media_type if file else ""
    resource.file_size = file.size if file else None
    resource.file_digest = file.sha256 if file else ""


def _address(url: str) -> str:
    told = check_url(Node(1, _clean("url", url, wording.clean)), "url", Problems(""))
    if not told:
        raise ValidationError(
            {"url": _("Write the whole address, as https://city.example/guide. It begins with https:// or http://.")}
        )  # fmt: skip
    return told


def _save(resource: Resource) -> None:
    if resource.file_name and resource.licence == LINK_ONLY:
        raise ValidationError(
            {"licence": _("With this licence the file may not be kept here: give a link to it.")}
        )
    # The link's form is checked already; Django's own check refuses hosts without a dot in their name.
    resource.full_clean(exclude=["place", "owner", "url"])
    resource.save()


def _delete(resource: Resource) -> None:
    touched(resource)
    if resource.file_name:
        transaction.on_commit(partial(files.forget, resource.file_name))
    resource.delete()


def _content(resource: Resource) -> dict[str, str]:
    """For the journal: what lies there, without its words."""
    if resource.file_name:
        return {"is": "file", "type": resource.file_type, "sha256": resource.file_digest}
    return {"is": "link"}


@receiver(level_changed, sender=Resource, dispatch_uid="baithak.exchange.resource_level")
def _found_by_others(sender: Any, shared: Resource, **kwargs: Any) -> None:
    """The index knows who may find it."""
    touched(shared)
