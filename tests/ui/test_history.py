"""历史: the page as Streamlit runs it, its drawing, its routes."""

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.facts import Difference
from onefill.service.desk import Desk
from onefill.service.history_shapes import PaperFate
from onefill.ui import past
from onefill.ui.routes import ROUTES
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.tokens import sign
from tests.ui.test_screens import opened

HERE = "http://127.0.0.1:8501"


def drawn(desk: Desk, record: str, old: int, new: int = 0) -> str:
    return past.changes(desk.history.compare(record, old, new), set())


def test_a_version_is_kept_by_hand_with_its_note(desk: Desk, order: str) -> None:
    desk.records.set(order, "number", "A-1", desk.who())
    app = opened("history", record=order)
    app.text_input(key=f"note-{order}").set_value("给经理看过").run()
    app.button(key="keep_version").click().run()
    assert not app.exception
    top = desk.history.timeline(order)[0]
    assert (top.n, top.note, top.changed) == (2, "给经理看过", 1)
    assert app.text_input(key=f"note-{order}").value == ""
    app.button(key="keep_version").click().run()
    assert desk.history.timeline(order)[0].n == 2, "nothing new, nothing kept"


def test_the_page_looks_at_the_newest_two_at_first(desk: Desk, order: str) -> None:
    app = opened("history", record=order)
    assert app.session_state[f"picked-{order}"] == (1, [1])
    desk.records.set(order, "number", "A-1", desk.who())
    app = opened("history", record=order)
    assert app.session_state[f"picked-{order}"] == (0, [0, 1])


def test_changes_are_drawn_escaped_with_words_beside_colour(desk: Desk, order: str) -> None:
    who = desk.who()
    desk.records.set(order, "number", "<b>1</b>", who)
    desk.records.set(order, "way", "自取", who)
    row = desk.records.add_row(order, "goods", who, {"what": "纸"})
    desk.records.keep_version(order, who)
    desk.records.set(order, "number", "2", who)
    desk.records.set(order, "way", "", who)
    desk.records.remove_row(order, "goods", row, who)
    shown = drawn(desk, order, 2)
    assert "<del>&lt;b&gt;1&lt;/b&gt;</del>" in shown
    assert re.findall(r"</span>(改|新增|填上|删除|清空)</td>", shown) == ["改", "清空", "删除"]
    assert '<td class="wh">纸</td><td><del>第 1 行</del></td>' in shown
    first = drawn(desk, order, 1, 2)
    assert re.findall(r"</span>(改|新增|填上|删除|清空)</td>", first) == ["填上", "填上", "新增"]
    assert "只有这一版" in drawn(desk, order, 2, 2)


def test_a_long_section_is_listed_to_its_end_at_a_press(desk: Desk, order: str) -> None:
    desk.records.add_rows(order, "goods", desk.who(), [{"what": f"货{n}"} for n in range(60)])
    desk.records.keep_version(order, desk.who())
    for row in desk.records.row_ids(order, "goods"):
        desk.records.set(order, f"goods/{row}/price", "3", desk.who())
    desk.records.set(order, "number", "1", desk.who())
    for row in desk.records.row_ids(order, "goods")[:3]:
        desk.records.set(order, f"goods/{row}/what", "改", desk.who())
    comparison = desk.history.compare(order, 2)
    assert 'data-act="whole:货物"' in past.changes(comparison, set())
    assert "还有 3 处" in past.changes(comparison, set())
    assert "data-act" not in past.changes(comparison, {"货物"})


def test_numbers_alike_under_the_mask_say_that_they_differ() -> None:
    one = Difference("id", "甲", "号码", "12****9", "12****9", "changed", masked=True)
    assert "遮住的几位不同" in past._change(one)
    assert "遮住的几位不同" not in past._change(
        Difference("id", "甲", "号码", "12****9", "12****8", "changed", masked=True)
    )


@pytest.mark.parametrize(
    ("papers", "words"),
    [
        (
            ["again!", "again", "good"],
            ["1 份</b>要重印盖章：《again!》", "1 份</b>要重印：《again》", "其余 1 份不用重印"],
        ),
        (["good", "good"], ["2 份不用重印"]),
        (
            ["fresh", "gone", "broken"],
            ["现在齐了，可以印：《fresh》", "现在不用了：《gone》", "模板现在用不了：《broken》"],
        ),
    ],
)
def test_what_becomes_of_papers_is_said(papers: list[str], words: list[str]) -> None:
    made: list[Any] = [
        PaperFate(key=name, title=name, phase="", fate=name.rstrip("!"), sealed=name.endswith("!"))  # type: ignore[arg-type]
        for name in papers
    ]
    shown = past.fates(made)
    assert all(word in shown for word in words)
    assert ("amber" in shown) == ("again" in papers)


# -- routes ------------------------------------------------------------------------------------------------------


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=ROUTES, middleware=MIDDLEWARE), base_url=HERE, client=("127.0.0.1", 50000))


def headers(desk: Desk, **more: str) -> dict[str, str]:
    return {"origin": HERE, "sec-fetch-site": "same-origin", "x-onefill-token": sign("w1", desk.settings.data), **more}


@pytest.mark.parametrize("address", ["/of/past/{}/1", "/of/past/{}/1/sheet/pdf"])
def test_only_our_page_may_have_the_past(client: TestClient, desk: Desk, order: str, address: str) -> None:
    there = address.format(order)
    assert client.post(there, headers=headers(desk, origin="http://evil.example")).status_code == 403
    assert client.post(there, headers=headers(desk) | {"x-onefill-token": "w1.forged"}).status_code == 401
    assert client.post(address.format("nope"), headers=headers(desk)).status_code == 404
    assert client.get(there, headers=headers(desk)).status_code == 404


def test_a_version_that_is_not_there_is_told(client: TestClient, desk: Desk, order: str) -> None:
    answer = client.post(f"/of/past/{order}/9/sheet/pdf", headers=headers(desk))
    assert answer.status_code == 409
    assert "9" in answer.json()["message"]
    assert "sheet" in client.post(f"/of/past/{order}/1/other/pdf", headers=headers(desk)).json()["message"]


def test_a_printed_file_comes_back_byte_for_byte(client: TestClient, desk: Desk, order: str) -> None:
    printed = desk.documents.file(order, "sheet", ".pdf", desk.who())
    n = desk.records.state(order).version
    desk.records.set(order, "number", "neu", desk.who())
    answer = client.post(f"/of/past/{order}/{n}/sheet/pdf", headers=headers(desk))
    assert answer.content == printed.data
    archive = client.post(f"/of/past/{order}/{n}", headers=headers(desk))
    assert archive.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(BytesIO(archive.content)) as kept:
        assert [kept.read(name) for name in kept.namelist()] == [printed.data]
