"""The demonstration: an invented hub with an invented dialogue, all marked as an example."""

from __future__ import annotations

from baithak.home.demonstration.loading import SignIn, finish, load, sign_ins

__all__ = ["SignIn", "finish", "load", "sign_ins"]
