"""Office files as ZIP packages: opened with suspicion, written byte for byte the same every time."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import PurePosixPath
from typing import Literal

from lxml import etree

from onefill.problems import Problem, TemplatePlace
from onefill.rendering.errors import TemplateBroken, refuse

Kind = Literal["docx", "xlsx"]

#: More than any honest form needs; a bomb is refused before it is unpacked.
MOST_MEMBERS = 5_000
MOST_IN_MEMBER = 64 * 1024 * 1024
MOST_IN_ALL = 256 * 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAIN = "application/vnd.openxmlformats-officedocument."
_KINDS: dict[str, Kind] = {
    _MAIN + "wordprocessingml.document.main+xml": "docx",
    _MAIN + "spreadsheetml.sheet.main+xml": "xlsx",
}
#: Parts are found whatever their case, and by no other sign between folders than ``/``.
_ODD_NAME = re.compile(r"[\\:\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STEPS = frozenset({"", ".", ".."})
_XML = (".xml", ".rels")
#: Parts that are only copied are not read, so the declaration is looked for in the ways it can be written.
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
TYPES_PART = "[Content_Types].xml"
_BODY_KINDS = ("officeDocument",)
_STORY_NAMES = {"header": "header", "footer": "footer", "footnotes": "footnotes", "endnotes": "endnotes"}
_SAVE_AS = "请在 Word、WPS 或 Excel 里另存为 .docx 或 .xlsx，再放回来"
_REPAIR = f"{_SAVE_AS}；打不开或提示修复的，先让它修复再另存，还不行就换回上一份好的文件"


@dataclass(frozen=True)
class Package:
    """The members of an office file, in their order, and what kind it is."""

    kind: Kind
    members: Mapping[str, bytes]


def open_package(data: bytes, template: str) -> Package:
    """Read all members of an office file, or say why it cannot be used.

    Args:
        data: The file.
        template: Its name, for messages; a suffix that contradicts the content is refused.

    Raises:
        TemplateBroken: Not a ZIP, damaged, too large, encrypted, with macros, or neither docx nor xlsx.
    """
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise refuse(template, "TEMPLATE_ENCRYPTED", "文件加了密码，打不开", "请去掉打开密码再放回来")
        raise refuse(template, "TEMPLATE_OLD", "这是旧格式（.doc 或 .xls）", _SAVE_AS)
    members = _unpacked(data, template)
    kind = _kind(members, template)
    suffix = PurePosixPath(template).suffix.lower()
    if suffix and suffix != f".{kind}":
        raise refuse(
            template,
            "TEMPLATE_RENAMED",
            f"文件名以 {suffix} 结尾，内容却是 .{kind}",
            "请改回原来的扩展名，或换成正确的文件",
        )
    return Package(kind, _usually_named(members) if kind == "docx" else members)


def _unpacked(data: bytes, template: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _check_sizes(infos, template)
            members: dict[str, bytes] = {}
            seen: set[str] = set()
            for info in infos:
                _check_name(info.filename, seen, template)
                seen.add(info.filename.lower())
                members[info.filename] = _member(archive, info, template)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        struct.error,
        ValueError,
    ) as exc:
        raise refuse(template, "TEMPLATE_DAMAGED", "文件已损坏，或者不是 Word、Excel 文件", _REPAIR) from exc
    return members


def _check_sizes(infos: list[zipfile.ZipInfo], template: str) -> None:
    sizes = [info.file_size for info in infos]
    if len(sizes) > MOST_MEMBERS or max(sizes, default=0) > MOST_IN_MEMBER or sum(sizes) > MOST_IN_ALL:
        raise _too_large(template)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, template: str) -> bytes:
    """Unpack no more than the directory promised: a lying directory is how a bomb gets past the check."""
    with archive.open(info) as stream:
        data = stream.read(info.file_size + 1)
    if len(data) > info.file_size:
        raise _too_large(template)
    return data


def _too_large(template: str) -> TemplateBroken:
    return refuse(
        template, "TEMPLATE_TOO_LARGE", "文件解开以后太大，不像一份表格", "请删去里面的大图片，或换成正确的文件"
    )


def _check_name(name: str, seen: set[str], template: str) -> None:
    """Refuse what leads out of the file, or is another part for one program than for the next."""
    if name.lower() in seen or _ODD_NAME.search(name) or not _STEPS.isdisjoint(name.split("/")):
        raise refuse(template, "TEMPLATE_DAMAGED", "文件里的目录不正常，可能被人动过", _REPAIR)


def _kind(members: Mapping[str, bytes], template: str) -> Kind:
    try:
        root = parse_xml(members[TYPES_PART])
    except (KeyError, *XML_FAULTS) as exc:
        raise refuse(template, "TEMPLATE_NOT_OFFICE", "不是 Word 或 Excel 文件", _SAVE_AS) from exc
    types = {override.get("ContentType", "") for override in root}
    macros = any("macroenabled" in found.lower() for found in types)
    if macros or any(name.lower().endswith("vbaproject.bin") for name in members):
        raise refuse(template, "TEMPLATE_MACROS", "文件里有宏，不能用作模板", _SAVE_AS + "（不带宏）")
    for content_type, kind in _KINDS.items():
        if content_type in types:
            return kind
    raise refuse(template, "TEMPLATE_NOT_OFFICE", "不是 Word 文档或 Excel 工作簿", _SAVE_AS)


def _usually_named(members: dict[str, bytes]) -> dict[str, bytes]:
    """Body, heads, feet and notes by the names that Word on a PC gives; Word for the web says ``document2.xml``."""
    try:
        body = next(_led_to(members, "_rels/.rels", "", _BODY_KINDS), "")
        names = {body: "word/document.xml"} if body and "word/document.xml" not in members else {}
        for kind, usual in _STORY_NAMES.items():
            found = list(_led_to(members, f"word/_rels/{body.removeprefix('word/')}.rels", "word/", (kind,)))
            free = (f"word/{usual}{number}.xml" for number in count(1) if f"word/{usual}{number}.xml" not in members)
            names |= {part: next(free) for part in found if not re.fullmatch(rf"word/{usual}\d*\.xml", part)}
    except XML_FAULTS:
        return members  # told where it is read
    names = {part: name for part, name in names.items() if re.fullmatch(r"word/[^/]+", part)}
    if not names:
        return members
    names |= {_beside(part): _beside(name) for part, name in names.items()}
    renamed = {names.get(part, part): data for part, data in members.items()}
    for part, name in names.items():
        for leading in (TYPES_PART, "_rels/.rels", _beside("word/document.xml")):
            renamed[leading] = _leading(renamed.get(leading, b""), part, name)
    return renamed


def _led_to(members: Mapping[str, bytes], relations: str, folder: str, kinds: Iterable[str]) -> Iterator[str]:
    """The parts of some kinds that relations lead to."""
    if relations in members:
        for each in parse_xml(members[relations]).iterchildren(etree.Element):
            target = each.get("Target", "")
            part = target[1:] if target.startswith("/") else folder + target
            if each.get("Type", "").rpartition("/")[2] in kinds and part in members:
                yield part


def _leading(data: bytes, part: str, name: str) -> bytes:
    """A list of parts or relations that names one otherwise."""
    for old, new in ((part, name), (part.rpartition("/")[2], name.rpartition("/")[2])):
        for quote in (b'"', b"'"):
            for slash in (b"/", b""):
                data = data.replace(quote + slash + old.encode() + quote, quote + slash + new.encode() + quote)
    return data


def _beside(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


class DocumentTypeRefused(ValueError):
    """XML with a document type: no office program writes one, so somebody means harm."""


#: What ``parse_xml`` may raise.
XML_FAULTS = (etree.XMLSyntaxError, DocumentTypeRefused)


def parse_xml(data: bytes) -> etree._Element:
    """Parse a part without entities, network or document types."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentTypeRefused("an office file declares no document type")
    return root


@dataclass(frozen=True)
class Packed:
    """A member as it lies in the archive: deflated once, written many times."""

    crc: int
    size: int
    deflated: bytes


def damaged_parts(members: Mapping[str, bytes], template: str, *, known: Container[str] = ()) -> Iterator[Problem]:
    """Parts that would be handed on though no program can read them, or that declare what no office program declares.

    Args:
        members: The file's.
        template: What it is called.
        known: Parts whose faults are told by whoever reads them.
    """
    for name, data in members.items():
        if name in known or not name.endswith(_XML):
            continue
        what = ""
        if any(sign in data for sign in _DOCTYPES):
            what = "夹带了不该有的声明，可能被人动过"
        else:
            try:
                parse_xml(data)
            except XML_FAULTS:
                what = "已损坏"
        if what:
            place = TemplatePlace(template, name, "")
            yield Problem(place=place, code="TEMPLATE_DAMAGED", what=f"文件的这一部分{what}", remedy=_REPAIR)


def pack(data: bytes, level: int = 6) -> Packed:
    """Deflate a member, harder the higher the level (1 to 9)."""
    squeeze = zlib.compressobj(level, zlib.DEFLATED, -15)
    return Packed(zlib.crc32(data), len(data), squeeze.compress(data) + squeeze.flush())


def write_package(members: Iterable[tuple[str, Packed]]) -> bytes:
    """Write a ZIP whose bytes depend on nothing but its members: no clock, no machine."""
    out = io.BytesIO()
    directory = []
    count = 0
    for name, packed in members:
        raw = name.encode()
        # version 2.0, UTF-8 names, deflate, 1980-01-01 00:00
        head = struct.pack(
            "<HHHHHIIIHH", 20, 0x800, 8, 0, 0x21, packed.crc, len(packed.deflated), packed.size, len(raw), 0
        )
        directory.append(b"PK\x01\x02\x14\x00" + head + struct.pack("<HHHII", 0, 0, 0, 0, out.tell()) + raw)
        out.write(b"PK\x03\x04" + head + raw + packed.deflated)
        count += 1
    start = out.tell()
    listing = b"".join(directory)
    out.write(listing)
    out.write(struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(listing), start, 0))
    return out.getvalue()
