"""Fonts for PDF: a private fontconfig that maps official names, and which characters no font can print."""

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont

from onefill.rendering.font_names import FREE_FONTS, LAST, STYLES, FreeFont, Style

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
# Collections hold Japanese, Korean and Taiwan forms under the same file; only the mainland's may be seen.
_FOREIGN_FORMS = tuple(
    f"Noto {kind} CJK {place}" for kind in ("Serif", "Sans", "Sans Mono") for place in ("JP", "KR", "TC", "HK")
)
_BOLD_ASKED = '<test name="weight" compare="more_eq"><const>demibold</const></test>'
_WINDOWS_FONTS = ("simsun.ttc", "simsunb.ttf", "msyh.ttc", "seguisym.ttf", "simhei.ttf", "simfang.ttf", "simkai.ttf")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Cs"})


def font_folders() -> tuple[Path, ...]:
    """Folders of this machine that hold fonts; those of the system first."""
    if sys.platform == "win32":
        return (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",)
    return (
        Path("/usr/share/fonts"),
        Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
        Path("/usr/local/share/fonts"),
        Path.home() / ".local" / "share" / "fonts",
        Path("/Library/Fonts"),
    )


@lru_cache(maxsize=8)
def installed_files(folders: tuple[Path, ...]) -> Mapping[str, Path]:
    """Every file that one of our fonts is made of, by its name; an earlier folder wins."""
    wanted = {name for font in FREE_FONTS for name in font.files} | set(_WINDOWS_FONTS)
    found: dict[str, Path] = {}
    for folder in folders:
        for parent, _, names in sorted(os.walk(folder), reverse=True):  # liberation2 before liberation
            for name in names:
                if name in wanted:
                    found.setdefault(name, Path(parent, name))
    return found


def missing_packages(folders: tuple[Path, ...] | None = None) -> tuple[str, ...]:
    """Debian packages whose fonts are not here; empty where the system brings the official fonts itself."""
    if sys.platform != "linux":
        return ()
    files = installed_files(folders or font_folders())
    return tuple(dict.fromkeys(font.package for font in FREE_FONTS if font.files[0] not in files))


def write_fontconfig(folder: Path, folders: tuple[Path, ...] | None = None) -> Path:
    """Write the private fontconfig file into ``folder`` and give its path.

    Args:
        folder: A work folder that stays as long as the programs that read the file.
        folders: Where to look for fonts; the machine's own font folders by default.
    """
    path = folder / "fonts.conf"
    path.write_text(fontconfig(installed_files(folders or font_folders()), folder), encoding="utf-8")
    return path


def font_environment(folder: Path, folders: tuple[Path, ...] | None = None) -> dict[str, str]:
    """Environment variables that make a program print with our fonts only.

    Empty where LibreOffice does not ask fontconfig (Windows has the official fonts), and where our main font is not
    installed: then any font of the machine is better than none.
    """
    folders = folders or font_folders()
    if sys.platform == "win32" or FREE_FONTS[0].files[0] not in installed_files(folders):
        return {}
    return {"FONTCONFIG_FILE": str(write_fontconfig(folder, folders))}


def fonts_digest(folders: tuple[Path, ...] | None = None) -> str:
    """A short mark of the fonts here and the rules for them: another mark, other pages."""
    files = installed_files(folders or font_folders())
    held = "".join(f"{name}:{_digest_now(files[name])}\n" for name in sorted(files))
    return sha256((held + fontconfig(files, Path())).encode()).hexdigest()[:16]


def _digest_now(path: Path) -> str:
    now = path.stat()
    return _digest(path, now.st_size, now.st_mtime_ns)


@lru_cache(maxsize=128)
def _digest(path: Path, _size: int, _written: int) -> str:
    """Of what a file holds; read again only if it was written since."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def fontconfig(files: Mapping[str, Path], cache: Path) -> str:
    """The text of the fontconfig file: only ``files`` are seen, official names lead to their stand-ins."""
    here = {font.family for font in FREE_FONTS if font.files[0] in files}
    lines = [f"<dir>{escape(str(folder))}</dir>" for folder in sorted({path.parent for path in files.values()})]
    lines += ["<cachedir>/var/cache/fontconfig</cachedir>", '<cachedir prefix="xdg">fontconfig</cachedir>']
    lines += [
        f"<cachedir>{escape(str(cache / 'fontconfig'))}</cachedir>",
        "<config><rescan><int>0</int></rescan></config>",
    ]
    # fontconfig 2.15 takes no glob that does not begin with a slash.
    lines += ["<selectfont>", "<rejectfont><glob>/*</glob>", *_patterns(_FOREIGN_FORMS), "</rejectfont>"]
    lines += [f"<acceptfont><glob>{escape(str(path))}</glob></acceptfont>" for path in sorted(files.values())]
    lines += ["<acceptfont><glob>/*opens___.ttf</glob></acceptfont>", "</selectfont>"]
    lines += [rule for style in STYLES for rule in _rules(style, here)]
    lines += [rule for style in STYLES for rule in _glyph_rules(style, here)]
    lines += [_rule("", _families("append_last", LAST, here))]
    return _HEAD + "\n".join(lines) + "\n</fontconfig>\n"


def _patterns(families: Iterable[str]) -> Iterator[str]:
    for family in families:
        yield f'<pattern><patelt name="family"><string>{escape(family)}</string></patelt></pattern>'


def _rules(style: Style, here: set[str]) -> Iterator[str]:
    weight = f'<edit name="weight" mode="assign"><const>{style.weight}</const></edit>' if style.weight else ""
    for name in style.names:
        named = f'<test name="family" ignore-blanks="true"><string>{escape(name)}</string></test>'
        if any(family in here for family in style.bold[:1]):
            yield _rule(named + _BOLD_ASKED, _families("assign", style.bold, here))
        yield _rule(named, _families("assign", style.stand_ins, here) + weight)


def _rule(test: str, edit: str) -> str:
    return f'<match target="pattern">{test}{edit}</match>'


def _glyph_rules(style: Style, here: set[str]) -> Iterator[str]:
    """Where a stand-in lacks a character, LibreOffice asks again by the stand-in's own name."""
    present = [family for family in style.stand_ins if family in here]
    if present and present[0] not in LAST:
        test = f'<test name="family"><string>{escape(present[0])}</string></test>'
        yield _rule(test, _families("append", present[1:], here))


def _families(mode: str, families: Iterable[str], here: set[str]) -> str:
    names = "".join(f"<string>{escape(family)}</string>" for family in families if family in here)
    return f'<edit name="family" mode="{mode}" binding="strong">{names}</edit>' if names else ""


def missing_glyphs(texts: Iterable[str], folders: tuple[Path, ...] | None = None) -> dict[str, tuple[str, ...]]:
    """Characters that none of our fonts can print.

    Args:
        texts: What is going to be printed.
        folders: Where to look for fonts; the machine's own font folders by default.

    Returns:
        Each such character with the texts it stands in; empty where no font is known at all.
    """
    texts = tuple(dict.fromkeys(texts))
    unprinted = {char for text in texts for char in text if unicodedata.category(char) not in _INVISIBLE}
    files = installed_files(folders or font_folders())
    sources = [(files[font.files[0]], font) for font in _by_reach() if font.files[0] in files]
    plain = [files[name] for name in _WINDOWS_FONTS if name in files]
    if not sources and not plain:
        return {}
    for path, face in [(path, font.face) for path, font in sources] + [(path, 0) for path in plain]:
        if unprinted:
            unprinted = {char for char in unprinted if ord(char) not in characters(path, face)}
    return {char: tuple(text for text in texts if char in text) for char in sorted(unprinted)}


def _by_reach() -> list[FreeFont]:
    """Our fonts, those that every style may fall back on: only these print any character in any style."""
    return [font for family in LAST for font in FREE_FONTS if font.family == family]


@lru_cache(maxsize=32)
def characters(path: Path, face: int = 0) -> frozenset[int]:
    """Code points that a font file can print."""
    number = face if path.suffix == ".ttc" else -1
    with TTFont(path, fontNumber=number, lazy=True) as font:
        return frozenset(font.getBestCmap())
