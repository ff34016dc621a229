"""A server at the end of a slow line: what was written is sent to its end before its answer is waited for."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from store import EVERYTHING, Change, Store, open_store
from tests.databases import Server
from tests.store.making import begin, stepping

MEGABYTES = 8


@pytest.fixture
def far(postgres: Server, tmp_path: Path) -> Iterator[Store]:
    with postgres.database() as address, line_to(postgres.port) as port:
        far = address.replace(f":{postgres.port}/", f":{port}/")
        with closing(open_store(far, clock=stepping(), key_file=tmp_path / "key")) as store:
            yield store


def test_large_entries_and_drafts_arrive_whole(far: Store) -> None:
    pages = {f"page{number}": "x" * 1_000_000 for number in range(MEGABYTES)}
    begin(far, data=pages)
    assert far.latest("r1", EVERYTHING).data == pages
    far.set_draft("r1", [Change(path, text[1:]) for path, text in pages.items()], EVERYTHING, "x")
    assert {path: kept.value for path, kept in far.draft("r1", EVERYTHING).changes.items()} == {
        path: text[1:] for path, text in pages.items()
    }


@contextmanager
def line_to(port: int) -> Iterator[int]:
    """Port of a line to the server that takes a little at a time and rests in between."""
    with socket.socket() as here:
        here.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        here.bind(("127.0.0.1", 0))
        here.listen()
        Thread(target=_answer, args=(here, port), daemon=True).start()
        yield int(here.getsockname()[1])
        here.shutdown(socket.SHUT_RDWR)


def _answer(here: socket.socket, port: int) -> None:
    with suppress(OSError):
        while True:
            client = here.accept()[0]
            server = socket.create_connection(("127.0.0.1", port))
            Thread(target=_carry, args=(client, server, 0.001), daemon=True).start()
            Thread(target=_carry, args=(server, client, 0.0), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket, rest: float) -> None:
    with suppress(OSError), source:
        while piece := source.recv(1 << 16):
            target.sendall(piece)
            if len(piece) > 1 << 12:
                time.sleep(rest)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
