"""Bytes that come piece by piece, read as a file."""

from collections.abc import Generator, Iterator
from io import BufferedReader, RawIOBase
from typing import IO, Any, BinaryIO

from typing_extensions import override


def file_of(pieces: Generator[bytes]) -> BinaryIO:
    """Pieces as a file to be read once; no more than one is held, and what goes wrong in them comes from ``read``."""
    return BufferedReader(_Pieces(pieces))


class _Pieces(RawIOBase):
    def __init__(self, pieces: Generator[bytes]) -> None:
        self._pieces = pieces
        self._held = memoryview(b"")

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int:
        while not self._held and (piece := next(self._pieces, None)) is not None:
            self._held = memoryview(piece)
        data, self._held = self._held[: len(buffer)], self._held[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)

    @override
    def close(self) -> None:
        self._pieces.close()
        super().close()


def pieces_of(file: IO[bytes], size: int) -> Iterator[bytes]:
    """A file from where it stands to its end, piece by piece."""
    while piece := file.read(size):
        yield piece
