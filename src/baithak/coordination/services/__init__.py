"""Every write of the room, one noun in each file."""

# What takes two people, and what findings come from, is known as soon as the room is.
from baithak.coordination.services import look_backs, statements  # noqa: F401  (they register on import)
