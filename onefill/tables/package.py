"""An .xlsx file as a ZIP package: looked at with suspicion, read part by part, written back with parts replaced."""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from lxml import etree

from onefill.tables.errors import Damaged, HasMacros, Locked, OtherKind, OtherWorkbook, TooMuchInside

MOST_MEMBERS = 5_000
#: A sheet formatted to its last row unpacks to this much and is still an honest one; it is read as a stream.
MOST_IN_SHEET = 320 << 20
MOST_IN_PART = 96 << 20

_ZIP_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError, OSError)
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_STRANGERS = (
    ("wordprocessingml", " Word 文档"),
    ("presentationml", "幻灯片"),
)


class Package:
    """The parts of an .xlsx file.

    Raises:
        TableRefused: It is damaged, locked, a bomb, holds macros, or is something else in a ZIP.
    """

    def __init__(self, data: bytes) -> None:
        with _damage():
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        if len(infos) > MOST_MEMBERS:
            raise TooMuchInside()
        if any(info.flag_bits & 1 for info in infos):
            raise Locked()
        self._infos = {info.filename: info for info in infos if not info.is_dir()}
        self.workbook = self._find_workbook()

    def names(self) -> list[str]:
        """Names of all parts, in the order of the file."""
        return list(self._infos)

    def __contains__(self, name: object) -> bool:
        return name in self._infos

    def read(self, name: str, most: int = MOST_IN_PART) -> bytes:
        """A part, unpacked to no more than ``most``: a lying directory is how a bomb gets past a check of sizes."""
        with _damage(), self._zip.open(self._infos[name]) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise TooMuchInside()
        return data

    @contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        """A part to be read little by little; whoever reads it counts."""
        with _damage(), self._zip.open(self._infos[name]) as stream:
            yield stream

    def xml(self, name: str) -> etree._Element:
        """A part as XML."""
        return parse_xml(self.read(name))

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part points to: id -> (kind, name of the part); kinds are the last word of their type."""
        name = relations_name(part)
        if name not in self._infos:
            return {}
        found = {}
        for each in self.xml(name):
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), each.get("Target", "")))
                found[each.get("Id", "")] = (each.get("Type", "").rpartition("/")[2], target.lstrip("/"))
        return found

    def replaced(self, parts: Mapping[str, bytes]) -> bytes:
        """The file with some parts replaced or added, all others as they were."""
        out = io.BytesIO()
        with _damage(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name, info in self._infos.items():
                fresh = zipfile.ZipInfo(name, info.date_time)
                fresh.external_attr = info.external_attr
                target.writestr(
                    fresh, parts[name] if name in parts else self.read(name, MOST_IN_SHEET), zipfile.ZIP_DEFLATED
                )
            for name in sorted(parts.keys() - self._infos.keys()):
                target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), parts[name], zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _find_workbook(self) -> str:
        if "mimetype" in self._infos and b"opendocument.spreadsheet" in self.read("mimetype", 200):
            raise OtherWorkbook(really=".ods")
        if "[Content_Types].xml" not in self._infos:
            raise OtherKind(really="压缩包")
        types = {each.get("ContentType", "") for each in self.xml("[Content_Types].xml")}
        if any("macroenabled" in one.lower() for one in types) or self._ends("vbaproject.bin"):
            raise HasMacros()
        if self._ends("xl/workbook.bin"):
            raise OtherWorkbook(really=".xlsb")
        targets = (name for kind, name in self.relations("").values() if kind == "officeDocument")
        found = next((name for name in targets if name in self._infos), None)
        if found is not None and _WORKBOOK_TYPE in types:
            return found
        for word, really in _STRANGERS:
            if any(word in one for one in types):
                raise OtherKind(really=really)
        raise Damaged()

    def _ends(self, tail: str) -> bool:
        return any(name.lower().endswith(tail) for name in self._infos)


def relations_name(part: str) -> str:
    """Where the relations of a part are kept."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def parse_xml(data: bytes) -> etree._Element:
    """Parse a part without entities, network or document types: no office program writes one."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise Damaged() from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Damaged()
    return root


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except (*_ZIP_DAMAGE, KeyError) as error:
        raise Damaged() from error
    except RuntimeError as error:
        raise Locked() from error  # how zipfile says that a member asks for a password
