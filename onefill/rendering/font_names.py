"""Which free font stands in for which font of official paper.

The names are what Word, WPS and Excel write into a file. The stand-ins are all in Debian 12 and 13 (main); each is
known by the name of its file, so that other fonts of the machine never come in by chance.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FreeFont:
    """A free font that may print our pages.

    Attributes:
        family: Name that fontconfig knows it by.
        files: Its files, regular first, then bold if there is one.
        package: Debian package that brings it.
        face: Number of the face in a collection (the mainland forms of Noto CJK).
    """

    family: str
    files: tuple[str, ...]
    package: str
    face: int = 0


@dataclass(frozen=True, kw_only=True)
class Style:
    """A style of type on official paper.

    Attributes:
        names: Official names in this style.
        stand_ins: Free families, the first one that is installed and has the character prints it.
        bold: The same for bold type, where the first stand-in has no bold of its own.
        weight: Weight to print in, whatever was asked; empty leaves what was asked.
    """

    names: tuple[str, ...]
    stand_ins: tuple[str, ...]
    bold: tuple[str, ...] = ()
    weight: str = ""


FREE_FONTS = (
    FreeFont(
        family="Noto Serif CJK SC",
        files=("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"),
        package="fonts-noto-cjk",
        face=2,
    ),
    FreeFont(
        family="Noto Sans CJK SC",
        files=("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
        package="fonts-noto-cjk",
        face=2,
    ),
    FreeFont(family="FandolFang", files=("FandolFang-Regular.otf",), package="texlive-lang-chinese"),
    FreeFont(family="FandolKai", files=("FandolKai-Regular.otf",), package="texlive-lang-chinese"),
    FreeFont(
        family="LXGW WenKai",
        # The same strokes are called Bold in Debian 12 and Medium in Debian 13.
        files=("LXGWWenKai-Regular.ttf", "LXGWWenKai-Bold.ttf", "LXGWWenKai-Medium.ttf"),
        package="fonts-lxgw-wenkai",
    ),
    FreeFont(family="LXGW WenKai Light", files=("LXGWWenKai-Light.ttf",), package="fonts-lxgw-wenkai"),
    FreeFont(
        family="Liberation Serif",
        files=(
            "LiberationSerif-Regular.ttf",
            "LiberationSerif-Bold.ttf",
            "LiberationSerif-Italic.ttf",
            "LiberationSerif-BoldItalic.ttf",
        ),
        package="fonts-liberation2",
    ),
    FreeFont(
        family="Liberation Sans",
        files=(
            "LiberationSans-Regular.ttf",
            "LiberationSans-Bold.ttf",
            "LiberationSans-Italic.ttf",
            "LiberationSans-BoldItalic.ttf",
        ),
        package="fonts-liberation2",
    ),
    FreeFont(
        family="Liberation Mono",
        files=("LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf"),
        package="fonts-liberation2",
    ),
    FreeFont(family="HanaMinA", files=("HanaMinA.ttf",), package="fonts-hanazono"),
    FreeFont(family="HanaMinB", files=("HanaMinB.ttf",), package="fonts-hanazono"),
    FreeFont(family="DejaVu Sans", files=("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"), package="fonts-dejavu-core"),
    FreeFont(family="OpenSymbol", files=("opens___.ttf",), package="fonts-opensymbol"),
)

# Rare names (Extension A and B) and boxes, for every style: the song face first, then the one that has nearly all.
LAST = ("Noto Serif CJK SC", "HanaMinA", "HanaMinB", "DejaVu Sans")

STYLES = (
    Style(
        names=(
            "宋体",
            "SimSun",
            "新宋体",
            "NSimSun",
            "SimSun-ExtB",
            "华文宋体",
            "STSong",
            "Songti SC",
            "方正书宋_GBK",
            "方正书宋简体",
            "思源宋体",
            "Source Han Serif SC",
            "Source Han Serif CN",
            "Noto Serif SC",
        ),
        stand_ins=LAST,
    ),
    Style(
        names=(
            "方正小标宋简体",
            "方正小标宋_GBK",
            "方正小标宋_GB18030",
            "FZXiaoBiaoSong-B05",
            "FZXiaoBiaoSong-B05S",
            "方正大标宋简体",
            "华文中宋",
            "STZhongsong",
        ),
        stand_ins=LAST,
        weight="bold",
    ),
    Style(
        names=(
            "黑体",
            "SimHei",
            "微软雅黑",
            "Microsoft YaHei",
            "Microsoft YaHei UI",
            "等线",
            "DengXian",
            "华文黑体",
            "STHeiti",
            "华文细黑",
            "STXihei",
            "方正黑体_GBK",
            "方正黑体简体",
            "思源黑体",
            "Source Han Sans SC",
            "Source Han Sans CN",
            "Noto Sans SC",
            "PingFang SC",
        ),
        stand_ins=("Noto Sans CJK SC", *LAST),
    ),
    Style(
        names=(
            "仿宋",
            "FangSong",
            "仿宋_GB2312",
            "FangSong_GB2312",
            "华文仿宋",
            "STFangsong",
            "方正仿宋_GBK",
            "方正仿宋简体",
        ),
        stand_ins=("FandolFang", "LXGW WenKai Light", *LAST),
    ),
    Style(
        names=(
            "楷体",
            "KaiTi",
            "楷体_GB2312",
            "KaiTi_GB2312",
            "华文楷体",
            "STKaiti",
            "方正楷体_GBK",
            "方正楷体简体",
        ),
        stand_ins=("FandolKai", "LXGW WenKai", *LAST),
        bold=("LXGW WenKai", *LAST),
    ),
    Style(
        names=("Times New Roman", "Times", "Cambria", "Georgia"),
        stand_ins=("Liberation Serif", *LAST),
    ),
    Style(
        names=("Arial", "Helvetica", "Calibri", "Verdana", "Tahoma", "Segoe UI"),
        stand_ins=("Liberation Sans", "Noto Sans CJK SC", *LAST),
    ),
    Style(
        names=("Courier New", "Courier", "Consolas"),
        stand_ins=("Liberation Mono", *LAST),
    ),
    Style(
        names=("Segoe UI Symbol", "Segoe UI Emoji", "MS Gothic", "Arial Unicode MS"),
        stand_ins=("HanaMinA", "DejaVu Sans", *LAST),
    ),
)
