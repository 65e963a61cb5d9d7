"""Every permission of the room."""

from __future__ import annotations

import rules

from baithak.network.rules import is_signed_in

#: The desk shows each person what waits for them, each thing within its own room's scope.
rules.add_rule("home.see_desk", is_signed_in)
