"""What a text message costs: how many letters, how many messages (GSM 03.38, as telephones count)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Message", "message"]

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: These take the room of two.
_EXTENDED = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True, slots=True)
class Message:
    """A text, its length as telephones count it, and how many messages it becomes."""

    text: str
    letters: int
    most: int
    messages: int

    @property
    def fits(self) -> bool:
        """It is a single message."""
        return self.messages == 1


def message(text: str) -> Message:
    """Count a text.

    Letters of the Latin alphabet: 160 in one message, 153 in each of several. Any other letter: 70,
    and 67 in each of several.

    Examples
    --------
    >>> message("Please stay calm.").letters, message("x" * 161).messages
    (17, 2)
    >>> one = message("தயவுசெய்து அமைதியாக இருங்கள்")
    >>> one.most, one.fits
    (70, True)
    """
    if all(sign in _BASIC or sign in _EXTENDED for sign in text):
        letters, most, each = len(text) + sum(sign in _EXTENDED for sign in text), 160, 153
    else:
        letters, most, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return Message(text, letters, most, 1 if letters <= most else -(-letters // each))
