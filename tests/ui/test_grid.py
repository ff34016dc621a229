"""The table in a real browser: typed like a spreadsheet, kept by the service, nothing lost."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Locator, Page, Request, expect

from tests.browsers import fresh
from tests.journeys.access import barriers_on
from tests.ui.grid_server import GridServer

pytestmark = pytest.mark.browser
COLUMNS = ("what", "code", "kind", "day", "price", "pieces", "cost", "maker", "memo")
Cells = dict[str, str]
ROWS: list[Cells] = [
    {"what": "东北米", "code": "A1", "kind": "面粉", "day": "2026-11-04", "price": "3.5", "pieces": "2"},
    {"what": "高筋粉", "code": "A2", "kind": "面粉", "pieces": "300"},
    {"what": "花生油", "code": "A3", "kind": "食用油", "price": "80", "pieces": "1"},
    {"what": "酱油", "code": "A4", "kind": "调味品", "price": "9", "pieces": "5", "memo": "瓶装"},
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GridServer]:
    one = GridServer(tmp_path_factory.mktemp("grid"))
    try:
        one.start()
        yield one
    finally:
        one.stop()
        one.desk.store.close()


class Table:
    """The table in one window."""

    def __init__(self, page: Page, server: GridServer, record: str) -> None:
        self.page, self.server, self.record = page, server, record
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.open()

    def open(self) -> None:
        self.page.goto(f"{self.server.address}?record={self.record}")
        self.drawn()

    def drawn(self) -> None:
        expect(self.page.locator(".og-c").first).to_be_visible(timeout=30_000)

    def cell(self, row: int, column: str) -> Locator:
        return self.page.locator(f".og-c[data-r='{row}'][data-c='{COLUMNS.index(column)}']")

    def at(self, row: int, column: str) -> None:
        self.cell(row, column).click()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def paste(self, *lines: str) -> None:
        self.page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(lines))
        self.press("Control+v")

    @property
    def clipboard(self) -> str:
        return str(self.page.evaluate("navigator.clipboard.readText()")).replace("\r\n", "\n")

    def tool(self, name: str) -> None:
        self.page.get_by_role("toolbar").get_by_role("button", name=name).click()

    @property
    def line(self) -> Locator:
        return self.page.locator(".og-words")

    def kept(self, column: str = "what") -> list[str | None]:
        """What the service holds, row by row."""
        table = self.server.desk.records.table(self.record, "goods")
        return [table.texts[row][column] for row in table.order]

    def keeps(self, column: str, *texts: str) -> None:
        """Wait until the service holds these."""
        self.until(lambda: self.kept(column) == list(texts), lambda: f"{self.kept(column)} != {list(texts)}")

    def until(self, fine: Callable[[], bool], why: Callable[[], str] = str) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if fine():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(why() + self.server.said()[-2000:])

    def quiet(self) -> None:
        """Wait until the server has answered everything."""
        post = "window.onefill.grids.get(name).post"
        quiet = f"name => !{post}.waiting.length && !{post}.sent"
        self.page.wait_for_function(quiet, arg=f"{self.record}:goods")


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tables, each with a page and a record of its own: Streamlit need not be loaded for each."""
    with fresh(browser) as one:
        yield one


@pytest.fixture
def record(server: GridServer) -> str:
    desk = server.desk
    maker = desk.records.create("maker", desk.who())
    desk.records.set(maker, "name", "南海粮油厂", desk.who())
    made = desk.records.create("order", desk.who())
    desk.records.add_rows(made, "goods", desk.who(), ROWS)
    return made


@pytest.fixture
def another(context: BrowserContext, server: GridServer, record: str) -> Iterator[Callable[[], Table]]:
    made: list[Table] = []

    def window() -> Table:
        made.append(Table(context.new_page(), server, record))
        return made[-1]

    yield window
    assert [fault for one in made for fault in one.faults] == []
    assert server.faults() == []
    for one in made:
        with suppress(Error):
            one.page.close()


@pytest.fixture
def table(another: Callable[[], Table]) -> Table:
    return another()


def compose(keyboard: CDPSession, pinyin: str, text: str) -> None:
    """Type through a Chinese input method."""
    for end in range(1, len(pinyin) + 1):
        key = pinyin[end - 1]
        down = {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process", "code": f"Key{key.upper()}"}
        keyboard.send("Input.dispatchKeyEvent", down)
        keyboard.send("Input.imeSetComposition", {"text": pinyin[:end], "selectionStart": end, "selectionEnd": end})
        up = {"type": "keyUp", "windowsVirtualKeyCode": ord(key.upper()), "key": key}
        keyboard.send("Input.dispatchKeyEvent", up)
    keyboard.send("Input.insertText", {"text": text})


# -- typing ------------------------------------------------------------------------------------------------------


def test_a_chinese_input_method_works_from_the_first_key_on(table: Table, context: BrowserContext) -> None:
    table.at(0, "what")
    keyboard = context.new_cdp_session(table.page)
    compose(keyboard, "zhang", "张")
    compose(keyboard, "mi", "米")
    table.press("Enter")
    table.keeps("what", "张米", "高筋粉", "花生油", "酱油")
    compose(keyboard, "fen", "粉")
    table.press("Tab")
    table.keeps("what", "张米", "粉", "花生油", "酱油")


def test_what_is_typed_is_shown_as_it_is_read_and_reckoned_with(table: Table) -> None:
    table.at(0, "day")
    table.type("20261207")
    table.press("Tab")
    expect(table.cell(0, "day")).to_have_text("2026年12月7日")
    table.type("4")
    table.press("Tab")
    expect(table.cell(0, "cost")).to_have_text("8")
    table.at(0, "cost")
    table.type("99")
    expect(table.line).to_contain_text("金额不用填，单价乘件数")
    expect(table.cell(0, "cost")).to_have_text("8")


def test_a_new_line_begins_by_typing_below_the_last(table: Table) -> None:
    table.at(4, "what")
    table.type("豆子")
    table.press("Tab", "Tab")
    table.type("大豆")
    table.press("Enter")
    table.keeps("what", "东北米", "高筋粉", "花生油", "酱油", "豆子")
    table.keeps("kind", "面粉", "面粉", "食用油", "调味品", "大豆")
    table.type("米粉")
    table.press("Escape")
    table.quiet()
    assert len(table.kept()) == 5


def test_escape_puts_back_what_was_there(table: Table) -> None:
    table.at(0, "what")
    table.type("改")
    table.until(lambda: table.kept()[0] == "改")  # a draft, before the cell is left
    table.press("Escape")
    table.keeps("what", "东北米", "高筋粉", "花生油", "酱油")
    expect(table.cell(0, "what")).to_have_text("东北米")


def test_keys_move_as_in_a_spreadsheet(table: Table) -> None:
    table.at(0, "code")
    table.press("Tab", "Tab", "Enter")
    box = table.page.locator(".og-in")
    expect(box).to_have_attribute("aria-label", re.compile("第 2 行 货号 A2"))
    table.press("Control+End")
    expect(box).to_have_attribute("aria-label", re.compile("第 4 行 备注 瓶装"))
    table.press("Home", "Control+ArrowUp", "F2")
    table.press("End")
    table.type("饭")
    table.press("Enter")
    table.keeps("what", "东北米饭", "高筋粉", "花生油", "酱油")


def test_tab_passes_over_what_is_not_typed(table: Table) -> None:
    table.at(0, "pieces")
    box = table.page.locator(".og-in")
    table.press("Tab")
    expect(box).to_have_attribute("aria-label", re.compile("第 1 行 厂家"))
    table.press("Shift+Tab")
    expect(box).to_have_attribute("aria-label", re.compile("第 1 行 件数"))
    expect(table.page.locator(".og-opt")).to_have_count(len(COLUMNS) - 2)


def test_what_is_at_the_left_is_seen_when_one_goes_or_pastes_there(table: Table) -> None:
    table.page.set_viewport_size({"width": 600, "height": 700})
    scrolled = "document.querySelector('.og-box').scrollLeft"
    table.at(1, "what")
    table.press("Control+End")
    table.page.wait_for_function(f"{scrolled} > 50")
    table.press("Home")
    table.page.wait_for_function(f"{scrolled} === 0")
    table.page.evaluate(f"{scrolled} = 100")
    table.at(0, "what")
    assert table.page.evaluate(scrolled) == 100  # beside a name one may look at what is far from it
    table.paste("米\tX1", "面\tX2")
    table.page.wait_for_function(f"{scrolled} === 0")


# -- choosing ----------------------------------------------------------------------------------------------------


def test_choices_are_filtered_by_what_is_typed(table: Table) -> None:
    table.at(1, "kind")
    table.page.keyboard.insert_text("大")
    expect(table.page.get_by_role("option")).to_have_text(["大米", "大豆"])
    table.press("ArrowDown", "Tab")
    table.keeps("kind", "面粉", "大豆", "食用油", "调味品")
    table.at(1, "kind")
    table.press("Alt+ArrowDown")
    expect(table.page.get_by_role("option")).to_have_count(5)
    table.page.get_by_role("option", name="大米").click()
    table.keeps("kind", "面粉", "大米", "食用油", "调味品")
    expect(table.page.get_by_role("columnheader", name="产地")).to_be_visible()  # asked for rice only


def test_another_word_for_a_choice_is_that_choice(table: Table) -> None:
    table.at(0, "kind")
    table.page.keyboard.insert_text("黄")
    expect(table.page.get_by_role("option")).to_have_text(["大豆"])
    table.press("Enter", "Enter")
    table.at(2, "kind")
    table.paste("黄豆")
    table.keeps("kind", "大豆", "面粉", "大豆", "调味品")
    expect(table.cell(2, "kind")).to_have_text("大豆")


def test_what_is_no_choice_stays_and_is_told(table: Table) -> None:
    table.at(1, "kind")
    table.page.keyboard.insert_text("杂粮")
    table.press("Enter", "ArrowUp")
    expect(table.line).to_contain_text("第 2 行 · 类别")
    expect(table.line).to_contain_text("“杂粮”不在选项里")
    expect(table.cell(1, "kind")).to_have_attribute("aria-invalid", "true")


def test_a_record_is_chosen_by_its_label(table: Table) -> None:
    table.at(0, "maker")
    table.page.keyboard.insert_text("粮油")
    table.press("Enter")
    expect(table.cell(0, "maker")).to_have_text("南海粮油厂")
    table.until(lambda: table.kept("maker")[0] == "南海粮油厂")


def test_choosing_what_was_not_there_before_mends_the_cell(table: Table, server: GridServer) -> None:
    table.at(0, "maker")
    table.page.keyboard.insert_text("西江面厂")
    table.press("Enter")
    expect(table.cell(0, "maker")).to_have_attribute("aria-invalid", "true")
    maker = server.desk.records.create("maker", server.desk.who())
    server.desk.records.set(maker, "name", "西江面厂", server.desk.who())
    table.type("南海粮油厂")
    table.press("Enter")
    table.quiet()
    table.at(0, "maker")
    table.press("Alt+ArrowDown")
    table.page.get_by_role("option", name="西江面厂").click()
    expect(table.cell(0, "maker")).not_to_have_attribute("aria-invalid", "true")
    expect(table.cell(0, "maker")).to_have_text("西江面厂")


def test_a_day_from_the_calendar(table: Table) -> None:
    table.at(0, "day")
    table.press("Alt+ArrowDown")
    calendar = table.page.get_by_role("dialog", name=re.compile("^选日期"))
    expect(calendar).to_contain_text("2026年11月")
    table.press("PageDown", "ArrowRight", "Enter")
    expect(table.cell(0, "day")).to_have_text("2026年12月5日")
    table.until(lambda: table.kept("day")[0] == "2026年12月5日")
    table.press("Alt+ArrowDown")
    expect(calendar).to_contain_text("2026年12月")
    table.press("ArrowDown", "Escape")
    expect(calendar).to_have_count(0)
    expect(table.cell(0, "day")).to_have_text("2026年12月5日")
    table.press("ArrowDown", "Alt+ArrowDown")
    calendar.get_by_role("button", name="上一月").click()
    table.page.locator("#outside").click()
    expect(calendar).to_have_count(0)
    assert table.kept("day")[0] == "2026年12月5日"


# -- blocks ------------------------------------------------------------------------------------------------------


def test_a_pasted_block_adds_rows_and_is_one_step_back(table: Table) -> None:
    table.at(3, "what")
    table.paste("甲\tB1\t大豆", '"乙\n二"\tB2\t面粉', '"丙\t""三"""\tB3\t大豆')
    table.keeps("what", "东北米", "高筋粉", "花生油", "甲", "乙 二", '丙 "三"')
    expect(table.line).to_contain_text("粘贴了 3 行，其中新加 2 行")
    table.press("Control+z")
    table.keeps("what", "东北米", "高筋粉", "花生油", "酱油")
    table.press("Control+y")
    table.keeps("what", "东北米", "高筋粉", "花生油", "甲", "乙 二", '丙 "三"')
    table.keeps("code", "A1", "A2", "A3", "B1", "B2", "B3")


def test_heads_in_a_pasted_block_say_what_is_what(table: Table) -> None:
    table.at(4, "code")
    table.paste("序号\t单价\t品名\t金额", "1\t2.5\t盐\t100", "2\t3\t糖\t100")
    table.keeps("what", "东北米", "高筋粉", "花生油", "酱油", "盐", "糖")
    table.keeps("price", "3.50", "", "80", "9", "2.50", "3")
    expect(table.line).to_contain_text("按表头对上 3 列")


def test_heads_over_two_lines_are_read_and_undoing_takes_back_what_was_said(table: Table) -> None:
    table.at(4, "what")
    table.paste("序号\t货物情况\t\t\t备注", "\t品名\t号\t单价\t", "1\t盐\tC1\t2\t袋装", "2\t糖\tC2\t3\t")
    table.keeps("what", "东北米", "高筋粉", "花生油", "酱油", "盐", "糖")
    table.keeps("memo", "", "", "", "瓶装", "袋装", "")
    expect(table.line).to_have_text("粘贴了 2 行，其中新加 2 行，按表头对上 3 列，这些列没有对上，没有收：号")
    table.press("Control+z")
    table.keeps("what", "东北米", "高筋粉", "花生油", "酱油")
    expect(table.line).not_to_contain_text("粘贴了")


def test_a_pasted_column_that_is_worked_out_is_compared(table: Table) -> None:
    table.at(1, "what")
    table.paste("品名\t单价（元）\t件数\t金额", "粉\t2\t3\t6.00", "油\t5\t2\t11", "醋\t4\t2\t", "盐\t1\t2\t3")
    expect(table.line).to_contain_text("粘贴了 4 行，其中新加 1 行")
    expect(table.line).to_contain_text("2 行与算出的不同：第 3 行金额写的是“11”，算出是“10”（单价乘件数）")
    assert table.kept("cost") == ["7.0", "6", "10", "8", "2"]
    table.at(1, "what")
    table.paste("品名\t金额", "粉\t6", "油\t10")
    table.quiet()
    expect(table.line).to_have_text("粘贴了 2 行，按表头对上 2 列")


def test_the_head_of_a_single_pasted_column_is_no_row(table: Table) -> None:
    table.at(4, "what")
    table.paste("名称", "盐", "糖")  # a synonym of the column
    table.keeps("what", "东北米", "高筋粉", "花生油", "酱油", "盐", "糖")
    expect(table.line).to_contain_text("粘贴了 2 行")
    table.at(6, "what")
    table.paste("货号", "B7")  # no name of this column
    table.keeps("what", "东北米", "高筋粉", "花生油", "酱油", "盐", "糖", "货号", "B7")


def test_copy_cut_and_fill_down(table: Table) -> None:
    table.at(2, "what")
    table.press("Shift+ArrowDown", "Shift+ArrowRight", "Control+c")
    assert table.clipboard == "花生油\tA3\n酱油\tA4"
    table.press("Control+x")
    table.keeps("code", "A1", "A2", "", "")
    table.at(0, "price")
    table.press("Shift+ArrowDown", "Shift+ArrowDown", "Control+d")
    table.keeps("price", "3.50", "3.50", "3.50", "9")
    table.press("Control+z", "Control+z")
    table.keeps("price", "3.50", "", "80", "9")
    table.keeps("code", "A1", "A2", "A3", "A4")


def test_the_handle_repeats_what_is_selected(table: Table) -> None:
    table.at(0, "pieces")
    knob, goal = table.page.locator(".og-knob").bounding_box(), table.cell(2, "pieces").bounding_box()
    assert knob and goal
    table.page.mouse.move(knob["x"] + 3, knob["y"] + 3)
    table.page.mouse.down()
    table.page.mouse.move(goal["x"] + 20, goal["y"] + 15, steps=4)
    table.page.mouse.up()
    table.keeps("pieces", "2", "2", "2", "5")


@pytest.mark.slow
def test_five_thousand_rows_are_pasted_and_taken_back(table: Table) -> None:
    table.at(4, "what")
    table.paste(*(f"货{n}\tC{n}\t大豆\t2026-11-04\t1.5\t3" for n in range(5000)))
    expect(table.line).to_contain_text("其中新加 5000 行")
    table.until(lambda: len(table.kept()) == 5004)
    assert table.kept("code")[-1] == "C4999"
    table.quiet()
    assert table.page.locator(".og-r").count() < 60
    table.press("Control+End", "Home")
    table.type("最后")
    table.press("Enter")
    table.until(lambda: table.kept()[-1] == "最后")
    table.press("Control+z", "Control+z")
    table.keeps("what", "东北米", "高筋粉", "花生油", "酱油")


def test_too_many_rows_are_not_taken_and_it_is_said(table: Table) -> None:
    table.at(4, "what")
    table.paste(*(f"货{n}" for n in range(5997)))
    expect(table.line).to_contain_text("没有粘贴：最多 6000 行，现在 4 行，还要加 5997 行")
    assert len(table.kept()) == 4


# -- rows --------------------------------------------------------------------------------------------------------


def test_rows_are_put_in_taken_out_and_moved(table: Table) -> None:
    table.at(1, "what")
    table.tool("加一行")
    table.type("新")
    table.press("Enter")
    table.keeps("what", "东北米", "高筋粉", "新", "花生油", "酱油")
    table.at(3, "what")
    table.press("Alt+Shift+ArrowUp")
    table.keeps("what", "东北米", "高筋粉", "花生油", "新", "酱油")
    table.at(0, "what")
    table.press("Shift+ArrowDown", "Control+-")
    table.keeps("what", "花生油", "新", "酱油")
    table.press("Control+z", "Control+z")
    table.keeps("what", "东北米", "高筋粉", "新", "花生油", "酱油")


def test_the_menu_is_chinese_and_works_by_keys(table: Table) -> None:
    table.cell(1, "what").click(button="right")
    menu = table.page.get_by_role("menu")
    expect(menu).to_be_visible()
    assert not re.search(r"[A-Za-z]{3,}", re.sub(r"Ctrl|Alt|Shift|Delete", "", menu.inner_text()))
    table.press("Escape", "Shift+F10")
    menu.get_by_role("menuitem", name="删除所选行").focus()
    table.press("Enter")
    table.keeps("what", "东北米", "花生油", "酱油")


def test_sorting_and_filtering_never_touch_the_data(table: Table) -> None:
    before = table.kept()
    table.at(0, "price")
    table.tool("排序")
    table.page.get_by_role("menuitem", name="按这一列从大到小看").click()
    expect(table.cell(0, "what")).to_have_text("花生油")
    expect(table.page.locator(".og-n[data-r='0']")).to_have_text("3")
    expect(table.page.locator(".og-look")).to_contain_text("数据里的顺序没有变")
    table.tool("只看有问题的 1 行")
    expect(table.page.locator(".og-r")).to_have_count(1)
    expect(table.cell(0, "what")).to_have_text("高筋粉")
    table.page.locator(".og-look").get_by_role("button", name="恢复").click()
    expect(table.cell(0, "what")).to_have_text("东北米")
    assert table.kept() == before


def test_find_and_replace(table: Table) -> None:
    table.at(0, "what")
    table.press("Control+f")
    table.page.get_by_label("查找", exact=True).fill("油")
    expect(table.page.locator(".og-find [role=status]")).to_have_text("3 处")
    table.press("Enter")
    expect(table.page.locator(".og-find [role=status]")).to_have_text("1 / 3")
    table.page.get_by_label("替换为").fill("醋")
    table.page.get_by_role("button", name="全部替换").click()
    expect(table.page.locator(".og-find [role=status]")).to_have_text("替换了 3 处，按 Ctrl+Z 撤销")
    table.keeps("what", "东北米", "高筋粉", "花生醋", "酱醋")
    table.press("Control+z")


def test_a_column_is_as_wide_as_what_comes_to_stand_in_it(table: Table, server: GridServer) -> None:
    table.record = server.desk.records.create("order", server.desk.who())
    table.open()
    table.at(0, "day")
    table.type("20261117")
    table.press("Enter")
    table.keeps("day", "2026年11月17日")
    table.quiet()
    assert not table.cell(0, "day").evaluate("cell => cell.scrollWidth > cell.clientWidth")


def test_widths_are_remembered(table: Table) -> None:
    handle = table.page.locator(".og-grip[data-g='1']")
    handle.hover()  # waits until the columns stand still
    grip = handle.bounding_box()
    assert grip
    table.page.mouse.move(grip["x"] + 4, grip["y"] + 10)
    table.page.mouse.down()
    table.page.mouse.move(grip["x"] + 104, grip["y"] + 10, steps=3)
    table.page.mouse.up()
    drawn = table.cell(0, "code").bounding_box()
    table.until(lambda: bool(table.server.desk.store.preferences("here")))
    table.page.reload()
    table.drawn()
    assert drawn and drawn["width"] > 120
    expect(table.cell(0, "code")).to_have_css("width", f"{drawn['width']:g}px")


# -- what is wrong -----------------------------------------------------------------------------------------------


def test_problems_are_marked_told_and_found_by_a_key(table: Table) -> None:
    expect(table.page.locator(".og-n.bad")).to_have_text(["2"])
    table.at(3, "what")
    table.press("F8")
    expect(table.line).to_contain_text("第 2 行 · 件数")
    expect(table.page.locator(".og-line")).to_have_class(re.compile("bad"))
    expect(table.page.locator(".og-count")).to_have_text("要改 1 处")
    table.type("30")
    table.press("Enter")
    expect(table.page.locator(".og-c.bad")).to_have_count(0)
    expect(table.page.locator(".og-count")).to_have_text("没有要改的")
    table.at(1, "code")
    table.type("A1")
    table.press("Enter")
    expect(table.page.locator(".og-count")).to_have_text("要改 2 处")
    table.press("F8")
    expect(table.line).to_contain_text("与第 2 行的货号相同")
    table.press("F8")
    expect(table.line).to_contain_text("与第 1 行的货号相同")


# -- two windows, and what goes wrong ------------------------------------------------------------------------------


def test_after_enter_the_next_problem_is_looked_for_from_where_one_typed(table: Table) -> None:
    table.at(0, "pieces")
    table.type("200")
    table.press("Enter", "F8")
    expect(table.line).to_contain_text("第 2 行 · 件数")
    table.at(2, "what")
    table.press("Delete")
    expect(table.cell(2, "what")).to_have_class(re.compile("miss"))
    table.at(1, "pieces")
    table.type("3")
    table.press("Enter", "F8")
    expect(table.line).to_contain_text("第 3 行 · 品名")


def test_another_windows_change_is_seen_without_losing_what_is_typed(another: Callable[[], Table]) -> None:
    mine, theirs = another(), another()
    mine.at(0, "what")
    mine.type("我在写")
    theirs.at(2, "what")
    theirs.type("芝麻油")
    theirs.press("Enter")
    theirs.press("Control+-")
    expect(mine.cell(2, "what")).to_have_text("芝麻油")
    mine.type("字")
    mine.press("Enter")
    mine.keeps("what", "我在写字", "高筋粉", "芝麻油")
    expect(theirs.cell(0, "what")).to_have_text("我在写字")


@pytest.mark.parametrize(("choice", "left"), [("保留我的", "我的油"), ("用那边的", "他的油")])
def test_where_both_wrote_the_person_chooses(another: Callable[[], Table], choice: str, left: str) -> None:
    mine, theirs = another(), another()
    mine.at(2, "what")
    mine.press("F2", "Control+a")  # begun before the other is seen
    theirs.at(2, "what")
    theirs.type("他的油")
    theirs.press("Enter")
    theirs.quiet()
    mine.type("我的油")
    mine.press("Enter", "ArrowUp")
    expect(mine.line).to_contain_text("改为“他的油”")
    expect(mine.line).to_contain_text("您写的是“我的油”")
    mine.page.reload()  # what is still to be chosen is asked again
    expect(mine.cell(2, "what")).to_have_text("我的油")
    mine.at(2, "what")
    expect(mine.line).to_contain_text("改为“他的油”")
    mine.page.get_by_role("button", name=choice).click()
    mine.until(lambda: mine.kept()[2] == left)
    expect(mine.cell(2, "what")).to_have_text(left)


def test_a_row_that_went_away_under_ones_hands_can_be_put_back(table: Table, server: GridServer, record: str) -> None:
    mine, records = table, server.desk.records
    mine.at(1, "what")
    mine.type("粉条")
    records.remove_row(record, "goods", records.row_ids(record, "goods")[1], server.desk.who())
    mine.press("Enter")
    expect(mine.line).to_contain_text("删掉了这一行")
    mine.page.get_by_role("button", name="放回这一行").click()
    mine.keeps("what", "东北米", "粉条", "花生油", "酱油")


@pytest.mark.parametrize("pause", [0, 60, 200, 500])
def test_a_reload_in_the_middle_of_a_word_loses_nothing(table: Table, pause: int) -> None:
    table.at(0, "what")
    table.type(f"没写完{pause}")
    table.page.wait_for_timeout(pause)
    table.page.reload()
    table.drawn()
    expect(table.cell(0, "what")).to_have_text(f"没写完{pause}")
    table.until(lambda: table.kept()[0] == f"没写完{pause}")


def test_leaving_right_after_a_paste_loses_nothing(table: Table) -> None:
    table.at(4, "what")
    table.paste(*(f"货{n}\tD{n}" for n in range(300)))
    table.page.reload()
    table.drawn()
    table.until(lambda: len(table.kept()) == 304)
    assert table.kept("code")[-1] == "D299"


@pytest.mark.slow
def test_much_goes_in_parts_that_the_browser_sends_while_the_page_goes(table: Table) -> None:
    bodies: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/of/rows"):
            bodies.append(request.post_data or "")

    table.page.on("request", note)
    table.at(4, "what")
    table.paste(*(f"货{n}\tD{n}\t大豆\t2026-11-04\t1.5\t3" for n in range(5000)))
    table.until(lambda: len(table.kept()) > 4)
    table.page.reload()
    table.drawn()
    table.until(lambda: len(table.kept()) == 5004)
    assert table.kept("code")[4:] == [f"D{n}" for n in range(5000)]
    assert table.kept("pieces")[4:] == ["3"] * 5000
    table.quiet()
    before = len(bodies)
    assert before > 1  # before the page went, and as it went; the rest may go with what Python is asked anyway
    table.at(0, "what")
    table.paste(*(f"米{n}\tE{n}" for n in range(5000)))  # over rows that are there
    table.quiet()
    assert table.kept("code") == [*(f"E{n}" for n in range(5000)), *(f"D{n}" for n in range(4996, 5000))]
    sent = [json.loads(body)["ops"] for body in bodies]
    assert sum(len(ops) for ops in sent[before:]) > 1000
    assert max(len(body.encode()) for body in bodies) <= 60_000


def test_what_is_done_while_the_server_is_away_is_kept_when_it_is_back(table: Table) -> None:
    table.quiet()
    table.server.stop()
    table.at(0, "what")
    table.type("离线")
    table.press("Enter")
    table.type("也在")
    table.press("Enter")
    expect(table.line).to_contain_text("连接断了，正在重连。您刚写的 2 处留在本机", timeout=20_000)
    table.server.start()
    table.keeps("what", "离线", "也在", "花生油", "酱油")
    table.type("再来")
    table.press("Enter")
    table.keeps("what", "离线", "也在", "再来", "酱油")
    expect(table.cell(2, "what")).to_have_text("再来")


# -- who cannot see, who has no mouse ------------------------------------------------------------------------------


def test_roles_and_names(table: Table) -> None:
    table.at(1, "pieces")
    grid = table.page.get_by_role("grid", name="货物")
    expect(grid).to_have_attribute("aria-rowcount", "6")
    expect(grid).to_have_attribute("aria-colcount", "10")
    expect(table.page.locator(".og-in")).to_have_attribute("aria-label", re.compile("^第 2 行 件数 300，"))
    expect(table.page.locator(".og-in")).to_have_attribute("aria-invalid", "true")
    unnamed = table.page.evaluate(
        """() => [...document.querySelectorAll('.og button, .og input, .og textarea')]
            .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.closest('label')))
            .map((one) => one.outerHTML)"""
    )
    assert unnamed == []
    wrong = table.page.evaluate(
        """() => {
            const parents = {gridcell: 'row', rowheader: 'row', columnheader: 'row', row: 'rowgroup', rowgroup: 'grid'};
            return Object.entries(parents).flatMap(([role, parent]) =>
                [...document.querySelectorAll(`.og [role=${role}]`)]
                    .filter((one) => one.parentElement.getAttribute('role') !== parent).map((one) => one.outerHTML));
        }"""
    )
    assert wrong == []


def test_the_keyboard_alone_gets_in_and_out(table: Table) -> None:
    table.at(0, "what")
    table.press("Escape")
    expect(table.line).to_contain_text("再按 Tab 离开表格")
    table.press("Tab")
    expect(table.page.locator(".og-in")).not_to_be_focused()
    table.press("Shift+Tab")
    expect(table.page.locator(".og-in")).to_be_focused()
    table.type("键盘")
    table.press("Escape", "Escape", "Shift+Tab")
    expect(table.page.locator(".og-in")).not_to_be_focused()


def test_a_whole_order_is_written_by_the_keyboard_alone(table: Table) -> None:
    box = table.page.locator(".og-in")
    for _ in range(20):
        if box.evaluate("one => one === document.activeElement"):
            break
        table.press("Tab")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-label", re.compile("第 1 行 品名 东北米"))
    table.press("Control+End", "Home", "ArrowDown")
    table.type("红豆")
    table.press("Tab")
    table.type("A5")
    table.press("Tab", "Alt+ArrowDown")
    expect(table.page.get_by_role("listbox", name="类别的选项")).to_be_visible()
    table.press("ArrowUp", "Tab")
    table.keeps("kind", "面粉", "面粉", "食用油", "调味品", "大豆")
    table.press("Alt+ArrowDown")
    expect(table.page.get_by_role("dialog", name=re.compile("^选日期"))).to_be_visible()
    table.press("Enter")
    table.until(lambda: bool(table.kept("day")[4]))
    expect(box).to_be_focused()
    table.press("ArrowLeft", "Delete", "Control+z")
    table.keeps("kind", "面粉", "面粉", "食用油", "调味品", "大豆")
    table.press("Control+y")
    table.keeps("kind", "面粉", "面粉", "食用油", "调味品", "")
    table.press("Control+d")
    table.keeps("kind", "面粉", "面粉", "食用油", "调味品", "调味品")
    table.press("F8")
    expect(table.line).to_contain_text("第 2 行 · 件数")
    table.type("3")
    table.press("Enter")
    expect(table.page.locator(".og-count")).to_have_text("没有要改的")
    table.press("F8")
    expect(table.line).to_contain_text("没有要改的")
    table.press("ContextMenu")
    expect(table.page.get_by_role("menu")).to_be_visible()
    table.press("Escape", "Shift+F10", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp")
    expect(table.page.get_by_role("menuitem", name="撤销")).to_be_focused()
    table.press("Enter")
    table.until(lambda: table.kept("pieces")[1] == "300")
    expect(box).to_be_focused()
    table.press("Escape", "Tab")
    expect(box).not_to_be_focused()


def test_nothing_in_the_table_is_a_barrier(table: Table) -> None:
    table.at(1, "kind")
    assert barriers_on(table.page) == []
    table.press("Shift+F10")
    expect(table.page.get_by_role("menu")).to_be_visible()
    assert barriers_on(table.page) == []
    table.press("Escape", "Alt+ArrowDown")
    expect(table.page.get_by_role("listbox")).to_be_visible()
    assert barriers_on(table.page) == []
    table.press("Escape", "Control+f")
    expect(table.page.get_by_role("search")).to_be_visible()
    assert barriers_on(table.page) == []
