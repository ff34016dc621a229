"""Files and expressions that mean harm, Word and Excel alike: refused soon and by name."""

import errno
import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.libreoffice import convert
from onefill.rendering.word_values import MOST_IN_PICTURE, Picture
from onefill.rendering.workrooms import DiskFull
from tests.packages import packed, parts_of
from tests.rendering.test_word import paragraphs
from tests.rendering.test_word_constructs import png
from tests.rendering.test_word_fuzz import ENDLESS


def sheet(text: str = "{{ a }}") -> bytes:
    book = Workbook()
    own: Any = book.active
    own["B2"] = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FILES = {"t.docx": paragraphs("{{ a }}"), "t.xlsx": sheet()}
BOTH = pytest.mark.parametrize("name", FILES)


@contextmanager
def little(megabytes: int = 40, seconds: float = 10) -> Iterator[None]:
    """Neither much memory nor much time."""
    tracemalloc.start()
    began = time.monotonic()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes << 20
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < seconds


def refused(data: bytes, name: str) -> list[tuple[str, str]]:
    with pytest.raises(TemplateBroken) as caught:
        compile_template(data, name)
    assert all(problem.what and problem.remedy for problem in caught.value.problems)
    return [(problem.code, getattr(problem.place, "part", "")) for problem in caught.value.problems]


def more(name: str, parts: dict[str, bytes]) -> bytes:
    return packed({**parts_of(FILES[name]), **parts})


# -- too much --------------------------------------------------------------------------------------------------------


@BOTH
def test_pictures_of_200_megabytes(name: str) -> None:
    data = more(name, {"media/photo.png": bytes(200 << 20)})
    with little():
        assert refused(data, name) == [("TEMPLATE_TOO_LARGE", "")]


@BOTH
def test_many_pictures_that_are_too_much_together(name: str) -> None:
    data = more(name, {f"media/photo{number}.png": bytes(60 << 20) for number in range(5)})
    with little():
        assert refused(data, name) == [("TEMPLATE_TOO_LARGE", "")]


@BOTH
def test_parts_without_end(name: str) -> None:
    data = more(name, {f"media/{number}": b"" for number in range(5_001)})
    with little():
        assert refused(data, name) == [("TEMPLATE_TOO_LARGE", "")]


@BOTH
def test_a_directory_that_tells_less_than_there_is(name: str) -> None:
    """The list at the end of the archive says one kilobyte, the part unpacks to two hundred megabytes."""
    data = bytearray(more(name, {"media/photo.png": bytes(200 << 20)}))
    at = data.rindex(b"PK\x01\x02")
    assert struct.unpack_from("<I", data, at + 24)[0] == 200 << 20
    struct.pack_into("<I", data, at + 24, 1024)
    with little():
        assert refused(bytes(data), name)[0][0] in ("TEMPLATE_TOO_LARGE", "TEMPLATE_DAMAGED")


def test_a_bomb_inside_an_embedded_file_is_not_opened() -> None:
    bomb = more("t.docx", {"media/photo.png": bytes(200 << 20)})
    data = more("t.docx", {"word/embeddings/o.docx": bomb})
    types = parts_of(data)["[Content_Types].xml"].replace(
        b"<Default", b'<Default Extension="bin" ContentType="x"/><Default', 1
    )
    with little():
        made = compile_template(packed({**parts_of(data), "[Content_Types].xml": types}), "t.docx").render({"a": "甲"})
    assert parts_of(made)["word/embeddings/o.docx"] == bomb


@pytest.mark.parametrize("data", [b"\x89PNG" + bytes(MOST_IN_PICTURE + 1), png()[:30], b"BM" + bytes(200)])
def test_pictures_that_facts_bring(data: bytes) -> None:
    compiled = compile_template(FILES["t.docx"], "t.docx")
    with little(80), pytest.raises(TemplateBroken) as caught:
        compiled.render({"a": Picture(data)})
    assert "图片" in caught.value.problems[0].what


def test_a_picture_that_says_it_is_huge_is_not_unpacked() -> None:
    """Only its head is read: thirty thousand pixels each way would be gigabytes."""
    huge = bytearray(png())
    struct.pack_into(">II", huge, 16, 30_000, 30_000)
    compiled = compile_template(FILES["t.docx"], "t.docx")
    with little():
        try:
            compiled.render({"a": Picture(bytes(huge))})
        except TemplateBroken as broken:
            assert "图片" in broken.problems[0].what


# -- XML -------------------------------------------------------------------------------------------------------------

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
_DECLARED = f"<!DOCTYPE x [{_LAUGHS}]>".encode()


def laughing(name: str, part: str) -> bytes:
    body = parts_of(FILES[name])[part]
    at = body.index(b"<", body.index(b"?>")) if body.startswith(b"<?xml") else 0
    return more(name, {part: body[:at] + _DECLARED + body[at:]})


def test_a_word_file_that_leads_nowhere_is_not_handed_on() -> None:
    parts = parts_of(paragraphs("甲"))
    del parts["_rels/.rels"]
    with pytest.raises(TemplateBroken, match="没有正文"):
        compile_template(packed(parts), "t.docx")


@pytest.mark.parametrize(
    ("name", "part"),
    [(name, part) for name, data in FILES.items() for part in parts_of(data) if part[-4:] in (".xml", "rels")],
)
def test_entities_in_any_part_are_refused(name: str, part: str) -> None:
    """Also in those that are only copied: whoever opens the document would unfold them."""
    with little():
        assert refused(laughing(name, part), name)


@BOTH
def test_entities_in_another_encoding_are_refused(name: str) -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    assert refused(more(name, {"other/part.xml": text.encode("utf-16")}), name) == [
        ("TEMPLATE_DAMAGED", "other/part.xml")
    ]


@BOTH
def test_relations_that_nobody_can_read_hide_nothing(name: str) -> None:
    """A link outside in a list that does not parse would not be looked at, and be handed on."""
    part = "word/_rels/document.xml.rels" if name == "t.docx" else "xl/_rels/workbook.xml.rels"
    assert refused(more(name, {part: parts_of(FILES[name])[part][:-5]}), name)


@BOTH
def test_a_part_that_is_no_xml_is_not_handed_on(name: str) -> None:
    part = "word/styles.xml" if name == "t.docx" else "xl/theme/theme1.xml"
    assert refused(more(name, {part: parts_of(FILES[name])[part][:-5]}), name) == [("TEMPLATE_DAMAGED", part)]


# -- the archive -----------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "a/../../x",
        "/x",
        "\\x",
        "..\\x",
        "C:\\x",
        "C:/x",
        "a:stream",
        "a//x",
        "./x",
        "a/./x",
        "x\n",
        "\u202excod.x",
    ],
)
def test_paths_that_lead_elsewhere(name: str, path: str) -> None:
    assert refused(more(name, {path: b"x"}), name) == [("TEMPLATE_DAMAGED", "")]


@BOTH
def test_one_part_under_two_names(name: str) -> None:
    """One program would read the first, the next one the second."""
    part = "word/document.xml" if name == "t.docx" else "xl/workbook.xml"
    assert refused(more(name, {part.upper(): b"<x/>"}), name) == [("TEMPLATE_DAMAGED", "")]
    out = io.BytesIO(FILES[name])
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr(part, b"<x/>")
    assert refused(out.getvalue(), name) == [("TEMPLATE_DAMAGED", "")]


@BOTH
@pytest.mark.parametrize("part", ["word/vbaProject.bin", "xl/vbaProject.bin", "VBAPROJECT.BIN", "x/vbaProject.bin"])
def test_macros(name: str, part: str) -> None:
    assert refused(more(name, {part: b"x"}), name) == [("TEMPLATE_MACROS", "")]


def test_a_web_page_inside_a_word_file_is_refused() -> None:
    """Word takes it in when it opens the file, and fetches what it shows."""
    relation = (
        b'<Relationship Id="page" Target="page.html" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"/></Relationships>'
    )
    part = "word/_rels/document.xml.rels"
    relations = parts_of(FILES["t.docx"])[part].replace(b"</Relationships>", relation)
    page = b'<img src="https://example.org/seen.png">'
    assert refused(more("t.docx", {part: relations, "word/page.html": page}), "t.docx") == [
        ("TEMPLATE_OUTSIDE", "正文")
    ]


# -- expressions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ENDLESS)
def test_what_would_run_or_grow_without_end_in_a_cell(text: str) -> None:
    compiled = compile_template(sheet(text), "t.xlsx")
    began = time.process_time()
    with pytest.raises(TemplateBroken) as caught:
        compiled.render({"a": "甲"})
    assert time.process_time() - began < 20
    place: Any = caught.value.problems[0].place
    assert place.spot == "B2"


# -- the disk --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(number, "full")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DiskFull, match="磁盘满了"):
        convert({"t.docx": FILES["t.docx"]}, program=["/bin/true"])
