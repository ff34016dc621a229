"""File names that every file system takes, and ZIP archives with Chinese names."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath

LONGEST = 80
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
#: Letters that are not seen, or turn the order of those that are.
UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
#: ZIP files know no earlier day; a fixed one makes equal papers equal archives.
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def file_name(text: str) -> str:
    """Text as a file name without suffix, for Windows as for Linux: never empty, never a path."""
    name = unicodedata.normalize("NFC", FORBIDDEN.sub(" ", text))
    name = " ".join(name.split())[:LONGEST].strip(" .")
    return f"_{name}" if RESERVED.match(name) else name or "未命名"


def name_of(said: str, instead: str) -> str:
    """What a person's file is called, for showing: no folder, nothing unseen, its end kept when it is too long."""
    return UNSEEN.sub("", PurePosixPath(said.replace("\\", "/")).name)[-120:] or instead


def zipped(entries: Sequence[tuple[str, bytes]]) -> bytes:
    """A ZIP archive; a name that comes twice gets a number."""
    target = io.BytesIO()
    used: set[str] = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(unused(name, used), FIRST_DAY), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unused(name: str, used: set[str]) -> str:
    """The name, with a number before its suffix if it has come before; folders before it are no part of it."""
    path = PurePosixPath(name)
    number, candidate = 1, name
    while candidate in used:
        number += 1
        candidate = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
    used.add(candidate)
    return candidate
