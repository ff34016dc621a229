"""Any workbook that somebody sends, as typed cells."""

from onefill.tables.delimited import read_csv
from onefill.tables.errors import Empty, TooBig
from onefill.tables.kinds import kind_of
from onefill.tables.model import Workbook
from onefill.tables.package import Package
from onefill.tables.xls import read_xls
from onefill.tables.xlsx import read_xlsx

MOST_BYTES = 20 << 20


def read(data: bytes, filename: str) -> Workbook:
    """Read a workbook; what it is, is told by its content.

    Args:
        data: The file.
        filename: Its name, for messages and for the sheet of a .csv.

    Raises:
        TableRefused: No rows can be had from it; says why and what to do.
    """
    if len(data) > MOST_BYTES:
        raise TooBig(size=-(-len(data) // (1 << 20)), most=MOST_BYTES >> 20)
    kind = kind_of(data, filename)
    match kind:
        case "xlsx":
            sheets = read_xlsx(Package(data))
        case "xls":
            sheets = read_xls(data)
        case "csv":
            sheets = read_csv(data, filename)
    if not any(sheet.lines for sheet in sheets):
        raise Empty()
    return Workbook(filename, kind, sheets)
