"""Panels, their categories and quotas, the people who registered, and the draws."""

from baithak.panel.models.category import Category, CategoryKind, Feature
from baithak.panel.models.draw import BareDrawError, Draw, DrawKind, DrawState
from baithak.panel.models.panel import NOTICE, Method, Panel, PoolState, Source
from baithak.panel.models.registrant import (
    BareRegistrantError,
    Consent,
    Need,
    NeedKind,
    Registrant,
    Seat,
)

__all__ = [
    "NOTICE",
    "BareDrawError",
    "BareRegistrantError",
    "Category",
    "CategoryKind",
    "Consent",
    "Draw",
    "DrawKind",
    "DrawState",
    "Feature",
    "Method",
    "Need",
    "NeedKind",
    "Panel",
    "PoolState",
    "Registrant",
    "Seat",
    "Source",
]
