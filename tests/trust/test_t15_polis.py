"""T15 for exports of Polis: whatever the files hold, they are read or refused, soon, in a process of their own."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.dialogue import analysis
from baithak.engine.errors import EngineError
from baithak.engine.opinion.plain import plain, told_again
from baithak.report.errors import CODES, sentence
from factories.damage import changed, changes

pytestmark = pytest.mark.trust

LONGEST = 2.0  # seconds
COUNT = 300
GOOD = {
    "participants-votes.csv": "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2\n"
    + "".join(f"{n},0,0,2,1,1,1,{-1 if n % 2 else 1},\n" for n in range(12)),
    "comments.csv": "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    '1,x,0,7,1,1,1,"Lamps, please."\n2,x,1,8,1,0,1,پارک\n3,x,2,9,0,0,-1,Buy my phone.\n',
    "summary.csv": "topic,Safer evenings\nurl,https://example.org/safer\n",
}
FILES = {name: text.encode() for name, text in GOOD.items()}


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def read_or_refused(files: dict[str, bytes]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        source, began = str(put(Path(folder), files)).encode(), time.process_time()
        try:
            told = plain(source)
        except EngineError as error:
            for one in (error, *error.others):
                assert one.code in CODES, one.code
                assert len(sentence(one.code, one.params)) > 20
                assert json.loads(json.dumps(one.params)) == one.params
            return error.code
        finally:
            assert time.process_time() - began <= LONGEST
    votes = told_again(json.loads(json.dumps(told))).votes
    assert votes.n >= 1
    assert votes.size == len(votes.rows) == len(votes.columns) >= 1
    assert set(votes.values.tolist()) <= {1, 0, -1}
    return ""


def test_damaged_exports():
    codes = set()

    @settings(max_examples=COUNT, deadline=None, database=None)
    @given(st.sampled_from(sorted(FILES)), changes(b"0", b"01", b"99999999999", b",,,", b"agree"))
    def mutated(name, told):
        codes.add(read_or_refused({**FILES, name: changed(FILES[name], told)}))

    mutated()
    assert "" in codes
    assert len(codes) >= 6, codes


def test_it_is_read_in_a_process_of_its_own(tmp_path):
    told = analysis.read_upload(put(tmp_path, FILES))
    here = analysis.read_export(tmp_path)
    assert (told.topic, told.url) == (here.topic, here.url)
    assert np.array_equal(told.votes.dense(), here.votes.dense(), equal_nan=True)
    assert [c.text for c in told.comments] == [c.text for c in here.comments]
    assert not any(c.author for c in told.comments)
    assert told.votes.statements == here.votes.statements
    put(tmp_path, {"participants-votes.csv": FILES["participants-votes.csv"] + b"99,0\n"})
    with pytest.raises(EngineError, match="wrong_field_count"):
        analysis.read_upload(tmp_path)


def test_what_breaks_the_reader_stays_in_there(tmp_path, monkeypatch):
    monkeypatch.setattr("baithak.dialogue.analysis.uploads._SECONDS", 0)  # of the processor
    with pytest.raises(analysis.LimitError):
        analysis.read_upload(put(tmp_path, FILES))
