"""Pages are kept under the engine that made them, also when it is replaced while papers are being made."""

import errno
import io
import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from docx import Document

from onefill.errors import OneFillError
from onefill.problems import Problem
from onefill.rendering import page_learning
from onefill.rendering.engines import EngineMissing
from onefill.rendering.html import PageFails
from onefill.rendering.page_layouts import Layout, Page
from onefill.rendering.workrooms import DiskFull
from onefill.service.conversion import Conversion, Wanted, engine_mark
from onefill.service.layouts import Layouts
from store import Cache
from tests.papers import pdf_pages
from tests.rendering.test_page_marks import sheet


class Office:
    """An engine that tells on its pages how often it was replaced, and is, while it works, as often as it is told."""

    def __init__(self, replaced: int = 0) -> None:
        self.version = 0
        self.calls = 0
        self._replaced = replaced

    def mark(self) -> str:
        return f"version {self.version}"

    def __call__(
        self, files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
    ) -> dict[str, bytes | Problem]:
        self.calls += 1
        made: dict[str, bytes | Problem] = dict.fromkeys(files, words(self.version))
        if self._replaced:
            self._replaced -= 1
            self.version += 1
        return made


def words(version: int) -> bytes:
    return sheet(f"BT /F1 6 Tf 40 100 Td (Made by {version}) Tj ET".encode())


@cache
def word_file(text: str) -> bytes:
    document, out = Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def conversion(office: Office, folder: Path) -> Conversion:
    return Conversion(office, office.mark, lambda _html: b"", Cache(folder / "pdf", 9), Cache(folder / "layouts", 9))


def printed(made: Conversion, *papers: str) -> list[str]:
    asked = [Wanted(title=paper, files=(word_file(paper),)) for paper in papers]
    parts, _ = made.convert(asked, lambda _done, _total, _what: None)
    return [" ".join(pdf_pages(part.pdf)).strip() for part in parts]


@pytest.mark.parametrize("error", [PageFails(engine="weasyprint"), DiskFull(), EngineMissing(engine="x", remedy="y")])
def test_a_page_that_fails_stops_no_other_paper(tmp_path: Path, error: OneFillError) -> None:
    def fails(_page: str) -> bytes:
        raise error

    made, page = conversion(Office(), tmp_path), Wanted(title="汇总", html="<p>")
    made.html = fails
    plan = Wanted(title="plan", files=(word_file("plan"),))
    parts, notes = made.convert([page, plan], lambda _done, _total, _what: None)
    assert [part.title for part in parts] == ["plan"]
    assert notes[0] == f"《汇总》没有生成：{error}"
    with pytest.raises(type(error)):
        made.convert([page], lambda _done, _total, _what: None)


def test_an_engine_replaced_between_two_papers_makes_both_anew(tmp_path: Path) -> None:
    office = Office()
    made = conversion(office, tmp_path)
    assert printed(made, "plan") == printed(made, "plan") == ["Made by 0"]
    assert office.calls == 1
    office.version = 7
    assert printed(made, "plan", "roster") == ["Made by 7", "Made by 7"]


def test_pages_of_an_engine_that_was_replaced_meanwhile_are_neither_kept_nor_mixed(tmp_path: Path) -> None:
    office = Office()
    made = conversion(office, tmp_path)
    printed(made, "plan")
    busy = Office(replaced=1)
    made = conversion(busy, tmp_path)
    assert printed(made, "plan", "roster") == ["Made by 1", "Made by 1"]
    assert busy.calls == 2
    old = conversion(Office(), tmp_path)
    assert printed(old, "roster") == ["Made by 0"]  # the old one is asked: nothing stands under its name
    assert printed(conversion(Office(replaced=99), tmp_path), "cover") == ["Made by 2"]  # it comes to an end


def test_a_layout_read_by_other_code_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layouts, shape = Layouts(Cache(tmp_path, 9)), "王"
    key = layouts.key("here", "frame")
    layouts.keep(key, shape, Layout((Page((0.0, 0.0, 10.0, 10.0), ("q Q",)),)))
    assert Layouts(Cache(tmp_path, 9)).get(Layouts(Cache(tmp_path, 9)).key("here", "frame"), shape)
    monkeypatch.setattr(page_learning, "CODE", ("page_shapes.py",))
    page_learning.code_mark.cache_clear()
    try:
        assert layouts.key("here", "frame") != key
    finally:
        page_learning.code_mark.cache_clear()


#: They decide nothing of a layout: fonts have a mark of their own, the rest opens and saves files.
_APART = {"fonts.py", "font_names.py", "packet.py", "archival.py"}


def test_every_module_that_reads_or_sets_a_layout_counts_as_its_code() -> None:
    folder = Path(page_learning.__file__).parent
    used, todo = set[str](), ["page_learning.py"]
    while todo:
        used.add(name := todo.pop())
        named = re.findall(
            r"^\s*from onefill\.rendering\.(\w+) import", (folder / name).read_text("utf-8"), re.MULTILINE
        )
        todo += sorted({f"{each}.py" for each in named} - used - _APART)
    assert used == set(page_learning.CODE)


def test_the_mark_of_the_engine_changes_with_any_of_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("soffice", "soffice.bin", "versionrc"):
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setattr("onefill.service.conversion.find_soffice", lambda: str(tmp_path / "soffice"))
    seen = {engine_mark()}
    for number, name in enumerate(("soffice", "soffice.bin", "versionrc"), 1):
        os.utime(tmp_path / name, ns=(number, number))
        seen.add(engine_mark())
    assert len(seen) == 4
    monkeypatch.setattr("onefill.service.conversion.find_soffice", lambda: None)
    assert engine_mark() == ""


def first_kept(folder: Path) -> Path:
    return next(path for path in (folder / "pdf").iterdir() if path.suffix == ".pdf")


@pytest.mark.parametrize(
    "harm", [lambda data: data[: len(data) // 2], lambda _data: b"", lambda data: data[:-9] + b"x" * 9]
)
def test_a_kept_file_that_was_damaged_is_made_anew(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    office = Office()
    made = conversion(office, tmp_path)
    printed(made, "plan")
    kept = first_kept(tmp_path)
    kept.write_bytes(harm(kept.read_bytes()))
    assert printed(made, "plan") == ["Made by 0"] and office.calls == 2
    assert printed(made, "plan") == ["Made by 0"] and office.calls == 2


def test_a_full_disk_keeps_nothing_and_stops_no_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as half:
            half.write(data[:100])
        raise OSError(errno.ENOSPC, "no room")

    office = Office()
    made = conversion(office, tmp_path)
    monkeypatch.setattr(Path, "write_bytes", full)
    assert printed(made, "plan", "roster") == ["Made by 0"] * 2
    monkeypatch.undo()
    assert list((tmp_path / "pdf").iterdir()) == []
    assert printed(made, "plan") == ["Made by 0"] and office.calls == 2
