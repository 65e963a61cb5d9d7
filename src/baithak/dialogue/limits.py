"""How often somebody may do something in a dialogue (T18); ``docs/settings.md`` tells it too."""

from __future__ import annotations

from baithak.network.limits import Limit

__all__ = ["ARRIVALS", "STATEMENTS", "VOTES"]

#: One answer a second for a whole minute is more than anybody reads.
VOTES = Limit("dialogue.vote", most=60, seconds=60, per="participant")
#: Each is read by a moderator.
STATEMENTS = Limit("dialogue.statement", most=5, seconds=60 * 60, per="participant")
#: New participants of one address: a school or a mobile carrier, not a script.
ARRIVALS = Limit("dialogue.arrival", most=600, seconds=10 * 60)
