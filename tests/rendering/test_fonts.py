"""Fonts: official names lead to free fonts of their style, rare names are printed, nothing else is seen."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn

from onefill.rendering.font_names import FREE_FONTS, STYLES
from onefill.rendering.fonts import (
    characters,
    font_environment,
    font_folders,
    fonts_digest,
    installed_files,
    missing_glyphs,
    missing_packages,
    write_fontconfig,
)
from onefill.rendering.libreoffice import convert

RARE = "翀燊喆垚冼堃镕玥昇婳䶮㛃𠮷𡒄𫖯"
SYMBOLS = "☑☐□㎡✓√〇①—·“”（）【】"
PRINTED = {
    "宋体": "NotoSerifCJK",
    "SimSun": "NotoSerifCJK",
    "方正小标宋简体": "NotoSerifCJK Bold",
    "方正小标宋_GBK": "NotoSerifCJK Bold",
    "华文中宋": "NotoSerifCJK Bold",
    "黑体": "NotoSansCJK",
    "微软雅黑": "NotoSansCJK",
    "仿宋": "FandolFang",
    "仿宋_GB2312": "FandolFang",
    "楷体": "FandolKai",
    "楷体_GB2312": "FandolKai",
    "没有听说过的字体": "NotoSerifCJK",
}


def gb2312() -> str:
    """Every character of GB2312."""
    pairs = (bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in pairs)


def page(lines: dict[str, str], *, bold: bool = False) -> bytes:
    """A Word file with a line for each font."""
    document = Document()
    for font, text in lines.items():
        run = document.add_paragraph().add_run(text)
        run.bold = bold
        run.font.name = "Times New Roman"
        run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def fonts_in(pdf: bytes) -> set[str]:
    """Names of the fonts in a PDF, without the tag of the subset."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {
            str(font.BaseFont).rpartition("+")[2].lstrip("/")
            for one in document.pages
            for font in one.Resources.get("/Font", {}).values()
        }


def printed(lines: dict[str, str], *, bold: bool = False) -> bytes:
    pdf = convert({"a.docx": page(lines, bold=bold)})["a.docx"]
    assert isinstance(pdf, bytes)
    return pdf


def is_of(font: str, asked: str) -> bool:
    """Whether a font has the family and weight asked; what stands between differs from version to version."""
    family, _, weight = asked.partition(" ")
    return font.startswith(family) and weight in font


def matched(config: Path, asked: str) -> str:
    found = subprocess.run(
        ["fc-match", "-f", "%{family[0]} %{weight}", asked],
        env={"FONTCONFIG_FILE": str(config), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout


def test_all_packages_are_here() -> None:
    assert missing_packages() == ()


def test_each_package_is_asked_of_debian() -> None:
    asked = (Path(__file__).parents[2] / "apt-packages.txt").read_text(encoding="utf-8")
    names = {line.split()[0] for line in asked.splitlines() if line and not line.startswith("#")}
    assert {font.package for font in FREE_FONTS} <= names


@pytest.mark.parametrize("font", [f for f in FREE_FONTS if "CJK" in f.family or "Fandol" in f.family], ids=str)
def test_stand_ins_have_all_of_gb2312(font) -> None:
    here = characters(installed_files(font_folders())[font.files[0]], font.face)
    lacking = [char for char in gb2312() if ord(char) not in here and "一" <= char <= "鿿"]
    assert lacking == []


def test_every_stand_in_is_described() -> None:
    families = {font.family for font in FREE_FONTS}
    assert all(family in families for style in STYLES for family in (*style.stand_ins, *style.bold))


def test_no_name_stands_twice() -> None:
    names = [name.lower() for style in STYLES for name in style.names]
    assert len(names) == len(set(names))


@pytest.mark.skipif(shutil.which("fc-match") is None, reason="fontconfig's own tools are not here")
def test_only_our_fonts_are_seen(tmp_path: Path) -> None:
    config = write_fontconfig(tmp_path)
    seen = subprocess.run(
        ["fc-list", "-f", "%{file}\n"],
        env={"FONTCONFIG_FILE": str(config), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(seen.stdout.split()) == {str(path) for path in installed_files(font_folders()).values()}
    families = {font.family for font in FREE_FONTS}
    for asked in ("Noto Sans CJK JP", "WenQuanYi Zen Hei", "serif", "sans", "", "AR PL UMing CN"):
        assert matched(config, asked).rpartition(" ")[0] in families
    assert matched(config, "宋体") == "Noto Serif CJK SC 80"
    assert matched(config, "方正小标宋简体") == "Noto Serif CJK SC 200"
    assert matched(config, "楷体_GB2312:bold") in ("LXGW WenKai 200", "LXGW WenKai 100")


def test_official_names_print_in_their_style() -> None:
    done = convert({f"{name}.docx": page({name: "国家机关公文"}) for name in PRINTED})
    wrong = {
        name: fonts_in(pdf)
        for name, pdf in zip(PRINTED, done.values(), strict=True)
        if not any(is_of(font, PRINTED[name]) for font in fonts_in(pdf))
    }
    assert wrong == {}


def test_rare_names_and_boxes_print_in_every_style() -> None:
    names = ("宋体", "方正小标宋简体", "黑体", "仿宋_GB2312", "楷体_GB2312")
    for bold in (False, True):
        pdf = printed(dict.fromkeys(names, f"{RARE} {SYMBOLS}"), bold=bold)
        with pypdfium2.PdfDocument(pdf) as document:
            text = "".join(one.get_textpage().get_text_bounded() for one in document)
        assert all(text.count(char) == len(names) for char in RARE)
        assert not {"DejaVuSans", "OpenSymbol"} & fonts_in(pdf)


def test_bold_is_a_real_bold() -> None:
    fonts = fonts_in(printed({"宋体": "粗", "黑体": "粗", "楷体": "粗"}, bold=True))
    for asked in (("NotoSerifCJK Bold",), ("NotoSansCJK Bold",), ("LXGWWenKai Bold", "LXGWWenKai Medium")):
        assert any(is_of(font, one) for font in fonts for one in asked)


def test_characters_that_no_font_has_are_told_with_their_texts() -> None:
    assert missing_glyphs([RARE, SYMBOLS, "阿依古丽·买买提 ABC 019\n\t\u200b\ufeff"]) == {}
    private = "\ue123"
    assert missing_glyphs(["王" + private, "李", private]) == {private: ("王" + private, private)}


def test_without_any_font_nothing_is_claimed(tmp_path: Path) -> None:
    assert missing_glyphs([RARE], (tmp_path,)) == {}
    assert font_environment(tmp_path, (tmp_path,)) == {}
    if sys.platform == "linux":
        assert "fonts-noto-cjk" in missing_packages((tmp_path,))


def test_the_mark_follows_the_fonts(tmp_path: Path) -> None:
    font, mark = tmp_path / "HanaMinA.ttf", fonts_digest()
    marks = [mark]
    for content in (b"one", b"two", b"longer"):  # another version of a font may be as large
        font.write_bytes(content)
        os.utime(font, ns=(len(marks), len(marks)))
        marks.append(fonts_digest((tmp_path,)))
    assert len(set(marks)) == 4
    font.write_bytes(b"one")
    os.utime(font, ns=(9, 9))  # installed again, the same
    assert fonts_digest((tmp_path,)) == marks[1]
