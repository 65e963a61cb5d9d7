"""The lines, their heads and who witnesses them, checks of the chain, what is kept and until when."""

from baithak.journal.models.check import Check
from baithak.journal.models.kept import Kept
from baithak.journal.models.line import BEGINNING, LONGEST, Line, canonical, seal
from baithak.journal.models.witness import (
    Delivery,
    Head,
    Receipt,
    Seen,
    Witness,
    WitnessKind,
)

__all__ = [
    "BEGINNING",
    "LONGEST",
    "Check",
    "Delivery",
    "Head",
    "Kept",
    "Line",
    "Receipt",
    "Seen",
    "Witness",
    "WitnessKind",
    "canonical",
    "seal",
]
