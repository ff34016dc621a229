"""Files that no rows can be read from, told with what to do."""

from onefill.problems import CellPlace
from onefill.refusals import FileRefused


class TableRefused(FileRefused):
    """A file that cannot be imported; no cell is to blame."""

    code = "TABLE"
    what = "读不了这个文件"
    remedy = "换成 .xlsx、.xls 或 .csv"
    place = CellPlace("", "")


class TooBig(TableRefused):
    """More bytes than any list of people has."""

    code = "FILE_TOO_BIG"
    what = "文件 {size} MB，最大 {most} MB"
    remedy = "去掉图片或分开导入"


class TooMuchInside(TableRefused):
    """Unpacked it is far larger than any honest workbook: a bomb, or a sheet formatted to its last row."""

    code = "FILE_SWELLS"
    what = "文件解开以后太大，不像一张名单"
    remedy = "把要导入的几列复制到新的工作簿再选"


class TooManyCells(TableRefused):
    """More filled cells than a section could take."""

    code = "TOO_MANY_CELLS"
    what = "表里有内容的格子超过 {most} 个"
    remedy = "只留要导入的行和列，或分开导入"


class Locked(TableRefused):
    """Encrypted."""

    code = "FILE_LOCKED"
    what = "文件有密码"
    remedy = "在 WPS 里去掉密码再选"


class HasMacros(TableRefused):
    """Holds programs; a list of rows needs none, and we hand the file back marked."""

    code = "FILE_MACROS"
    what = "文件里有宏"
    remedy = "用 WPS 打开，另存为不带宏的 .xlsx 再选"


class InDisguise(TableRefused):
    """Something else with the extension of a workbook: exported web pages are the usual case."""

    code = "FILE_DISGUISED"
    what = "这是{really}改名成的 {suffix}"
    remedy = "用 WPS 打开，另存为 .xlsx 再选"


class OtherKind(TableRefused):
    """Not a table at all."""

    code = "FILE_KIND"
    what = "这是{really}，这里收 .xlsx、.xls 和 .csv"
    remedy = "换成表格文件再选"


class OtherWorkbook(TableRefused):
    """A workbook in a format that is not read here."""

    code = "FILE_FORMAT"
    what = "这是 {really} 格式的工作簿"
    remedy = "用 WPS 打开，另存为 .xlsx 再选"


class Damaged(TableRefused):
    """Its kind is known but its content cannot be followed."""

    code = "FILE_DAMAGED"
    what = "文件已损坏，读不出来"
    remedy = "用 WPS 打开，另存为 .xlsx 再选；打不开就向发来的人再要一份"


class Illegible(TableRefused):
    """Text in no encoding that is used for Chinese."""

    code = "FILE_ENCODING"
    what = "文件里的文字看不懂，可能存的时候就乱码了"
    remedy = "用 WPS 打开原来的表，另存为 .xlsx 再选"


class Empty(TableRefused):
    """Nothing in it."""

    code = "FILE_EMPTY"
    what = "文件里什么都没有"
    remedy = "打开看一看，换成有名单的那一份"
