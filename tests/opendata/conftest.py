"""A tiny published data set, and a publisher on this machine with a certificate of its own."""

from __future__ import annotations

import hashlib
import http.server
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from baithak.opendata.catalogue import DataFile, DataSet
from baithak.opendata.fetch import Door

FILES = {
    "votes.csv": b"participant,statement,vote\n1,1,1\n2,1,-1\n",
    "comments.csv": b"comment-id,comment-body\n1,Parks\n",
}


@pytest.fixture
def tiny() -> tuple[DataSet, dict[str, bytes]]:
    return data_set("https://publisher.example/tiny/"), FILES


def data_set(base: str) -> DataSet:
    return DataSet(
        name="tiny",
        alias="small",
        title="Tiny",
        about="For tests.",
        year=2026,
        language="en",
        publisher="Nobody",
        licence="CC0",
        licence_page="https://publisher.example/licence",
        attribution="Nobody",
        page="https://publisher.example/",
        base=base,
        files=tuple(
            DataFile(name, len(content), hashlib.sha256(content).hexdigest())
            for name, content in FILES.items()
        ),
    )


@dataclass
class Publisher:
    """A publisher on the loopback address, and the way to it."""

    port: int
    context: ssl.SSLContext
    asked: list[str] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)

    @property
    def entry(self) -> DataSet:
        return data_set(f"https://localhost:{self.port}/tiny/")

    @property
    def door(self) -> Door:
        """Only tests may go to this machine itself."""
        return Door(
            resolve=lambda host, port: ["127.0.0.1"],
            allowed=lambda address: address == "127.0.0.1",
            ports=None,
            context=self.context,
        )


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost, made anew for these tests."""
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    try:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost",
             "-keyout", str(path), "-out", str(path) + ".crt"],
            check=True, capture_output=True,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("openssl makes the certificate of the loopback publisher; it is not here")
    path.write_text(path.read_text() + Path(str(path) + ".crt").read_text())
    return path


@pytest.fixture
def publisher(certificate: Path) -> Iterator[Publisher]:
    context = ssl.create_default_context(cafile=str(certificate) + ".crt")
    told = Publisher(0, context)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            name = self.path.rpartition("/")[2]
            status, headers, body = told.answers.get(name, (200, {}, FILES.get(name, b"")))
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    class Quiet(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that hangs up early is what some tests are about."""

    server = Quiet(("127.0.0.1", 0), Handler)
    wall = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    wall.load_cert_chain(certificate)
    server.socket = wall.wrap_socket(server.socket, server_side=True)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()
