"""Every write of the room, one noun per file."""

from baithak.network.refusal import RefusedError
from baithak.panel.services.categories import (
    Answer,
    add_category,
    edit_category,
    fill_quotas,
    remove_category,
    set_quotas,
)
from baithak.panel.services.contacts import own_data, read_contacts
from baithak.panel.services.draws import (
    ask_again,
    ask_to_draw,
    claim_draw,
    prepare_draw,
    try_again,
)
from baithak.panel.services.erasure import erase, sweep
from baithak.panel.services.panels import (
    ask_to_freeze,
    ask_to_open,
    create,
    edit,
    name_chance,
    seat,
)
from baithak.panel.services.pool import check_pool, claim_pool
from baithak.panel.services.registrants import (
    Registered,
    answer,
    change,
    find,
    register,
    withdraw,
)

__all__ = [
    "Answer",
    "RefusedError",
    "Registered",
    "add_category",
    "answer",
    "ask_again",
    "ask_to_draw",
    "ask_to_freeze",
    "ask_to_open",
    "change",
    "check_pool",
    "claim_draw",
    "claim_pool",
    "create",
    "edit",
    "edit_category",
    "erase",
    "fill_quotas",
    "find",
    "name_chance",
    "own_data",
    "prepare_draw",
    "read_contacts",
    "register",
    "remove_category",
    "seat",
    "set_quotas",
    "sweep",
    "try_again",
    "withdraw",
]
