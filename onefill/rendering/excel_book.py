"""The parts of an Excel file and how they hang together; what reaches outside the file is refused."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from onefill.problems import Problem, TemplatePlace
from onefill.rendering.errors import TemplateBroken, file_problem, refuse
from onefill.rendering.excel_styles import MAIN
from onefill.rendering.package import XML_FAULTS, damaged_parts, parse_xml
from onefill.rendering.word_additions import TYPES

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = "http://purl.oclc.org/ooxml/"
_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
#: Excel's own drawings of old are not always XML.
_DRAWN = ".vml"
_SAVE_AGAIN = "请用 Excel 或 WPS 打开（提示修复就让它修复），另存为 .xlsx 再放回来；打不开就换回上一份好的文件"


@dataclass(frozen=True)
class Relation:
    """A relation of a part: its id, the last word of its type, and the part it leads to."""

    id: str
    kind: str
    target: str
    external: bool = False


@dataclass(frozen=True)
class SheetPart:
    """A sheet of the workbook."""

    title: str
    #: Empty when the workbook names a part that is not there.
    part: str
    #: Whether it has cells; sheets that are only a chart have none.
    has_cells: bool


class Book:
    """The members of an Excel file, the workbook and its sheets."""

    def __init__(self, members: Mapping[str, bytes], template: str) -> None:
        """Find the workbook and its sheets.

        Raises:
            TemplateBroken: They cannot be found, or the file reaches for others.
        """
        self.members = members
        self.template = template
        # Whoever writes “SharedStrings.xml” may call it “sharedStrings.xml” in the relation that leads there.
        self._spelt = {name.lower(): name for name in members}
        self.types = self.parsed(TYPES)
        self.name = next((each.target for each in self.relations("") if each.kind == "officeDocument"), "")
        if self.name not in members:
            raise self.damaged()
        self.root = self.parsed(self.name)
        if self.root.tag != f"{MAIN}workbook":
            if etree.QName(self.root).namespace and _STRICT in (etree.QName(self.root).namespace or ""):
                what = "文件是“严格开放 XML”格式，很多软件打不开"
                raise refuse(template, "TEMPLATE_STRICT", what, "请另存为普通的“Excel 工作簿（.xlsx）”")
            raise self.damaged()
        self._refuse_outside()
        self.sheets = list(self._sheets())
        if not any(sheet.has_cells for sheet in self.sheets):
            raise self.damaged()

    def damaged(self, title: str = "", spot: str = "") -> TemplateBroken:
        """The error for a file that cannot be read: the sheet at fault, and the cell, where they are known."""
        what = f"{'这一处' if spot else '这张工作表' if title else '工作簿'}已损坏，读不出来"
        place = TemplatePlace(self.template, title, spot)
        problem = Problem(place=place, code="TEMPLATE_DAMAGED", what=what, remedy=_SAVE_AGAIN)
        return TemplateBroken(template=self.template, problems=[problem])

    def parsed(self, part: str, title: str = "") -> etree._Element:
        """The root of a part.

        Args:
            part: Its name.
            title: What the sheet is called that it is.

        Raises:
            TemplateBroken: It is missing or no XML.
        """
        try:
            return parse_xml(self.members[part])
        except (KeyError, *XML_FAULTS) as exc:
            raise self.damaged(title) from exc

    def relations(self, part: str) -> list[Relation]:
        """The relations of a part; of the whole file for an empty name."""
        member = self._as_spelt(relations_of(part))
        if member not in self.members:
            return []
        folder = posixpath.dirname(part)
        return [
            Relation(
                each.get("Id", ""),
                each.get("Type", "").rpartition("/")[2],
                self._as_spelt(posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")),
                each.get("TargetMode") == "External",
            )
            for each in self.parsed(member).iterchildren(etree.Element)
        ]

    def _as_spelt(self, part: str) -> str:
        """The name of a part as the file has it."""
        return self._spelt.get(part.lower(), part)

    def parts(self, part: str, kind: str) -> list[str]:
        """The parts of a kind that a part leads to."""
        return [each.target for each in self.relations(part) if each.kind == kind and each.target in self.members]

    def related(self, kind: str) -> str:
        """The first part of a kind that the workbook leads to, or nothing."""
        return next(iter(self.parts(self.name, kind)), "")

    def content_type(self, part: str) -> str:
        """What kind of content a part says it has."""
        for override in self.types.iter(f"{_TYPE}Override"):
            if self._as_spelt(override.get("PartName", "").lstrip("/")) == part:
                return override.get("ContentType", "")
        return ""

    def _sheets(self) -> Iterator[SheetPart]:
        targets = {each.id: each for each in self.relations(self.name)}
        for sheet in self.root.iterfind(f"{MAIN}sheets/{MAIN}sheet"):
            found = targets.get(sheet.get(f"{R}id", ""))
            if found is None or found.target not in self.members:
                raise self.damaged()
            yield SheetPart(sheet.get("name", ""), found.target, found.kind == "worksheet")

    def _refuse_outside(self) -> None:
        """Links that a click opens may lead anywhere; nothing else may leave the file.

        Raises:
            TemplateBroken: With everything that reaches outside.
        """
        problems = list(damaged_parts(self.members, self.template))
        problems += [fault for name in self.members for fault in self._outside(name)]
        if problems:
            raise TemplateBroken(template=self.template, problems=problems)

    def _outside(self, name: str) -> Iterator[Problem]:
        path = PurePosixPath(name)
        if path.suffix == _DRAWN and b"<!DOCTYPE" in self.members[name]:
            yield file_problem(self.template, "TEMPLATE_DAMAGED", "文件里夹带了不该有的声明，可能被人动过", _SAVE_AGAIN)
        elif name.endswith(".rels") and path.parent.name == "_rels" and "externalLinks" not in name:
            part = posixpath.normpath(path.parent.parent / path.name.removesuffix(".rels")).removeprefix(".")
            for relation in self.relations(part):
                if relation.external and relation.kind != "hyperlink":
                    yield self._reaching(f"引用了别的文件（{PurePosixPath(relation.target).name}）", "断开链接")
        elif path.match("xl/externalLinks/*.xml"):
            yield self._reaching("引用了别的工作簿", "在“数据”里点“编辑链接”，断开链接")
        elif name == "xl/connections.xml":
            yield self._reaching("连着外面的数据", "在“数据”里删去连接")
        elif "xl/macrosheets" in name.lower():
            yield self._reaching("有宏表", "删去宏表")

    def _reaching(self, what: str, how: str) -> Problem:
        return file_problem(self.template, "TEMPLATE_OUTSIDE", f"文件{what}", f"请{how}，再另存一份")


def relations_of(part: str) -> str:
    """The member that holds the relations of a part."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")
