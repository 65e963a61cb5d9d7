"""Every write of the room: keyword-only, atomic, by a viewer, with its journal line."""

from baithak.home.services.handover import ask_to_hand_over
from baithak.home.services.letters import choose_digest, claim, settle, stop_letters
from baithak.home.services.news import look_at_news

__all__ = ["ask_to_hand_over", "choose_digest", "claim", "look_at_news", "settle", "stop_letters"]
