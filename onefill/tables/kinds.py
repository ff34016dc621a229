"""What a file is, by its first bytes: names lie."""

import re
from pathlib import PurePosixPath
from typing import Literal

from onefill.tables.errors import Empty, InDisguise, Locked, OtherKind

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNS = (
    (b"%PDF", " PDF"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\0", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", " RTF 文档"),
    (b"MZ", "程序"),
    (b"SQLite format", "数据库"),
)
_MARKUP = re.compile(rb"\s*(?:<!--.*?-->\s*)*<\s*(\?xml|!doctype|[a-z][a-z0-9]*)[\s>/?]", re.DOTALL | re.IGNORECASE)
_MULTIPART = re.compile(rb"\s*mime-version\s*:", re.IGNORECASE)
_TABLE_SUFFIXES = (".xls", ".xlsx", ".csv", ".et", ".xlt")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(data: bytes, filename: str) -> Literal["xlsx", "xls", "csv"]:
    """What the file is.

    Raises:
        TableRefused: None of the three; says what it is instead.
    """
    if not data.strip(b" \t\r\n\0"):
        raise Empty()
    if data.startswith(b"PK"):
        return "xlsx"
    if data.startswith(_OLE):
        return _compound(data)
    if data[:2] in (b"\x09\x08", b"\x09\x04", b"\x09\x02") or data[:2] == b"\x09\x00":
        return "xls"  # a bare stream, as very old programs wrote it
    for sign, really in _SIGNS:
        if data.startswith(sign) and (len(sign) > 2 or b"\0" in data[:200]):
            raise OtherKind(really=really)
    _refuse_markup(data, filename)
    return "csv"


def _compound(data: bytes) -> Literal["xls"]:
    """An OLE file: the names of its streams stand in its directory in UTF-16."""
    if _named(data, "EncryptedPackage"):
        raise Locked()
    if _named(data, "Workbook") or _named(data, "Book"):
        return "xls"
    raise OtherKind(really="旧格式的 Word 文档" if _named(data, "WordDocument") else "别的程序的文件")


def _named(data: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") + b"\0\0" in data


def _refuse_markup(data: bytes, filename: str) -> None:
    head = data[:4096]
    if head.startswith(_BOMS[1:]) or b"\0" in head[:200]:
        head = head.replace(b"\xff\xfe", b"").replace(b"\xfe\xff", b"").replace(b"\0", b"")
    head = head.removeprefix(_BOMS[0])
    found = _MARKUP.match(head)
    if found is None and not _MULTIPART.match(head):
        return
    xml = found is not None and found[1].lower() == b"?xml" and b"<html" not in head.lower()
    really = " XML 文件" if xml else "网页"
    suffix = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if suffix in _TABLE_SUFFIXES:
        raise InDisguise(really=really, suffix=suffix)
    raise OtherKind(really=really)
