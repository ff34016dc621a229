"""What a file is, by its first bytes: names lie."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from onefill.materials.errors import Empty, InDisguise, OtherKind
from onefill.materials.model import Kind, Source

_BEGINNING, _END = 64 << 10, 64 << 10
#: Bytes before the heading of a PDF that its readers put up with.
_BEFORE_PDF = 1024
_SUFFIXES = (".pdf", ".jpg", ".jpeg", ".png")

_PRINT = "打开以后打印成 PDF 再传"
_AS_PDF = "用 WPS 打开，存成 PDF 再传"
_AS_JPG = "存成 JPG 再传"
_UNPACK = "先解压，再传里面的文件"
_REGISTER = "视频不在这里传，只登记文件名、大小和 SHA-256"
_SCAN = "换成扫描件再传"


class Other(NamedTuple):
    """A kind that is not taken: its name in a sentence, and what to do instead."""

    name: str
    way: str


_PROGRAM, _ARCHIVE, _VIDEO = Other("程序", _SCAN), Other("压缩包", _UNPACK), Other("视频", _REGISTER)
_SOUND, _UNKNOWN = Other("录音", _SCAN), Other("认不出的文件", _SCAN)
_SIGNS: tuple[tuple[bytes, Other], ...] = (
    (b"MZ", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"L\0\0\0\x01\x14\x02\0", Other("快捷方式", "找到它指的文件再传")),
    (b"II*\0", Other(" TIFF 图片", "存成 PDF 或 JPG 再传")),
    (b"MM\0*", Other(" TIFF 图片", "存成 PDF 或 JPG 再传")),
    (b"GIF8", Other(" GIF 图片", _AS_JPG)),
    (b"BM", Other(" BMP 图片", _AS_JPG)),
    (b"\0\0\0\x0cjP  ", Other(" JPEG 2000 图片", _AS_JPG)),
    (b"8BPS", Other(" Photoshop 图片", _AS_JPG)),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"{\\rtf", Other(" Word 文档", _AS_PDF)),
    (b"\x1aE\xdf\xa3", _VIDEO),
    (b"FLV\x01", _VIDEO),
    (b"0&\xb2u\x8ef\xcf\x11", _VIDEO),
    (b"\0\0\x01\xba", _VIDEO),
    (b"ID3", _SOUND),
    (b"#!AMR", _SOUND),
)
_RIFF = {b"WEBP": Other(" WebP 图片", _AS_JPG), b"AVI ": _VIDEO, b"WAVE": _SOUND}
_HEIC = Other("手机的 HEIC 照片", "在手机里改存为 JPG 再传")
#: What the box at the beginning of pictures of phones, and of videos, says it is.
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), _HEIC),
    **dict.fromkeys((b"avif", b"avis"), Other(" AVIF 图片", _AS_JPG)),
    **dict.fromkeys((b"M4A ", b"M4B "), _SOUND),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", Other("有密码的 Office 文档", "去掉密码，存成 PDF 再传")),
    ("WordDocument", Other(" Word 文档", _AS_PDF)),
    ("Workbook", Other(" Excel 表格", _AS_PDF)),
    ("PowerPoint Document", Other(" PPT 文稿", _AS_PDF)),
)
_ZIP_PARTS = (
    (b"word/", Other(" Word 文档", _AS_PDF)),
    (b"xl/", Other(" Excel 表格", _AS_PDF)),
    (b"ppt/", Other(" PPT 文稿", _AS_PDF)),
    (b"OFD.xml", Other(" OFD 文件", "用 OFD 阅读器或 WPS 打开，导出为 PDF 再传")),
    (b"mimetypeapplication/vnd.oasis", Other("文档", _AS_PDF)),
    (b"AndroidManifest.xml", _PROGRAM),
)
_MARKUP = re.compile(rb"\s*(?:<!--.*?-->\s*)*<\s*(?:\?xml|!doctype|[a-z][a-z0-9]*)[\s>/?]", re.DOTALL | re.IGNORECASE)


def kind_of(source: Source, filename: str, taken: Sequence[Kind]) -> Kind:
    """What the file is.

    Raises:
        MaterialRefused: Nothing that is taken; says what it is instead.
        OSError: It cannot be read.
    """
    head, tail = _ends(source)
    if not head:
        raise Empty()
    found = _known(head, tail)
    kinds = "、".join(kind.upper() for kind in taken)
    if not isinstance(found, Other):
        if found in taken:
            return found
        raise OtherKind(really=f" {found.upper()} 文件", kinds=kinds, way=f"换成 {kinds} 再传")
    suffix = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if suffix in _SUFFIXES and found is not _UNKNOWN:
        raise InDisguise(really=found.name, suffix=suffix, way=found.way)
    raise OtherKind(really=found.name, kinds=kinds, way=found.way)


def _known(head: bytes, tail: bytes) -> Kind | Other:
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    other = _other(head, tail)
    if other is not None:
        return other
    if b"%PDF-" in head[:_BEFORE_PDF]:
        return "pdf"
    return _text(head)


def _other(head: bytes, tail: bytes) -> Other | None:
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _VIDEO)
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], _UNKNOWN)
    if head.startswith(_OLE):
        both = head + tail
        named = (kind for stream, kind in _OLE_STREAMS if stream.encode("utf-16-le") in both)
        return next(named, Other("别的程序的文件", _PRINT))
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return next((kind for part, kind in _ZIP_PARTS if part in head or part in tail), _ARCHIVE)
    # two letters may begin a text as well; then no zero byte follows
    return next((kind for sign, kind in _SIGNS if head.startswith(sign) and (len(sign) > 2 or b"\0" in head)), None)


def _text(head: bytes) -> Other:
    if head.startswith(b"#!"):
        return _PROGRAM
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return Other("网页", _PRINT)
    return _UNKNOWN if b"\0" in head else Other("文字文件", _PRINT)


def _ends(source: Source) -> tuple[bytes, bytes]:
    if isinstance(source, bytes):
        return source[:_BEGINNING], source[-_END:]
    with source.open("rb") as file:
        head = file.read(_BEGINNING)
        file.seek(max(0, source.stat().st_size - _END))
        return head, file.read(_END)
