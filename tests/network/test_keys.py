"""The key of a dialogue: one, outside the database, gone for good when destroyed."""

from __future__ import annotations

import hmac
import stat
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from baithak.network import keys


@pytest.fixture
def dialogue():
    return uuid.uuid4()


def path(dialogue):
    return Path(settings.KEYS) / f"{dialogue.hex}.key"


def test_a_key_is_32_bytes_for_the_hub_alone(dialogue):
    keys.create(dialogue)
    assert len(path(dialogue).read_bytes()) == 32
    assert stat.S_IMODE(path(dialogue).stat().st_mode) == 0o600
    keys.destroy(dialogue)


def test_of_many_who_make_it_at_once_one_key_stays(dialogue):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _n: keys.create(dialogue), range(24)))
    first = path(dialogue).read_bytes()
    keys.create(dialogue)
    assert path(dialogue).read_bytes() == first
    assert [p.name for p in path(dialogue).parent.glob(f"{dialogue.hex}*")] == [path(dialogue).name]
    keys.destroy(dialogue)


def test_the_pseudonym_is_hmac_sha256_of_the_token(dialogue):
    keys.create(dialogue)
    key = path(dialogue).read_bytes()
    assert keys.pseudonym(dialogue, "nadia") == hmac.digest(key, b"nadia", "sha256")
    keys.destroy(dialogue)


def test_a_destroyed_key_is_gone_and_destroying_again_does_no_harm(dialogue):
    keys.create(dialogue)
    keys.destroy(dialogue)
    keys.destroy(dialogue)
    assert not keys.exists(dialogue)
    with pytest.raises(keys.KeyMissingError):
        keys.pseudonym(dialogue, "nadia")
