"""Print docxtpl's own examples by docxtpl and by ours, and compare: ``python -m benchmarks.docxtpl_examples FOLDER``.

The folder is ``tests`` of a checkout of docxtpl. Each script in it runs as it stands, on a copy; whenever it renders
a template, ours prints the same template with the same values, and what both printed is compared.
"""

import argparse
import contextlib
import io
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import combinations
from pathlib import Path
from typing import Any

import docxtpl
from lxml import etree

from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.word_values import Holder, Picture, WordValue, in_order
from tests.packages import packed, parts_of
from tests.rendering.word_rules import broken_rules
from tests.rendering.word_structure import structure

Found = Any
REQUIREMENTS = Path(__file__).with_suffix(".txt")
EQUAL, BY_RULE, NOT, DIFFERS = "equal", "equal but for", "not comparable", "DIFFERS"
NO_EXAMPLES = {"__init__.py", "runtests.py"}
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_UNKNOWN = re.compile("没有“(.+?)”这个名字")


# -- what ours means to do otherwise, and what it takes away from both files to compare the rest --------------------


def _without_looks(found: Found) -> Found:
    """Paragraphs as their style and text: docxtpl takes the looks from the text around rich text and pictures."""
    return _paragraphs(found, lambda style, pieces: [style, "".join(text for text, _ in pieces)])


def _without_hidden(found: Found) -> Found:
    """Cells that a merge hides, without what they hold."""
    if isinstance(found, dict) and "vMerge" in found and found["vMerge"] != "restart":
        return {**found, "blocks": []}
    return _inside(found, _without_hidden)


def _without_breaks(found: Found) -> Found:
    """Paragraphs that hold nothing dropped, breaks of lines, pages and paragraphs alike."""
    if isinstance(found, list) and any(_is_paragraph(each) for each in found):
        texts = [each for each in found if not _is_paragraph(each)]
        words = " ".join("".join(text for text, _ in each[1:]) for each in found if _is_paragraph(each))
        return ["".join(words.split()), *(_inside(each, _without_breaks) for each in texts)]
    return _inside(found, _without_breaks)


RULES: Mapping[str, Callable[[Found], Found]] = {
    "text around rich text and pictures keeps its looks": _without_looks,
    "cells that a merge hides hold no text": _without_hidden,
    "control characters in values and rich text leave no further paragraphs": _without_breaks,
}


def _is_paragraph(found: Found) -> bool:
    return isinstance(found, list) and bool(found) and (found[0] is None or isinstance(found[0], str))


def _paragraphs(found: Found, change: Callable[[Any, list[Any]], Found]) -> Found:
    if _is_paragraph(found):
        return change(found[0], found[1:])
    return _inside(found, lambda each: _paragraphs(each, change))


def _inside(found: Found, change: Callable[[Found], Found]) -> Found:
    if isinstance(found, dict):
        return {key: change(each) for key, each in found.items()}
    return [change(each) for each in found] if isinstance(found, list) else found


# -- one rendering ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What came of one rendering of a script."""

    script: str
    template: str
    result: str
    why: str = ""


@dataclass(frozen=True)
class _Linked(WordValue):
    """Rich text of docxtpl whose links, which lie in the file of its template, are told to ours by address."""

    xml: str
    addresses: Mapping[str, str]

    def word(self, holder: Holder) -> str:
        def own(match: re.Match[str]) -> str:
            return f'r:id="{holder.relation(_LINKS, self.addresses[match[1]], external=True)}"'

        xml = re.sub("<w:rPr>(.*?)</w:rPr>", lambda match: f"<w:rPr>{in_order(match[1])}</w:rPr>", self.xml)
        return re.sub(r'r:id="([^"]+)"', own, xml).replace("<w:hyperlink ", f'<w:hyperlink xmlns:r="{_R[1:-1]}" ')

    def __str__(self) -> str:
        return re.sub("<[^>]*>", "", self.xml)


class Recorder(docxtpl.DocxTemplate):
    """A template that ours prints as well."""

    script = ""
    outcomes: list[Outcome] = []  # noqa: RUF012  (of the whole run, on purpose)
    open: list["Recorder"] = []  # noqa: RUF012

    def __init__(self, template: Any) -> None:
        super().__init__(template)
        self._source = str(template)
        self._data = Path(template).read_bytes()
        self._lent: dict[bytes, bytes] = {}
        self._named: dict[str, bytes] = {}
        self._foreign: list[str] = []
        self._links: dict[str, str] = {}
        self._given: dict[str, Any] | None = None
        self._ours: bytes | None = None
        self._why = ""
        self._remark = ""

    def render(self, context: dict[str, Any], *options: Any, **more: Any) -> None:
        self._given = context
        self._by_ours()
        Recorder.open.append(self)
        try:
            super().render(context, *options, **more)
        except Exception as error:
            Recorder.open.remove(self)
            both = self._ours is None
            self._tell(EQUAL if both else DIFFERS, f"both refuse it: {error}" if both else f"docxtpl refuses: {error}")
            raise

    def save(self, filename: Any, *options: Any, **more: Any) -> None:
        super().save(filename, *options, **more)
        self.compared()

    def build_url_id(self, url: str) -> str:
        known = super().build_url_id(url)
        self._links[known] = url
        return known

    def replace_pic(self, embedded_file: str, dst_file: Any) -> None:
        self._named[embedded_file] = _read(dst_file)
        super().replace_pic(embedded_file, dst_file)

    def replace_media(self, src_file: Any, dst_file: Any) -> None:
        self._lent[_read(src_file)] = _read(dst_file)
        super().replace_media(src_file, dst_file)

    def replace_embedded(self, src_file: Any, dst_file: Any) -> None:
        super().replace_embedded(src_file, dst_file)
        self._foreign.append("replace_embedded")

    def replace_zipname(self, zipname: str, dst_file: Any) -> None:
        super().replace_zipname(zipname, dst_file)
        self._foreign.append("replace_zipname")

    def compared(self) -> None:
        """Compare what docxtpl has printed with what ours has, once a rendering."""
        if self not in Recorder.open:
            return
        Recorder.open.remove(self)
        if self._ours is None:
            self._tell(NOT, self._why)
            return
        whole = io.BytesIO()
        super().save(whole)
        broken = set(broken_rules(self._ours)) - set(broken_rules(self._data))
        if broken:
            self._tell(DIFFERS, f"ours breaks Word's rules: {sorted(broken)[0]}")
            return
        result, why = _held_against(structure(whole.getvalue()), structure(self._ours))
        self._tell(result, "; ".join(each for each in (why, self._remark, *self._also()) if each))

    def _also(self) -> Iterator[str]:
        if self._foreign:
            yield f"embedded files not compared: {', '.join(sorted(set(self._foreign)))}"

    def _tell(self, result: str, why: str = "") -> None:
        Recorder.outcomes.append(Outcome(Recorder.script, Path(self._source).name, result, why))

    def _by_ours(self) -> None:
        """Print by ours before docxtpl does, whose values change as they are printed."""
        assert self._given is not None
        data, pictures = _lent(self._data, self._named, self._lent)
        facts = {**{name: self._linked(value) for name, value in self._given.items()}, **pictures}
        self._ours, self._remark = None, "pictures replaced by their alternative text" if pictures else ""
        while self._ours is None:
            try:
                self._ours = compile_template(data, self._source).render(facts)
            except TemplateBroken as error:
                what = error.problems[0].what
                unknown = _UNKNOWN.search(what)
                if unknown is None or unknown[1] in facts:
                    self._why = what
                    return
                facts[unknown[1]] = None
        missing = [name for name in facts if name not in self._given and name not in pictures]
        if missing:
            self._remark = f"a fault here until {', '.join(missing)} are declared; compared with them empty"

    def _linked(self, value: Any) -> Any:
        if self._links and isinstance(value, docxtpl.RichText) and "r:id=" in value.xml:
            return _Linked(value.xml, self._links)
        return value


def _held_against(theirs: Found, ours: Found) -> tuple[str, str]:
    """Whether two files are the same, or are but for a few of our rules."""
    if theirs == ours:
        return EQUAL, ""
    for count in range(1, len(RULES) + 1):
        for rules in combinations(RULES, count):
            left, right = theirs, ours
            for rule in rules:
                left, right = RULES[rule](left), RULES[rule](right)
            if left == right:
                return BY_RULE, ", ".join(rules)
    return DIFFERS, " ".join(_first_difference(theirs, ours))


def _first_difference(theirs: Found, ours: Found, where: str = "") -> tuple[str, str, str]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in [*theirs, *ours]:
            if theirs.get(key) != ours.get(key):
                return _first_difference(theirs.get(key), ours.get(key), f"{where}/{key}")
    if isinstance(theirs, list | tuple) and isinstance(ours, list | tuple) and len(theirs) == len(ours):
        for number, (left, right) in enumerate(zip(theirs, ours, strict=True)):
            if left != right:
                return _first_difference(left, right, f"{where}/{number}")
    return where, f"docxtpl {str(theirs)[:160]}", f"ours {str(ours)[:160]}"


def _lent(data: bytes, named: Mapping[str, bytes], same: Mapping[bytes, bytes]) -> tuple[bytes, dict[str, Picture]]:
    """A template whose pictures to be replaced say so in their alternative text, as ours wants it; and the pictures."""
    if not named and not same:
        return data, {}
    parts: dict[str, str | bytes] = dict(parts_of(data))
    pictures: dict[str, Picture] = {}
    for part in [name for name in parts if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name)]:
        root = etree.fromstring(parts[part])
        for frame in root.iter("{*}inline", "{*}anchor"):
            other = _other_picture(frame, part, parts, named, same)
            if other is not None:
                name = f"replaced_{len(pictures)}"
                pictures[name] = Picture(other)
                next(frame.iter("{*}docPr")).set("descr", f"{{{{ {name} }}}}")
                parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return packed(parts), pictures


def _other_picture(
    frame: etree._Element,
    part: str,
    parts: Mapping[str, str | bytes],
    named: Mapping[str, bytes],
    same: Mapping[bytes, bytes],
) -> bytes | None:
    labels = {frame_.get(key) for frame_ in frame.iter("{*}docPr", "{*}cNvPr") for key in ("name", "descr", "title")}
    for label in labels & named.keys():
        return named[label]
    shown = next(frame.iter("{*}blip"), None)
    relations = etree.fromstring(parts[f"word/_rels/{Path(part).name}.rels"])
    targets = {each.get("Id"): each.get("Target") for each in relations}
    held = parts.get(f"word/{targets.get(shown.get(f'{_R}embed'))}") if shown is not None else None
    return same.get(held) if isinstance(held, bytes) else None


def _read(file: Any) -> bytes:
    if hasattr(file, "read"):
        data: bytes = file.read()
        file.seek(0)
        return data
    return Path(file).read_bytes()


# -- the run ----------------------------------------------------------------------------------------------------


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.docxtpl_examples", description=__doc__)
    options.add_argument("folder", type=Path, help="tests of a checkout of docxtpl")
    source = options.parse_args().folder
    if not any(source.glob("templates/*.docx")):
        options.error(f"{source} holds no templates/*.docx")
    docxtpl.DocxTemplate = Recorder
    with tempfile.TemporaryDirectory(prefix="onefill-docxtpl-") as name:
        _with_sub_documents(Path(name) / "python")
        shutil.copytree(source, Path(name) / "tests")
        os.chdir(Path(name) / "tests")
        Path("output").mkdir(exist_ok=True)
        for script in sorted(Path().glob("*.py")):
            if script.name not in NO_EXAMPLES:
                _run(script)
        os.chdir("/")
    _print(Recorder.outcomes)
    return 0 if all(one.result != DIFFERS for one in Recorder.outcomes) else 1


def _with_sub_documents(folder: Path) -> None:
    """What docxtpl needs for sub-documents; without it those examples are told as not comparable."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, "-r", REQUIREMENTS]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(f"docxcompose could not be installed: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
    sys.path.append(str(folder))


def _run(script: Path) -> None:
    Recorder.script, before, system = script.name, len(Recorder.outcomes), os.system
    os.system = _in_this_process
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(str(script.resolve()), run_name="__main__")
        for one in list(Recorder.open):
            one.compared()
    except Exception as error:  # whatever a foreign script raises is told, and the next one runs
        if len(Recorder.outcomes) == before:
            Recorder.outcomes.append(Outcome(script.name, "", NOT, f"it did not run: {error}"))
    finally:
        os.system = system
        Recorder.open.clear()


def _in_this_process(command: str) -> int:
    """docxtpl's command line, which an example starts."""
    words = shlex.split(command)
    if words[:3] != ["python", "-m", "docxtpl"]:
        raise ValueError(command)
    from docxtpl import __main__ as command_line

    command_line.DocxTemplate = Recorder
    sys.argv = words[2:]
    command_line.main()
    return 0


def _print(outcomes: list[Outcome]) -> None:
    print(f"docxtpl {version('docxtpl')}, its examples\n\n| script | template | result |\n| --- | --- | --- |")
    for one in outcomes:
        result = f"{one.result}: {one.why}" if one.why else one.result
        print(f"| {one.script} | {one.template} | {' '.join(result.split())} |")
    counts = Counter(one.result for one in outcomes)
    print(
        f"\n{len(outcomes)} printed: " + ", ".join(f"{counts[each]} {each}" for each in (EQUAL, BY_RULE, NOT, DIFFERS))
    )


if __name__ == "__main__":
    sys.exit(main())
