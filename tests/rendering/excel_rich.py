"""A workbook that holds all that Excel's own files hold, with a list in it whose rows repeat."""

import io
import zipfile
from functools import cache
from typing import Any

import xlsxwriter
from PIL import Image

#: Template rows of the list: tag, row, tag.
OPEN, ROW, CLOSE, TOTAL, SEAL = 5, 6, 7, 8, 12


def picture() -> io.BytesIO:
    """A small picture."""
    made = io.BytesIO()
    Image.new("RGB", (32, 16), "red").save(made, "PNG")
    made.seek(0)
    return made


@cache
def rich(*, tags: bool = True) -> bytes:
    """The workbook: sheet 名册 with the list and nearly everything below it, 汇总 that reads it, 说明 that does not."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("名册")
    _head(book, sheet, tags)
    _list(book, sheet, tags)
    _below(book, sheet)
    _rules(book, sheet)
    other = book.add_worksheet("汇总")
    other.write_formula("A1", "=SUM(名册!C6:C6)")
    other.write_formula("A2", "=名册!C8")
    other.write_formula("A3", "=LEN(A1)")
    other.insert_chart("C3", _chart(book))
    calm = book.add_worksheet("说明")
    calm.write("A1", "不变")
    calm.write_formula("A2", "=A1&A1", None, "不变不变")
    calm.embed_image("B3", "photo.png", {"image_data": picture()})
    book.define_name("成绩", "=名册!$C$6:$C$6")
    book.close()
    return named_as_excel_does(out.getvalue())


def named_as_excel_does(data: bytes) -> bytes:
    """XlsxWriter begins the name of one member with a slash, which Excel never does."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name.removeprefix("/"), old.read(name))
    return out.getvalue()


def _head(book: Any, sheet: Any, tags: bool) -> None:
    red, plain = book.add_format({"font_color": "red", "bold": True}), book.add_format({"italic": True})
    class_no = "{{ class_no }}" if tags else "一班"
    sheet.write_rich_string("A1", red, "班次：", plain, class_no, " 共 ", red, "{{ rows|length }}人" if tags else "3人")
    sheet.write_rich_string("A2", "没有", red, "标记", "的字")
    sheet.merge_range("A3:B3", "标题")
    sheet.write("B3", "压在下面的值")
    for column, title in enumerate(("姓名", "日期", "成绩", "备注")):
        sheet.write(3, column, title)
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(2, 3)
    sheet.print_area("A1:F14")
    sheet.set_header("&L&G&C名册", {"image_left": "logo.png", "image_data_left": picture()})
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.protect("secret", {"sort": True})
    sheet.unprotect_range("D6:D6", "填写")


def _list(book: Any, sheet: Any, tags: bool) -> None:
    day, wrap = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"text_wrap": True, "border": 1})
    sheet.write("A5", "{%tr for t in rows %}" if tags else "甲")
    sheet.write("A6", "{{ t.name }}" if tags else "乙", wrap)
    sheet.write("B6", "{{ t.day }}" if tags else "丙", day)
    sheet.write("C6", "{{ t.score }}" if tags else 61)
    sheet.write_formula("D6", '=IF(C6>=60,"合格","不合格")')
    sheet.write_comment("C6", "每行一条批注")
    sheet.write_url("E6", "https://example.org/", string="查")
    sheet.add_sparkline("F6", {"range": "名册!B6:C6"})
    sheet.write("A7", "{%tr endfor %}" if tags else "丁")
    sheet.set_row(5, 27)
    sheet.write("A8", "合计")
    sheet.write_formula("C8", "=SUM(C6:C6)")
    sheet.write_array_formula("D8", "{=SUM(C6:C6*2)}")
    sheet.set_row(7, 33)


def _below(book: Any, sheet: Any) -> None:
    sheet.merge_range("A9:B10", "审核意见")
    sheet.write_comment("A9", "下面的批注")
    sheet.write_url("A11", "internal:'名册'!A12", string="到盖章处")
    sheet.write("A12", "（盖章）")
    sheet.insert_image("C12", "seal.png", {"image_data": picture()})
    sheet.insert_textbox("E12", "骑缝", {"width": 90, "height": 40})
    sheet.insert_button("E15", {"caption": "按钮", "width": 60, "height": 20})
    sheet.insert_chart("A18", _chart(book))
    sheet.add_table("H9:I11", {"name": "Fees", "columns": [{"header": "项目"}, {"header": "金额"}]})
    sheet.write_formula("H13", "=SUM(Fees[金额])")
    sheet.set_h_pagebreaks([8, 12])
    sheet.ignore_errors({"number_stored_as_text": "A6:A6 A12"})
    sheet.autofilter("A4:D6")


def _rules(book: Any, sheet: Any) -> None:
    bold = book.add_format({"bold": True})
    sheet.data_validation("D6", {"validate": "list", "source": ["合格", "不合格"]})
    sheet.data_validation("A12", {"validate": "custom", "value": "=LEN(A12)<9"})
    sheet.conditional_format("C6:C6", {"type": "cell", "criteria": "<", "value": "=$C$8", "format": bold})
    sheet.conditional_format("C6", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("A12", {"type": "formula", "criteria": "=$C$8>100", "format": bold})


def _chart(book: Any) -> Any:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"name": "=名册!$C$4", "categories": "=名册!$A$6:$A$6", "values": "=名册!$C$6:$C$6"})
    return chart
