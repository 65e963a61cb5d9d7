"""The one folder of the room that calls the engine: votes in, maps and next statements out."""

from baithak.dialogue.analysis.drawing import Drawn, draw, read_export, to_release
from baithak.dialogue.analysis.kept import plain, published
from baithak.dialogue.analysis.page import (
    Participation,
    common_ground,
    finding,
    map_page,
    participation,
)
from baithak.dialogue.analysis.problems import EngineError, notes, trouble
from baithak.dialogue.analysis.reports import REPORTS, Made, report
from baithak.dialogue.analysis.rounds import rounds_page
from baithak.dialogue.analysis.routing import next_statement
from baithak.dialogue.analysis.sounds import alike, reasons_told
from baithak.dialogue.analysis.uploads import LimitError, read_upload

__all__ = [
    "REPORTS",
    "Drawn",
    "EngineError",
    "LimitError",
    "Made",
    "Participation",
    "alike",
    "common_ground",
    "draw",
    "finding",
    "map_page",
    "next_statement",
    "notes",
    "participation",
    "plain",
    "published",
    "read_export",
    "read_upload",
    "reasons_told",
    "report",
    "rounds_page",
    "to_release",
    "trouble",
]
