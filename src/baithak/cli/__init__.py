"""The command `baithak`: files in, results out; and the commands that run a hub.

Commands are imported only when they are called, so that ``baithak opinion`` never loads Django and
``baithak --help`` loads nothing at all. A new command is one line in ``COMMANDS``.
"""

from __future__ import annotations

from baithak.cli.shell import Shell

__all__ = ["COMMANDS", "main"]

#: Name of the command: module and attribute it lives in, and the line `baithak --help` shows.
COMMANDS = {
    "opinion": (
        "baithak.cli.opinion:opinion",
        "Opinion maps of votes: groups, common ground, report.",
    ),
    "panel": (
        "baithak.cli.panel:panel",
        "Panels by public lottery: check, commit, draw, replace, verify.",
    ),
    "exchange": (
        "baithak.cli.exchange:exchange",
        "The library of practices: search it in eight languages.",
    ),
    "budget": (
        "baithak.cli.budget:budget",
        "Budgets of residents: count exactly, say why, check, recount, convert.",
    ),
    "data": ("baithak.cli.data:data", "Open data sets: list, show, get."),
    "plan": ("baithak.cli.plan:plan", "Plans of a place as one file: export, import."),
    "coordination": (
        "baithak.cli.coordination:coordination",
        "Coordination of a place as one file: export, import.",
    ),
    "demo": ("baithak.home.commands:demo", "Start the demonstration hub on this machine."),
    "serve": ("baithak.home.commands:serve", "Serve the pages of your hub."),
    "work": ("baithak.home.commands:work", "Do the background work of your hub."),
    "migrate": ("baithak.home.commands:migrate", "Bring the database to this version."),
    "found": ("baithak.home.commands:found", "Found a hub: first places, first invitation."),
    "journal": ("baithak.journal.commands:journal", "The journal: verify, export, head."),
    "doctor": ("baithak.home.commands:doctor", "Say whether this hub is well."),
}

main = Shell(
    "baithak",
    COMMANDS,
    help="""Hear every group, learn, agree, spend fairly, answer, remember.

\b
Examples:
  baithak opinion map votes.csv --out report/
  baithak opinion map american-assembly.bowling-green --json -
  baithak panel draw --pool respondents.csv --quotas categories.csv --size 40 --out panel/
  baithak data list
  baithak demo

\b
Exit codes:
  0  done
  1  done, and a check has failed (doctor, journal verify, panel verify)
  2  the command or its input is wrong; one sentence says where and what to do
  3  it cannot be done: disk, network, permissions, quotas no panel meets, a fault of Baithak
""",
)
