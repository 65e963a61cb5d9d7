"""Background work of the journal: sign and send heads, walk the chain, count what is kept."""

from __future__ import annotations

from baithak.journal import retention, services

__all__ = ["CHORES"]


def sign_the_head() -> int:
    """Once an hour: sign the head and queue it for the witnesses."""
    return services.sign_and_queue()


def send_a_head() -> int:
    """One letter to a witness."""
    return services.send_a_head()


def check_the_chain() -> int:
    """Once a day, and when somebody asked."""
    return services.check_chain()


def count_what_is_kept() -> int:
    """Once a day: the clock of R8."""
    return retention.count()


CHORES = (sign_the_head, send_a_head, check_the_chain, count_what_is_kept)
