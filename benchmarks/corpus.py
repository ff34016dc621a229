"""Try real files of Excel, Word and WPS: ``python -m benchmarks.corpus FOLDER`` says what of them does not stay.

Into each file one tag is put by editing the text of its XML, everything else kept. It is printed, and held against
the same file with the plain value in that place: every other part must be the same byte for byte, the part with the
tag the same meaning for meaning. Files that other programs wrote are left out.
"""

import argparse
import hashlib
import io
import re
import sys
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pypdfium2
from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from onefill.problems import Problem
from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.excel_refs import spread
from onefill.rendering.libreoffice import convert
from tests.packages import packed, parts_of
from tests.rendering.excel_rules import faults
from tests.rendering.word_rules import broken_rules

Parts = dict[str, bytes]
TAG, VALUE = "{{ value }}", "甲 & 乙"
#: Written anew in every workbook: that all is worked out anew, and what lists the parts.
LISTS = {"xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
BODY = "word/document.xml"
_MAIN = {".xlsx": "xl/workbook.xml", ".docx": BODY}
#: How Excel and Word begin a part; no library begins it so.
_OF_MICROSOFT = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<'
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STORIES = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml|docProps/\w+\.xml")
_TEXT = re.compile(r'>[^<>]+<|\b(?:descr|title)="[^"]*"')
_ROW = re.compile(r'<((?:\w+:)?)row\b[^>]*?\br="(\d+)"[^>]*?(?<!/)>.*?</(?:\w+:)?row>', re.DOTALL)
MOST_COLUMNS = 16_384
KEPT, REFUSED, SKIPPED, CHANGED = "kept", "refused", "left out", "CHANGED"


class LeftOut(Exception):
    """A file that says nothing about real workbooks, and why."""


@dataclass(frozen=True)
class Tried:
    """What came of one file."""

    name: str
    writer: str
    result: str
    why: str = ""
    #: As it should be, and as ours printed it.
    files: tuple[bytes, bytes] = (b"", b"")


# -- which files ------------------------------------------------------------------------------------------------


def _writer(parts: Parts, suffix: str) -> str:
    """The program that wrote it, if that is one of those meant: libraries like to call themselves Excel too."""
    told = parts.get("docProps/app.xml", b"").decode(errors="replace")
    found = re.search(r"<(?:\w+:)?Application>([^<]*)", told)
    program = found[1] if found else ""
    if "wps" in program.lower():
        return "WPS"
    if not program.startswith("Microsoft"):
        raise LeftOut(f"written by {program or 'a program that does not say its name'}")
    if "AppVersion" not in told or not parts.get(_MAIN[suffix], b"").startswith(_OF_MICROSOFT):
        raise LeftOut("says Microsoft, but was written by a library")
    return "Excel" if suffix == ".xlsx" else "Word"


def _without_braces(parts: Parts, which: Callable[[str], bool]) -> None:
    """Tags of other engines become plain text."""
    for name in filter(which, list(parts)):
        text = parts[name].decode()
        changed = _TEXT.sub(lambda match: match[0].replace("{", "(").replace("}", ")"), text)
        if changed != text:
            parts[name] = changed.encode()


# -- Excel ------------------------------------------------------------------------------------------------------


def _workbook(parts: Parts) -> tuple[Parts, Parts, str]:
    """The workbook with the tag and with the plain value in a free cell, and the part that has it."""
    _without_braces(parts, lambda name: name.startswith("xl/sharedStrings") or name.startswith("docProps/"))
    for name in [each for each in parts if re.fullmatch(r"xl/worksheets/[^/]+\.xml", each)]:
        xml = parts[name].decode()
        rows = list(_ROW.finditer(xml))
        if not rows:
            continue
        row = rows[len(rows) // 2]
        column = _free_column(etree.fromstring(parts[name]))
        if column > MOST_COLUMNS:
            continue
        prefix, at = row[1], row.end() - len(f"</{row[1]}row>")
        reference = f"{get_column_letter(column)}{row[2]}"
        made = []
        for text in (TAG, VALUE.replace("&", "&amp;")):
            said = f"<{prefix}is><{prefix}t>{text}</{prefix}t></{prefix}is>"
            cell = f'<{prefix}c r="{reference}" t="inlineStr">{said}</{prefix}c>'
            made.append({**parts, name: (xml[:at] + cell + xml[at:]).encode()})
        return made[0], made[1], name
    raise LeftOut("no worksheet with a row that has room")


def _free_column(root: etree._Element) -> int:
    """The column behind all that the sheet has."""
    ends = [range_boundaries(cell.get("r"))[2] for cell in root.iter(f"{_S}c") if cell.get("r")]
    ends += [range_boundaries(merge.get("ref"))[2] for merge in root.iter(f"{_S}mergeCell")]
    return max(ends, default=0) + 2


def _workbook_changed(wanted: Parts, made: Parts, sheet: str) -> Iterator[str]:
    texts = next((name for name in made if name.lower() == "xl/sharedstrings.xml"), "")
    for name in [*wanted, *(each for each in made if each not in wanted)]:
        if name not in made:
            if not name.lower().endswith("calcchain.xml"):  # made anew by whoever opens the file
                yield f"{name} is gone"
        elif name not in wanted:
            if name != texts:
                yield f"{name} is new"
        elif wanted[name] != made[name]:
            yield from _part_changed(name, wanted, made, sheet)
    yield from _broken(faults, wanted, made)


def _part_changed(name: str, wanted: Parts, made: Parts, sheet: str) -> Iterator[str]:
    # What may read the sheet with the tag forgets what it last found there; all else in it must be there.
    if name == sheet or name.startswith("xl/worksheets/"):
        yield from _sheet_changed(wanted, made, name)
    elif name.startswith("xl/charts/") or "pivotCacheDefinition" in name:
        if _unread(wanted[name]) != _unread(made[name]):
            yield f"{name} changed"
    elif name.lower() == "xl/sharedstrings.xml":
        before, now = ([_plain(each) for each in _root(parts[name]).iter(f"{_S}si")] for parts in (wanted, made))
        if now[: len(before)] != before:
            yield f"{name}: texts changed"
    elif name in LISTS:
        left, right = _listed(wanted[name]), _listed(made[name])
        if left - right:
            yield f"{name}: lost {sorted(left - right)[0][:200]}"
    else:
        yield f"{name} is not the same byte for byte"


def _unread(data: bytes) -> str:
    """A chart or a pivot's source without what it last showed."""
    root = _root(data)
    for element in list(root.iter("{*}numCache", "{*}strCache", "{*}multiLvlStrCache")):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    root.attrib.pop("refreshOnLoad", None)
    return _plain(root)


def _listed(data: bytes) -> set[str]:
    """The entries of a list of parts or of the workbook, but for how and in what order to calculate."""
    return {
        _plain(each)
        for each in _root(data).iter(etree.Element)
        if (not len(each) and each.tag != f"{_S}definedNames")
        and "calcPr" not in each.tag
        and "calcChain" not in str(each.attrib)
    }


def _sheet_changed(wanted: Parts, made: Parts, sheet: str) -> Iterator[str]:
    left, right = _root(wanted[sheet]), _root(made[sheet])
    before, now = _cells(left, wanted), _cells(right, made)
    for reference in [*before, *(each for each in now if each not in before)]:
        if before.get(reference) != now.get(reference):
            yield f"{sheet}: {reference} was {before.get(reference)}, is {now.get(reference)}"
            break
    rows = [
        [{key: value for key, value in row.attrib.items() if key != "spans"} for row in root.iter(f"{_S}row")]
        for root in (left, right)
    ]
    if rows[0] != rows[1]:
        yield f"{sheet}: rows changed"
    others = [[each for each in root if each.tag not in (f"{_S}sheetData", f"{_S}dimension")] for root in (left, right)]
    told = [[_plain(each) for each in root] for root in others]
    for one in told[0]:
        if one not in told[1]:
            yield f"{sheet}: lost or changed {one[:240]}"
    for one in told[1]:
        if one not in told[0]:
            yield f"{sheet}: new {one[:240]}"


def _cells(root: etree._Element, parts: Parts) -> dict[str, tuple[Any, ...]]:
    """Look, kind, formula and value of every cell; what a formula came to is worked out anew."""
    texts = next((parts[name] for name in parts if name.lower() == "xl/sharedstrings.xml"), None)
    shared = [] if texts is None else [_plain(each) for each in _root(texts).iter(f"{_S}si")]
    found, masters = {}, dict[str, tuple[str, str]]()
    for cell in root.iter(f"{_S}c"):
        kind, value, formula = cell.get("t", "n"), cell.findtext(f"{_S}v"), cell.find(f"{_S}f")
        said: Any = value
        if kind == "s" and value is not None:
            said, kind = _words(shared[int(value)]), "text"
        elif kind == "inlineStr":
            said, kind = _words("".join(_plain(each) for each in cell.iter(f"{_S}is"))), "text"
        rest = {key: each for key, each in cell.attrib.items() if key not in ("r", "t")}
        if formula is not None:
            found[cell.get("r", "")] = (rest, "formula", _own_formula(formula, cell.get("r", ""), masters))
        else:
            found[cell.get("r", "")] = (rest, kind if said is not None else "", said)
    return found


def _own_formula(formula: etree._Element, place: str, masters: dict[str, tuple[str, str]]) -> str:
    """A formula as its cell has it: of those that share one, each gets its own."""
    number = formula.get("si")
    if formula.get("t") != "shared" or number is None:
        return _plain(formula)
    if formula.text:
        masters[number] = (formula.text, place)
    attributes = {key: value for key, value in formula.attrib.items() if key not in ("t", "si", "ref")}
    own = etree.Element("f", attributes)
    own.text = spread(*masters[number], place) if number in masters else formula.text
    return _plain(own)


def _words(xml: str) -> str:
    """A text without the name of the element around it and without the mark that its spaces stay."""
    return re.sub(r"^<[^>]*>|</[^>]*>$", "", re.sub(r' \S*space="preserve"', "", xml))


# -- Word -------------------------------------------------------------------------------------------------------


def _document(parts: Parts) -> tuple[Parts, Parts, str]:
    """The document with the tag and with the plain value at the end of its last paragraph."""
    _without_braces(parts, lambda name: _STORIES.fullmatch(name) is not None)
    xml = parts.get(BODY, b"").decode()
    at = xml.rfind("</w:p>")
    if at < 0:
        raise LeftOut("no paragraph")
    made = []
    for text in (TAG, VALUE.replace("&", "&amp;")):
        run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
        made.append({**parts, BODY: (xml[:at] + run + xml[at:]).encode()})
    return made[0], made[1], BODY


def _document_changed(wanted: Parts, made: Parts, body: str) -> Iterator[str]:
    for name in [*wanted, *(each for each in made if each not in wanted)]:
        if name not in made:
            yield f"{name} is gone"
        elif name not in wanted:
            yield f"{name} is new"
        elif name != body and wanted[name] != made[name] and not _unhooked(name, wanted):
            yield f"{name} is not the same byte for byte"
    left, right = ([_plain(_like_ours(each)) for each in _body(parts[body])] for parts in (wanted, made))
    for before, now in zip(left, right, strict=False):
        if before != now:
            at = next((n for n, (a, b) in enumerate(zip(before, now, strict=False)) if a != b), 0)
            yield f"{body}: …{before[max(at - 80, 0) : at + 120]} became …{now[max(at - 80, 0) : at + 120]}"
            break
    if len(left) != len(right):
        yield f"{body}: {len(left)} blocks became {len(right)}"
    yield from _broken(broken_rules, wanted, made)


def _unhooked(name: str, wanted: Parts) -> bool:
    """Whether it is only the template that the document was made from, which ours means to drop."""
    return "settings.xml" in name and b"attachedTemplate" in wanted["word/settings.xml"]


def _like_ours(block: etree._Element) -> etree._Element:
    """A block without the numbers of what ours makes unique or leaves to Word, and without needless marks of spaces."""
    for numbered in block.iter("{*}docPr", "{*}bookmarkStart", "{*}bookmarkEnd", "{*}p", "{*}tr"):
        for key in ("id", f"{_W}id", f"{_W14}paraId", f"{_W14}textId"):
            numbered.attrib.pop(key, None)
    etree.strip_tags(block, f"{_W}smartTag")
    for control in block.iter(f"{_W}sdt"):  # what is filled in is not to be put back by Word
        for binding in control.iter(f"{_W}dataBinding") if VALUE in "".join(control.itertext()) else ():
            binding.tag = "gone"
    etree.strip_elements(block, "gone", f"{_W}smartTagPr", with_tail=False)
    for text in block.iter(f"{_W}t"):
        if (text.text or "") == (text.text or "").strip() or text.get(_SPACE) == "default":
            text.attrib.pop(_SPACE, None)
    return block


def _body(data: bytes) -> etree._Element:
    return next(_root(data).iter("{*}body"))


def _broken(rules: Callable[[bytes], list[str]], wanted: Parts, made: Parts) -> Iterator[str]:
    """Rules that the printed file breaks and the file itself did not, wherever in a part."""
    try:
        rules(packed(wanted))
    except (ValueError, LookupError, TypeError):  # the file itself is too odd to be looked at
        return
    before, now = ([re.sub(r"line \d+: ", "", one) for one in rules(packed(parts))] for parts in (wanted, made))
    yield from (f"breaks a rule: {one}" for one in dict.fromkeys(now) if one not in before)


# -- both -------------------------------------------------------------------------------------------------------


def _root(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(remove_blank_text=False, remove_comments=True))


def _plain(element: etree._Element) -> str:
    """An element as text, whatever its prefixes and the order of its attributes."""
    attributes = "".join(f' {key}="{value}"' for key, value in sorted(element.attrib.items()))
    inside = "".join(_plain(each) + (each.tail or "" if (each.tail or "").strip() else "") for each in element)
    own = element.text or "" if not len(element) or (element.text or "").strip() else ""
    return f"<{etree.QName(element).localname}{attributes}>{own}{inside}</{etree.QName(element).localname}>"


def tried(path: Path) -> Tried:
    """Print one file with a tag in it and look at what has changed."""
    suffix, writer = path.suffix.lower(), ""
    try:
        parts = {name: data for name, data in parts_of(path.read_bytes()).items() if not name.endswith("/")}
        writer = _writer(parts, suffix)
        template, plain, part = _workbook(parts) if suffix == ".xlsx" else _document(parts)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, ValueError, etree.XMLSyntaxError, LeftOut) as error:
        return Tried(path.name, writer, SKIPPED, f"{'' if isinstance(error, LeftOut) else 'damaged: '}{error}")
    try:
        data = compile_template(packed(template), path.name).render({"value": VALUE})
        still = compile_template(packed(parts), path.name).render({})
    except TemplateBroken as error:
        return Tried(path.name, writer, REFUSED, error.problems[0].what)
    wanted, made = packed(plain), parts_of(data)
    changed = list((_workbook_changed if suffix == ".xlsx" else _document_changed)(plain, made, part))
    untouched = parts_of(still)
    if suffix == ".xlsx":
        changed += [f"without a tag {name} changed" for name in parts if _touched(name, parts, untouched)]
        changed += _unread_by_openpyxl(wanted, data)
    else:
        changed += [f"without a tag {one}" for one in _document_changed(parts, untouched, BODY)]
    result = CHANGED if changed else KEPT
    return Tried(path.name, writer, result, "; ".join(changed), (wanted, data))


def _touched(name: str, before: Parts, now: Parts) -> bool:
    """Whether a part of a workbook without tags is not the same byte for byte, or not there any more."""
    return now.get(name) != before[name] and not (name in LISTS or name.lower().endswith("calcchain.xml"))


def _unread_by_openpyxl(wanted: bytes, made: bytes) -> Iterator[str]:
    """Whether openpyxl opens what it opened before."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            load_workbook(io.BytesIO(wanted))
        except Exception:  # openpyxl cannot read what the program wrote, whoever prints it
            return
        try:
            load_workbook(io.BytesIO(made))
        except Exception as error:  # whatever it raises is the finding
            yield f"openpyxl does not open it: {error}"


def printed_otherwise(found: Sequence[Tried]) -> Iterator[str]:
    """Of some files, those that LibreOffice prints with other words or on other pages than with the plain value."""
    files = {}
    for number, one in enumerate(found):
        suffix = PurePosixPath(one.name).suffix.lower()
        files |= {f"{number}a{suffix}": one.files[0], f"{number}b{suffix}": one.files[1]}
    made = convert(files)
    for number, one in enumerate(found):
        suffix = PurePosixPath(one.name).suffix.lower()
        wanted, ours = made[f"{number}a{suffix}"], made[f"{number}b{suffix}"]
        if isinstance(wanted, Problem) or isinstance(ours, Problem):
            if isinstance(wanted, Problem) != isinstance(ours, Problem):
                yield f"{one.name}: only one of the two can be converted"
        elif _pages(wanted) != _pages(ours):
            yield f"{one.name}: printed otherwise"


def _pages(pdf: bytes) -> list[str]:
    """The texts of the pages, whatever the file is called that a head or foot names."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [re.sub(r"\d{4}(?=\.(?:xlsx|docx))", "", page.get_textpage().get_text_bounded()) for page in document]


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--print", type=int, default=0, metavar="N", help="convert N of each kind by LibreOffice too")
    options.add_argument("--all", action="store_true", help="tell the files that were kept or left out as well")
    chosen = options.parse_args()
    paths = {  # the same file under many names is tried once
        hashlib.sha256(path.read_bytes()).digest(): path
        for path in sorted(chosen.folder.rglob("*"))
        if path.suffix.lower() in (".xlsx", ".docx")
    }
    found = []
    for path in paths.values():
        found.append(tried(path))
        if chosen.all or found[-1].result == CHANGED:
            print(f"{found[-1].result}: {found[-1].name}: {found[-1].why}", flush=True)
    _tell(found)
    otherwise = list(_sampled(found, chosen.print)) if chosen.print else []
    print("\n".join(otherwise))
    return 1 if otherwise or any(one.result == CHANGED for one in found) else 0


def _sampled(found: Sequence[Tried], count: int) -> Iterator[str]:
    for writer in ("Excel", "WPS", "Word"):
        kept = [one for one in found if one.writer == writer and one.result == KEPT]
        some = kept[:: max(len(kept) // count, 1)][:count]
        otherwise = list(printed_otherwise(some))
        print(f"{writer}: {len(some)} converted by LibreOffice, {len(otherwise)} printed otherwise")
        yield from otherwise


def _tell(found: Sequence[Tried]) -> None:
    counts = Counter((one.writer, PurePosixPath(one.name).suffix.lower(), one.result) for one in found)
    print("\n| written by | files | tried | kept | changed | refused |\n| --- | --- | ---: | ---: | ---: | ---: |")
    for writer, suffix in sorted({(writer, suffix) for writer, suffix, _ in counts if writer}):
        kept, changed, refused = (counts[writer, suffix, result] for result in (KEPT, CHANGED, REFUSED))
        print(f"| {writer} | {suffix} | {kept + changed + refused} | {kept} | {changed} | {refused} |")
    for result in (REFUSED, SKIPPED):
        reasons = Counter(re.sub("“[^”]*”", "“…”", one.why) for one in found if one.result == result)
        print(f"\n{result}:")
        for why, count in reasons.most_common():
            print(f"  {count} {why[:160]}")


if __name__ == "__main__":
    sys.exit(main())
