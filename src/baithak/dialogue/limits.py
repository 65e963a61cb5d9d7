"""How often somebody may do something in a dialogue (T18); ``docs/settings.md`` tells it too."""

from __future__ import annotations

from baithak.network.limits import Limit

__all__ = ["ABOUT_YOU", "ARRIVALS", "STATEMENTS", "STATEMENTS_FROM", "VOTES"]

#: One answer a second for a whole minute is more than anybody reads.
VOTES = Limit("dialogue.vote", most=60, seconds=60, per="participant")
#: Each is read by a moderator.
STATEMENTS = Limit("dialogue.statement", most=5, seconds=60 * 60, per="participant")
#: Each may have the map drawn again.
ABOUT_YOU = Limit("dialogue.about_you", most=30, seconds=10 * 60, per="participant")
#: Of one address, however many phones it says it has: a school's class, not a script.
STATEMENTS_FROM = Limit("dialogue.statement_from", most=200, seconds=60 * 60)
#: New participants of one address: a school or a mobile carrier, not a script.
ARRIVALS = Limit("dialogue.arrival", most=600, seconds=10 * 60)
