"""The import screen without a browser: its routes, its states, what is kept between them."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.service.desk import Desk
from onefill.service.errors import NothingToUndo, NotWaiting, PreviewStale
from onefill.service.inbox import MOST_BYTES
from onefill.ui.import_columns import columns_panel, heading_panel
from onefill.ui.import_entry import receipt
from onefill.ui.import_lines import View, lines_panel
from onefill.ui.papers import progress
from onefill.ui.printing import record_jobs
from onefill.ui.routes import ROUTES
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.tokens import sign
from tests.service.test_jobs import Aside
from tests.ui.conftest import in_use
from tests.ui.desk import a_desk, filled_order
from tests.ui.test_screens import opened, words

HERE = "http://127.0.0.1:8501"
OURS = {"origin": HERE, "sec-fetch-site": "same-origin"}


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=ROUTES, middleware=MIDDLEWARE), base_url=HERE, client=("127.0.0.1", 50000))


@pytest.fixture
def ours(desk: Desk) -> dict[str, str]:
    return OURS | {"x-onefill-token": sign("w1", desk.settings.data), "x-onefill-name": "%E8%B4%A7.xlsx"}


def book(*lines: list[Any]) -> bytes:
    made, out = Workbook(), io.BytesIO()
    for line in lines:
        made.worksheets[0].append(line)
    made.save(out)
    return out.getvalue()


GOOD = book(["品名", "单价"], ["钉子", 3], ["锤子", "25元"])
WRONG = book(["品名", "单价"], ["钉子", 3], ["锤子", "很贵"], ["锯子", 40])


def brought(desk: Desk, order: str, data: bytes = GOOD) -> str:
    return desk.inbox.bring(order, "goods", data, "货.xlsx")


def goods(desk: Desk, order: str) -> list[str]:
    rows = desk.records.rows(order, "goods", choices=False)
    return [next(field.shown for field in row.fields if field.definition.key == "what") for row in rows]


# -- routes ------------------------------------------------------------------------------------------------------------


def test_a_workbook_is_kept_for_its_record(client: TestClient, desk: Desk, order: str, ours: dict[str, str]) -> None:
    answer = client.post(f"/of/import/{order}/goods", content=GOOD, headers=ours)
    assert answer.status_code == 200
    file = answer.json()["file"]
    assert desk.inbox.look(order, file).filename == "货.xlsx"
    other = desk.records.create("order", desk.who())
    for path in (f"/of/marked/{other}/{file}", f"/of/marked/{order}/nothing", f"/of/marked/{order}/..%2f..%2fx"):
        assert client.post(path, headers=ours).status_code in (404, 409)
    with pytest.raises(NotWaiting):
        desk.inbox.look(other, file)


@pytest.mark.parametrize("wrong", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": ""}])
def test_another_page_brings_nothing(
    client: TestClient, desk: Desk, order: str, ours: dict[str, str], wrong: dict[str, str]
) -> None:
    for path in (f"/of/import/{order}/goods", f"/of/marked/{order}/x", f"/of/blank/{order}/goods"):
        assert client.post(path, content=GOOD, headers=ours | wrong).status_code == 403
        assert client.post(path, content=GOOD, headers=ours | {"x-onefill-token": "w1.0"}).status_code == 401
    assert not (desk.settings.data / "inbox").exists()


@pytest.mark.parametrize("told", [True, False])
def test_what_is_too_big_is_cut_off(
    client: TestClient, desk: Desk, order: str, ours: dict[str, str], told: bool
) -> None:
    """Sent past the page's own check: with its length in the head, and as a stream that does not say it."""
    read = 0

    def stream() -> Iterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1 << 20
            yield bytes(1 << 20)

    body: Any = bytes(MOST_BYTES + 1) if told else stream()
    answer = client.post(f"/of/import/{order}/goods", content=body, headers=ours)
    assert answer.status_code == 413
    assert "最大 20 MB" in answer.json()["message"] or "超过 20 MB" in answer.json()["message"]
    assert not (desk.settings.data / "inbox").exists()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "再选"),
        (b"%PDF-1.7 ...", "再选"),
        (b"", "什么都没有"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "再选"),
    ],
)
def test_what_is_no_workbook_is_told_and_not_kept(
    client: TestClient, desk: Desk, order: str, ours: dict[str, str], data: bytes, told: str
) -> None:
    answer = client.post(f"/of/import/{order}/goods", content=data, headers=ours | {"x-onefill-name": "a.xls"})
    assert answer.status_code == 409
    assert told in answer.json()["message"]
    assert not (desk.settings.data / "inbox").exists()


@pytest.mark.parametrize("section", ["basics", "ticks", "nothing"])
def test_only_tables_take_workbooks(client: TestClient, order: str, ours: dict[str, str], section: str) -> None:
    assert client.post(f"/of/import/{order}/{section}", content=GOOD, headers=ours).status_code == 409


def test_marked_and_blank_workbooks(client: TestClient, desk: Desk, order: str, ours: dict[str, str]) -> None:
    file = brought(desk, order, WRONG)
    marked = load_workbook(io.BytesIO(client.post(f"/of/marked/{order}/{file}", headers=ours).content))
    assert [cell.coordinate for row in marked.worksheets[0].iter_rows() for cell in row if cell.comment] == ["B3"]
    blank = client.post(f"/of/blank/{order}/goods", headers=ours)
    assert load_workbook(io.BytesIO(blank.content)).worksheets[0].max_column >= 2


# -- what waits --------------------------------------------------------------------------------------------------------


def test_taken_once_and_taken_back(desk: Desk, order: str) -> None:
    desk.records.add_row(order, "goods", desk.who(), {"what": "钉子", "price": "1"})
    file = brought(desk, order)
    receipt = desk.inbox.take(order, file, desk.who(), drop=True, seen=desk.inbox.preview(order, file).digest)
    assert goods(desk, order) == ["钉子", "锤子"]
    assert desk.inbox.look(order, file).receipt == receipt
    undone = desk.inbox.undo(order, file, desk.who())
    assert (undone.undone, undone.stayed) == (True, 0)
    (row,) = desk.records.rows(order, "goods", choices=False)
    assert [field.shown for field in row.fields][:2] == ["钉子", "1"]
    with pytest.raises(NothingToUndo):
        desk.inbox.undo(order, file, desk.who())


def test_what_was_changed_since_is_not_taken_back(desk: Desk, order: str) -> None:
    file = brought(desk, order)
    desk.inbox.take(order, file, desk.who())
    first, _ = desk.records.row_ids(order, "goods")
    desk.records.set(order, f"goods/{first}/what", "铜钉", desk.who())
    assert desk.inbox.undo(order, file, desk.who()).stayed == 1
    assert goods(desk, order) == ["铜钉"]


def test_what_has_changed_meanwhile_is_not_taken(desk: Desk, order: str) -> None:
    file = brought(desk, order)
    seen = desk.inbox.preview(order, file).digest
    desk.records.add_row(order, "goods", desk.who(), {"what": "螺丝"})
    with pytest.raises(PreviewStale):
        desk.inbox.take(order, file, desk.who(), seen=seen)
    assert goods(desk, order) == ["螺丝"]


def test_what_was_chosen_is_kept(desk: Desk, order: str) -> None:
    file = brought(desk, order, book(["甲", "乙"], ["钉子", 3]))
    assert desk.inbox.preview(order, file).columns.header is None
    desk.inbox.choose_header(order, file, 1)
    desk.inbox.choose_column(order, file, 1, "what")
    assert desk.inbox.look(order, file).columns == ((1, "what"),)
    assert [row.kind for row in desk.inbox.preview(order, file).rows] == ["added"]


# -- the screen --------------------------------------------------------------------------------------------------------


def test_the_place_to_bring_a_workbook(desk: Desk, order: str) -> None:
    app = opened("importing", record=order, section="goods")
    assert not app.exception
    assert "导入货物" in words(app)
    assert "没有写导入哪一张表" in words(opened("importing", record=order, section="basics"))
    gone = opened("importing", record=order, section="goods", file="gone")
    assert "这份表已经不在了" in words(gone)


def test_the_preview(desk: Desk, order: str) -> None:
    file = brought(desk, order, WRONG)
    app = opened("importing", record=order, section="goods", file=file)
    assert not app.exception
    assert "出了点问题" not in words(app)
    preview = desk.inbox.preview(order, file)
    shown = lines_panel(order, file, preview, View())
    assert "B3 " in shown
    assert "3 行都导入，错的先留着" in shown
    assert "导入没问题的 2 行" in shown
    columns = columns_panel(desk.inbox.look(order, file), desk.inbox.workbook(order, file), preview)
    assert "表头在第 1 行，数据在第 2—4 行" in columns
    assert columns.count("已对上") == 2


def test_a_word_of_the_table_is_asked_for_and_said(tmp_path: Path) -> None:
    price = "label: 单价（元）, type: money}"
    desk = a_desk(tmp_path, (price, f"{price}\n      - {{key: hue, label: 颜色, type: choice, options: [红, 蓝]}}"))
    order = filled_order(desk)
    file = brought(desk, order, book(["品名", "颜色"], ["钉子", "大红"], ["锤子", "绛"], ["锯子", "绛"]))
    workbook = desk.inbox.workbook(order, file)

    def panels() -> tuple[str, str]:
        preview = desk.inbox.preview(order, file)
        columns = columns_panel(desk.inbox.look(order, file), workbook, preview)
        return columns, lines_panel(order, file, preview, View())

    columns, lines = panels()
    assert "“绛”<small>2 格</small>" in columns
    assert "用“红”" in columns
    assert "颜色里有 2 种写法不在选项里" in lines
    for word in ("绛", "大红"):
        desk.inbox.choose_word(order, file, "hue", word, "红")
    columns, lines = panels()
    assert columns.count("check_circle</span>会记住") == 2
    assert "不在选项里" not in lines
    assert not desk.inbox.preview(order, file).wrong


def test_a_heading_is_asked_for(desk: Desk, order: str) -> None:
    file = brought(desk, order, book(["甲", "乙"], ["钉子", 3]))
    shown = heading_panel(desk.inbox.workbook(order, file), desk.inbox.preview(order, file))
    assert "没找到表头" in shown
    assert 'data-act="header:1"' in shown


def test_what_came_of_it_is_told_beside_the_table(desk: Desk, order: str) -> None:
    file = brought(desk, order, WRONG)
    desk.inbox.take(order, file, desk.who())
    assert not opened("fill", record=order, section="goods", imported=file).exception
    told = receipt("货.xlsx", desk.inbox.take(order, file, desk.who()))
    assert "不变 2 行" in told
    assert "第 3 行有错，没有导入" in told
    assert "已撤销" in receipt("货.xlsx", desk.inbox.undo(order, file, desk.who()))


# -- many rows ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Desk, Aside]]:
    """A desk whose slow work waits until somebody does it; two rows are many."""
    monkeypatch.setattr("onefill.service.inbox.MOST_AT_ONCE", 1)
    aside = Aside()
    for made in in_use(a_desk(tmp_path, runner=aside)):
        yield made, aside


def started(desk: Desk, order: str) -> str:
    file = brought(desk, order)
    desk.inbox.start(order, file, desk.who(), seen=desk.inbox.preview(order, file).digest)
    return file


def test_how_far_many_rows_are_and_then_the_table(later: tuple[Desk, Aside]) -> None:
    desk, aside = later
    order = filled_order(desk)
    file = started(desk, order)
    app = opened("importing", record=order, section="goods", file=file)
    assert not app.exception
    assert "导入“货.xlsx”" in words(app)
    [job] = desk.jobs.of(order)
    assert "在排队" in progress(job, "正在导入")
    running = progress(replace(job, state="running", done=1, total=3), "正在导入", even=False)
    assert "正在导入 1 / 3" in running
    assert "已用 0 秒" in running
    assert record_jobs(order) == []
    aside.work()
    app.run()
    assert not app.exception
    assert app.query_params["imported"] == file
    assert set(goods(desk, order)) == {"钉子", "锤子"}


def test_what_could_not_be_taken_is_told_over_the_preview(later: tuple[Desk, Aside]) -> None:
    desk, aside = later
    order = filled_order(desk)
    for stop in (False, True):
        file = started(desk, order)
        if stop:
            desk.jobs.stop(order, ["import"])
        else:
            desk.records.add_row(order, "goods", desk.who(), {"what": "钉子"})
        aside.work()
        app = opened("importing", record=order, section="goods", file=file)
        assert not app.exception
        told = app.session_state[f"import-{order}-{file}"].told
        assert told == "已停下，没有导入" if stop else "货物" in told
    assert "锤子" not in goods(desk, order)


def test_what_came_of_an_import_is_no_file_to_download(client: TestClient, later: tuple[Desk, Aside]) -> None:
    desk, aside = later
    order = filled_order(desk)
    started(desk, order)
    aside.work()
    [job] = desk.jobs.of(order)
    assert job.state == "done"
    headers = OURS | {"x-onefill-token": sign("w1", desk.settings.data)}
    assert client.post(f"/of/made/{order}/{job.id}", headers=headers).status_code == 404
