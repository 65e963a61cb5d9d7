"""What locks a registrant's contact, and what tells two of a kind without telling what (R8).

Everything here hangs on the panel's key (``network.keys``): a file outside the database and outside
its backups. With the key destroyed, contacts cannot be read and marks cannot be matched by anybody,
whatever copy of the database is left.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from baithak.network import keys, wording
from baithak.panel.models import Panel

__all__ = [
    "checked_contact",
    "code_for",
    "code_mark",
    "contact_mark",
    "household_mark",
    "lock",
    "unlock",
]

# No letters or digits that are mistaken for each other on paper or by ear.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_LETTERS = 12
_MAIL = EmailValidator()
_SIGNS = re.compile(r"[\s()./\-\u2010-\u2015]+")
#: Two ways to write one number differ in their beginnings (0300…, +92 300…), not in their ends.
_TAIL = 9


def code_for(panel: Panel, handle: UUID) -> str:
    """The code of the registration that came with this handle: the same each time it is sent."""
    number = int.from_bytes(keys.pseudonym(panel.key, f"own code:{handle.hex}"), "big")
    letters = []
    for _place in range(_LETTERS):
        number, at = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[at])
    return "-".join("".join(letters[at : at + 4]) for at in range(0, _LETTERS, 4))


def code_mark(panel: Panel, code: str) -> str:
    """What is kept of a code. Case, hyphens and blanks do not count."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", code).lower() if sign.isalnum())
    return _mark(panel, "code", plain)


def checked_contact(text: str) -> str:
    """A telephone number (digits with a leading +, if any) or a mail address, in one form.

    Raises
    ------
    ValidationError
        It is neither.
    """
    told = wording.clean(text)
    if "@" in told:
        _MAIL(told)
        return told.lower()
    digits = _SIGNS.sub("", unicodedata.normalize("NFKC", told))
    # Digits of any script become those that a telephone understands.
    digits = "".join(
        str(unicodedata.digit(sign, -1)) if sign.isdecimal() else sign for sign in digits
    )
    if not re.fullmatch(r"\+?[0-9]{7,15}", digits):
        raise ValidationError(
            _(
                "Write a telephone number with 7 to 15 digits, or a mail address such as name@example.org."
            ),
            code="contact",
        )
    return digits


def contact_mark(panel: Panel, contact: str) -> str:
    """The same for two ways to write one number or address."""
    told = contact if "@" in contact else contact.lstrip("+").lstrip("0")[-_TAIL:]
    return _mark(panel, "contact", told)


def household_mark(panel: Panel, word: str) -> str:
    """The same for everybody of a household who writes the same word; empty without a word."""
    told = wording.same(word)
    return _mark(panel, "household", told) if told else ""


def _mark(panel: Panel, kind: str, told: str) -> str:
    return keys.pseudonym(panel.key, f"{kind}:{told}").hex()


def _box(panel: Panel) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(keys.pseudonym(panel.key, "contacts")))


def lock(panel: Panel, contact: str) -> str:
    """The contact as it is stored."""
    return _box(panel).encrypt(contact.encode()).decode()


def unlock(panel: Panel, locked: str) -> str:
    """The contact as it was typed; empty where none is stored or the key is another one."""
    if not locked:
        return ""
    try:
        return _box(panel).decrypt(locked.encode()).decode()
    except InvalidToken:
        return ""
