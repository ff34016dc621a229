"""The screens as Streamlit runs them, without a browser."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from onefill.service.desk import Desk
from onefill.service.shapes import Damage
from onefill.ui.heard import heard
from onefill.ui.session import key_of
from onefill.ui.shared import put_desk

HOME = Path(__file__).resolve().parents[2]
WAIT = 30
#: Words that are names, or that people call so.
KNOWN = {"Excel", "WPS", "Word", "PDF", "ZIP", "Ctrl", "JPG", "PNG"}
TAGS = re.compile(r"<[^>]*>")
ICONS = re.compile(r'<span class="ms"[^>]*>[^<]*</span>')


def opened(screen: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(HOME / "onefill/ui/main.py"), default_timeout=WAIT)
    for name, value in query.items():
        app.query_params[name] = value
    if screen != "start":
        app.switch_page(f"../screens/{screen}.py")
    app.run()
    return app


def texts(app: AppTest) -> Iterator[str]:
    for node in app:
        body = getattr(getattr(node, "proto", None), "body", "")
        yield TAGS.sub(" ", ICONS.sub(" ", body if isinstance(body, str) else ""))
        for name in ("label", "placeholder"):
            words = getattr(node, name, "")
            yield words if isinstance(words, str) else ""


def words(app: AppTest) -> str:
    return " ".join(texts(app))


@pytest.mark.parametrize("screen", ["start", "records", "missing"])
def test_screens_without_a_record(desk: Desk, screen: str) -> None:
    app = opened(screen)
    assert not app.exception
    assert "一填通" in words(app)
    assert not set(re.findall(r"[A-Za-z]{2,}", words(app))) - KNOWN


def test_a_form_explains_itself_at_its_beginning_and_a_computed_field_beside_its_source(desk: Desk, order: str) -> None:
    first = words(opened("fill", record=order))
    assert "一张单子填一份" in first
    assert "来回各一次" in first
    assert "一张单子填一份" not in words(opened("fill", record=order, section="goods"))


@pytest.mark.parametrize("screen", ["fill", "documents", "history", "overview"])
def test_screens_of_a_record(desk: Desk, order: str, screen: str) -> None:
    app = opened(screen, record=order)
    assert not app.exception
    assert "已保存 " in words(app)
    assert "出了点问题" not in words(app)
    assert not set(re.findall(r"[A-Za-z]{2,}", words(app))) - KNOWN


@pytest.mark.parametrize("screen", ["fill", "documents", "history", "overview"])
def test_an_unknown_record_is_told(desk: Desk, screen: str) -> None:
    assert "没有这个办件" in words(opened(screen, record="nope"))
    assert "地址里没有写是哪个办件" in words(opened(screen))


def test_what_is_typed_is_kept_and_read(desk: Desk, order: str) -> None:
    app = opened("fill", record=order)
    app.text_input(key=key_of(order, "day")).set_value("20261207").run()
    assert stored(desk, order, "day") == "2026-12-07"
    assert app.text_input(key=key_of(order, "day")).value == "20261207", "not rewritten while one types"


def test_what_cannot_be_read_is_kept_as_typed_and_told(desk: Desk, order: str) -> None:
    app = opened("fill", record=order)
    app.text_input(key=key_of(order, "pieces")).set_value("二十个").run()
    assert stored(desk, order, "pieces") == {"raw": "二十个"}
    assert 'class="msg bad"' in bodies(app)


def test_a_field_comes_and_goes_with_its_condition(desk: Desk, order: str) -> None:
    app = opened("fill", record=order)
    assert key_of(order, "address") not in [box.key for box in app.text_input]
    desk.records.set(order, "way", "送货", desk.who())
    app.run()
    assert key_of(order, "address") in [box.key for box in app.text_input]


def test_what_another_window_wrote_is_shown(desk: Desk, order: str) -> None:
    app = opened("fill", record=order)
    desk.records.set(order, "number", "A-7", desk.who(), window="other")
    app.run()
    assert app.text_input(key=key_of(order, "number")).value == "A-7"


def test_two_windows_at_one_field_are_asked(desk: Desk, order: str) -> None:
    app = opened("fill", record=order)
    desk.records.set(order, "number", "theirs", desk.who(), window="other")
    app.text_input(key=key_of(order, "number")).set_value("mine").run()
    assert stored(desk, order, "number") == "theirs"
    assert app.session_state["window"].conflicts
    assert 'data-typed="mine" data-shown="mine"' in bodies(app), "the page script must not put theirs in its place"


def test_what_the_page_script_has_told_is_not_taken_back_by_an_older_run(desk: Desk, order: str) -> None:
    app = opened("fill", record=order)
    window = app.session_state["window"].id
    for count, text in enumerate(("a", "ab", "abc"), 1):
        desk.records.set(order, "number", text, desk.who(), window=window, sequence=count)
        heard.tell(window, order, "number", text, count)
    app.text_input(key=key_of(order, "number")).set_value("ab").run()
    assert stored(desk, order, "number") == "abc"
    app.text_input(key=key_of(order, "number")).set_value("abcd").run()
    assert stored(desk, order, "number") == "abcd", "the script was silent, so the run keeps it"


def test_a_keystroke_told_after_the_run_that_kept_it_hides_nobody_elses_text(desk: Desk, order: str) -> None:
    app = opened("fill", record=order)
    window = app.session_state["window"].id
    box = app.text_input(key=key_of(order, "number"))
    box.set_value("mine").run()
    heard.tell(window, order, "number", "mine", 1)
    desk.records.set(order, "number", "theirs", desk.who(), window="other")
    app.run()
    assert app.text_input(key=key_of(order, "number")).value == "theirs"


def test_a_box_found_empty_is_believed_only_if_the_page_script_told_so(desk: Desk, order: str) -> None:
    desk.records.set(order, "number", "A-7", desk.who())
    app = opened("fill", record=order)
    box = app.text_input(key=key_of(order, "number"))
    box.set_value("").run()
    assert stored(desk, order, "number") == "A-7", "Streamlit hands over emptiness while it draws a box anew"
    app.run()
    assert app.text_input(key=key_of(order, "number")).value == "A-7"
    window = app.session_state["window"].id
    desk.records.set(order, "number", "", desk.who(), window=window, sequence=1)
    heard.tell(window, order, "number", "", 1)
    box.set_value("").run()
    assert stored(desk, order, "number") is None
    assert app.text_input(key=key_of(order, "number")).value == ""


def test_nothing_typed_is_nothing_changed(desk: Desk, order: str) -> None:
    desk.records.set(order, "day", "20261207", desk.who())
    before = desk.records.state(order).change
    opened("fill", record=order).run().run()
    assert desk.records.state(order).change == before


def test_markup_in_what_people_type_is_shown_as_typed(desk: Desk, order: str) -> None:
    desk.records.set(order, "number", "<img src=x onerror=alert(1)>{{ 1 }}", desk.who())
    for screen in ("fill", "documents", "history", "start"):
        assert "<img" not in bodies(opened(screen, record=order))


def test_a_damaged_record_is_told_on_the_first_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "读不出来" not in words(opened("start"))
    hurt = (Damage("r1", "data/r1.json", "不全"),)
    monkeypatch.setattr(type(desk.records), "damages", lambda _records: hurt)
    shown = words(opened("start"))
    assert "有 1 个办件的文件读不出来" in shown
    assert "从备份里把它们放回去" in shown


def test_data_that_should_lie_elsewhere_is_told_on_the_first_page(desk: Desk) -> None:
    assert "同步盘" not in words(opened("start"))
    put_desk(replace(desk, doubt="数据放在同步盘“OneDrive”里"))
    assert "数据放在同步盘“OneDrive”里" in words(opened("start"))


def stored(desk: Desk, record: str, path: str) -> object:
    return next(f.stored for f in desk.records.fields(record, "basics") if f.path == path)


def bodies(app: AppTest) -> str:
    return " ".join(str(getattr(getattr(node, "proto", None), "body", "")) for node in app)


def panels(app: AppTest) -> str:
    """What our own panels say."""
    told = (getattr(getattr(node, "proto", None), "json", "") for node in app)
    return " ".join(json.loads(one)["html"] for one in told if isinstance(one, str) and one.startswith('{"html"'))


def test_what_is_filled_is_said_to_be(desk: Desk) -> None:
    customer = desk.records.create("customer", desk.who())
    assert "填写中" in words(opened("fill", record=customer))
    desk.records.set(customer, "name", "甲商行", desk.who())
    shown = words(opened("fill", record=customer))
    assert "填写中" not in shown
    assert "已填齐" in shown
    assert "打印" not in shown, "there is nothing to print"
