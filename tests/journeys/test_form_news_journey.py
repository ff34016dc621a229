"""A record that was filled before its form changed: what became of it is told on the fill page, until it was seen."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from functools import reduce
from pathlib import Path

import pytest

from onefill.service import Settings, open_desk
from tests.desks import ROOT, Clock
from tests.journeys.server import Server
from tests.journeys.window import Window, expect

FORM = "leave_request"
#: What is asked today, and what was asked in its place then.
THEN = (
    ("label: 电话, type: phone, private: true}", "label: 电话}\n      - {key: lodging, label: 休假住址}"),
    ("options: [办公室, 一车间, 仓库]", "options: [办公室, 一车间, 后勤组]"),
)
TYPED = {
    "applicant": "司徒晓岚",
    "department": "后勤组",
    "phone": "办公室转关晓禾",
    "lodging": "佛山市禅城区某某路 1 号",
    "leave_kind": "事假",
    "reason": "家事",
}


def filled_then(folder: Path) -> str:
    """A record of the form as it was, kept in a folder of data; its id."""
    forms = folder / "forms"
    shutil.copytree(ROOT / "forms" / "demo", forms / "demo")
    path = forms / "demo" / f"{FORM}.yaml"
    text = path.read_text("utf-8")
    assert all(now in text for now, _ in THEN)
    path.write_text(reduce(lambda said, pair: said.replace(*pair), THEN, text), "utf-8")
    desk = open_desk(Settings(data=folder / "data", forms=forms), now=Clock())
    with closing(desk.store):
        record = desk.records.create(FORM, desk.who())
        for key, words in TYPED.items():
            desk.records.set(record, key, words, desk.who())
        desk.records.keep_version(record, desk.who())
    return record


@pytest.fixture(scope="module")
def record() -> list[str]:
    """Id of the record."""
    return []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, record: list[str]) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("news")
    record.append(filled_then(folder))
    with Server(folder / "data") as one:
        yield one


def test_what_became_of_it_is_told_until_it_was_seen(window: Window, record: list[str]) -> None:
    window.revisit(record[0], FORM)
    note = window.page.locator(".st-key-formnews")
    expect(note).to_contain_text("这张表单改过了。不再问 休假住址，2 个值要重新核对，1 个旧值另外留着")
    note.get_by_text("看改了什么").click()
    for line in (
        "请假 · 部门：后勤组",
        "请假 · 电话：办公室转关晓禾",
        "请假 · 休假住址：佛山市禅城区某某路 1 号",
    ):
        expect(note.locator("li").filter(has_text=line)).to_be_visible()
    window.look("form-news")
    window.sound()
    note.get_by_role("button", name="去核对电话").click()
    expect(window.box("phone")).to_be_focused()
    window.write("phone", "0757-83331234")
    expect(note).to_contain_text("2 个值要重新核对")  # typing is not having seen it
    window.after_run(note.get_by_role("button", name="知道了").click)
    expect(note).to_have_count(0)
    window.reload()
    expect(window.box("phone")).to_have_value("0757-83331234")
    expect(note).to_have_count(0)
    assert window.page.locator(".note").filter(has_text="这张表单改过了").count() == 0
