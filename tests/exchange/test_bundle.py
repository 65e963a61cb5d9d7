"""Bundles between hubs: two hubs, every bit changed, wrong keys, right reasons (federation)."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.exchange import bundle as module
from baithak.exchange.bundle import create_bundle, fingerprint, open_bundle
from baithak.exchange.merging import plan_import
from baithak.exchange.records import City
from baithak.report.errors import sentence
from factories.practices import SUNRISE, changed

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
ORIGIN, DAY = "https://hub.example", date(2026, 11, 24)


def pack(practices=(SUNRISE,), cities=(), number=1, key=KEY, origin=ORIGIN) -> bytes:
    return create_bundle(practices, cities, origin=origin, number=number, day=DAY, key=key)


def opened(shipped, content: bytes, key=KEY):
    return open_bundle(content, key.public_key(), shipped.taxonomy, shipped.cities, "b.zip")


def refused(shipped, content: bytes, key=KEY) -> EngineError:
    with pytest.raises(EngineError) as caught:
        opened(shipped, content, key)
    assert "This cannot be done" not in sentence(caught.value.code, caught.value.params)
    return caught.value


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The same archive with some parts exchanged, packed the one way bundles are packed."""
    with zipfile.ZipFile(io.BytesIO(content)) as parcel:
        told = {name: parcel.read(name) for name in parcel.namelist()}
    told |= {name.replace("_", "."): part for name, part in parts.items()}
    return module._pack(tuple(told.values()))


def test_what_is_packed_is_what_is_opened(shipped):
    told = opened(shipped, pack(cities=shipped.cities, number=7))
    assert told.practices == (SUNRISE,)
    assert (told.origin, told.number, told.day) == (ORIGIN, 7, DAY)
    assert told.key == fingerprint(KEY.public_key())
    assert [city.name for city in told.cities] == ["Colombo"]
    assert pack(number=7) == pack(number=7)


def test_a_city_that_does_not_say_where_it_lies_travels_too(shipped):
    town = City("Example Town", "XX", population=33_000)
    practice = changed(city="Example Town", country="XX")
    assert opened(shipped, pack((practice,), (town,))).cities == (town,)


def test_two_hubs(shipped):
    """The second hub takes all, then only what is new, and never one twice."""
    held: dict[tuple[str, str], object] = {}

    def receive(content: bytes):
        plan = plan_import(held.values(), opened(shipped, content).held)
        held.update({(h.origin, h.practice.id): h for h in (*plan.additions, *plan.updates)})
        return [
            len(part) for part in (plan.additions, plan.updates, plan.unchanged, plan.conflicts)
        ]

    second = changed(id="second-walk")
    assert receive(pack((SUNRISE, second))) == [2, 0, 0, 0]
    assert receive(pack((SUNRISE, second))) == [0, 0, 2, 0]
    newer = changed(version=2, results="More people came.")
    assert receive(pack((newer, second), number=2)) == [0, 1, 1, 0]
    assert receive(pack((SUNRISE,), number=3)) == [0, 0, 0, 1]
    assert held[ORIGIN, SUNRISE.id].practice == newer
    assert len(held) == 2


def test_a_bundle_brings_cities_the_other_hub_does_not_know(shipped):
    galle = City("Galle", "LK", 6.03, 80.22)
    content = pack((changed(city="Galle"),), (*shipped.cities, galle))
    told = open_bundle(content, KEY.public_key(), shipped.taxonomy, ())
    assert told.cities == (galle,)


def test_the_library_travels(shipped):
    told = opened(shipped, pack(shipped.practices, shipped.cities))
    assert told.practices == shipped.practices


def flips(content: bytes):
    for bit in range(8 * len(content)):
        changed_bytes = bytearray(content)
        changed_bytes[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(changed_bytes)


@pytest.mark.trust
def test_every_single_bit_is_guarded(shipped):
    content = pack()
    accepted = []
    for bit, told in flips(content):
        try:
            opened(shipped, told)
        except EngineError as error:
            if not error.code.startswith(("bundle.", "source.")):
                accepted.append((bit, error.code))
        else:
            accepted.append((bit, "accepted"))
    assert accepted == []


@pytest.mark.trust
def test_the_control_without_the_one_way_of_packing_bits_slip_through(shipped, monkeypatch):
    """A build that checks signature and checksums alone takes archives that were changed."""
    content = pack()

    class Equal(bytes):
        def __eq__(self, other: object) -> bool:
            return True

        def __ne__(self, other: object) -> bool:
            return False

        __hash__ = bytes.__hash__

    monkeypatch.setattr(module, "_pack", lambda parts: Equal())
    taken = 0
    for _, told in flips(content):
        try:
            opened(shipped, told)
        except EngineError:
            continue
        taken += 1
    assert taken > 100


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_cut_padded_and_patched_bundles_are_refused(shipped, data):
    content = pack()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    told = content[:start] + data.draw(st.binary(max_size=8)) + content[end:]
    if told != content:
        refused(shipped, told)


class TestReasons:
    def test_another_hub(self, shipped):
        error = refused(shipped, pack(key=OTHER))
        assert error.code == "bundle.other_key"
        assert error.params["value"] == fingerprint(OTHER.public_key())
        assert error.params["expected"] == fingerprint(KEY.public_key())

    def test_a_changed_record(self, shipped):
        content = pack()
        with zipfile.ZipFile(io.BytesIO(content)) as parcel:
            text = parcel.read("practices.yaml")
        error = refused(
            shipped, repacked(content, practices_yaml=text.replace(b"sunrise", b"sunset!", 1))
        )
        assert (error.code, error.params["value"]) == ("bundle.changed", "practices.yaml")

    def test_a_changed_record_with_its_checksum(self, shipped):
        content = pack()
        with zipfile.ZipFile(io.BytesIO(content)) as parcel:
            text = parcel.read("practices.yaml").replace(b"Council", b"Citizen")
            manifest = json.loads(parcel.read("manifest.json"))
        manifest["sha256"]["practices.yaml"] = hashlib.sha256(text).hexdigest()
        told = repacked(content, practices_yaml=text, manifest_json=module._manifest(manifest))
        assert refused(shipped, told).code == "bundle.bad_signature"

    def test_a_claim_to_be_the_trusted_hub(self, shipped):
        """The key in the manifest is never the one that decides."""
        content = pack(key=OTHER)
        with zipfile.ZipFile(io.BytesIO(content)) as parcel:
            manifest = json.loads(parcel.read("manifest.json"))
        manifest["key"] = fingerprint(KEY.public_key())
        signed = module._manifest(manifest)
        told = repacked(
            content, manifest_json=signed, manifest_sig=OTHER.sign(module._PURPOSE + signed)
        )
        assert refused(shipped, told).code == "bundle.bad_signature"

    def test_a_signature_for_something_else(self, shipped):
        content = pack()
        with zipfile.ZipFile(io.BytesIO(content)) as parcel:
            manifest = parcel.read("manifest.json")
        told = repacked(content, manifest_sig=KEY.sign(manifest))
        assert refused(shipped, told).code == "bundle.bad_signature"

    def test_a_form_of_the_future(self, shipped, monkeypatch):
        monkeypatch.setattr(module, "FORM", 2)
        content = pack()
        monkeypatch.undo()
        assert refused(shipped, content).code == "bundle.version"

    def test_another_way_of_packing(self, shipped):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(pack())) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name))
        assert refused(shipped, out.getvalue()).code == "bundle.repacked"

    def test_no_bundle_at_all(self, shipped):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as parcel:
            parcel.writestr("manifest.json", "{}")
        assert refused(shipped, out.getvalue()).code == "bundle.broken"
        assert refused(shipped, b"version: 1").code == "source.broken_archive"
        assert refused(shipped, b"x" * 6_000_000).code == "bundle.broken"

    def test_a_right_signature_does_not_make_right_records(self, shipped):
        error = refused(shipped, pack((changed(challenges=("made_up",)),)))
        assert error.code == "library.unknown_code"
        assert error.params["file"] == "b.zip: practices.yaml"


@pytest.mark.parametrize(
    "origin", ["hub.example", "https://hub.example/path", "https://me@hub.example", "ftp://a", "", "https://A"]
)  # fmt: skip
def test_an_origin_is_an_address_and_nothing_more(origin):
    with pytest.raises(EngineError) as caught:
        pack(origin=origin)
    assert caught.value.code == "bundle.bad_origin"
