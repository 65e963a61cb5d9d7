"""Downloads obey R22: https, checked addresses, no redirects, no surprises, all or nothing."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from baithak.opendata.errors import DataError
from baithak.opendata.fetch import Door, copy, fetch, get, is_public


def refused(caught: pytest.ExceptionInfo[DataError]) -> str:
    return caught.value.code


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_files_come_whole_and_checked(tmp_path, publisher):
    told: list[int] = []
    folder = get(publisher.entry, tmp_path, door=publisher.door, progress=told.append)
    assert leftovers(tmp_path) == ["tiny"]
    assert leftovers(folder) == ["comments.csv", "votes.csv"]
    assert sum(told) == publisher.entry.size
    # A second time nothing is asked for.
    asked = list(publisher.asked)
    assert get(publisher.entry, tmp_path, door=publisher.door) == folder
    assert publisher.asked == asked


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((302, {"Location": "https://localhost/elsewhere"}, b""), "data.refused"),
        ((404, {}, b"gone"), "data.refused"),
        ((200, {}, b"x" * 10_000), "data.too_large"),
        ((200, {}, b"comment-id,comment-body\n1,Other\n"), "data.damaged"),
    ],
)
def test_nothing_is_kept_of_a_wrong_answer(tmp_path, publisher, answer, code):
    publisher.answers["comments.csv"] = answer
    with pytest.raises(DataError) as caught:
        get(publisher.entry, tmp_path, door=publisher.door)
    assert refused(caught) == code
    assert leftovers(tmp_path) == []
    assert not any("elsewhere" in path for path in publisher.asked)


def test_an_unknown_certificate_is_refused(tmp_path, publisher):
    stranger = replace(publisher.door, context=ssl.create_default_context())
    with pytest.raises(DataError) as caught:
        get(publisher.entry, tmp_path, door=stranger)
    assert refused(caught) == "data.unreachable"
    assert publisher.asked == []
    assert leftovers(tmp_path) == []


ADDRESSES = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
    "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::", "2001:db8::1",
    "2001:0:7f00:1::", "localhost", "0x7f000001", "2130706433", "0177.0.0.1", "",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_that_are_not_of_the_public_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "185.199.108.133", "2606:4700::6810:84e5"])
def test_addresses_of_the_public_internet(address):
    assert is_public(address)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_connection_is_made_to_them(monkeypatch, tiny, address):
    """One bad address among good ones is enough: a name may answer differently tomorrow."""
    import socket

    connected = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: connected.append(a))
    door = Door(resolve=lambda host, port: ["8.8.8.8", address])
    entry, _ = tiny
    with pytest.raises(DataError) as caught:
        fetch(entry.base + "votes.csv", entry.files[0], door)
    assert refused(caught) == "data.address_refused"
    assert connected == []


@pytest.mark.parametrize(
    "url",
    [
        "http://publisher.example/votes.csv",
        "ftp://publisher.example/votes.csv",
        "file:///etc/passwd",
        "https://publisher.example:8443/votes.csv",
        "https://user:word@publisher.example/votes.csv",
        "https:///votes.csv",
    ],
)
def test_other_ways_than_https_are_refused(tiny, url):
    entry, _ = tiny
    door = Door(resolve=lambda host, port: pytest.fail("resolved"))
    with pytest.raises(DataError) as caught:
        fetch(url, entry.files[0], door)
    assert refused(caught) == "data.address_refused"


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch, tiny):
    """The name is resolved once; a second answer can not lead elsewhere."""
    import socket

    asked, connected = [], []

    def resolve(host, port):
        asked.append(host)
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    def connect(address, timeout):
        connected.append((address, timeout))
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", connect)
    entry, _ = tiny
    with pytest.raises(DataError) as caught:
        fetch(entry.base + "votes.csv", entry.files[0], Door(resolve=resolve))
    assert refused(caught) == "data.unreachable"
    assert asked == ["publisher.example"]
    assert connected == [(("8.8.8.8", 443), 5.0)]


def test_without_a_network_the_sentence_says_what_to_do(monkeypatch, tiny, tmp_path):
    def offline(host, port):
        raise OSError(-3, "Temporary failure in name resolution")

    entry, _ = tiny
    with pytest.raises(DataError) as caught:
        get(entry, tmp_path, door=Door(resolve=offline))
    assert refused(caught) == "data.unreachable"
    assert leftovers(tmp_path) == []


def test_a_folder_that_cannot_be_written(tmp_path, tiny, publisher):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(DataError) as caught:
        get(publisher.entry, blocked, door=publisher.door)
    assert refused(caught) == "data.unwritable"


def test_a_copy_from_this_machine_is_checked_too(tmp_path, tiny):
    entry, files = tiny
    source = tmp_path / "source"
    source.mkdir()
    for name, content in files.items():
        (source / name).write_bytes(content)
    assert copy(entry, source, tmp_path / "a") == tmp_path / "a" / "tiny"
    (source / "votes.csv").write_bytes(b"other")
    with pytest.raises(DataError) as caught:
        copy(entry, source, tmp_path / "b")
    assert refused(caught) == "data.damaged"
    assert leftovers(tmp_path / "b") == []
