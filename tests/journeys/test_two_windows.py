"""Two windows on one record: each sees what the other writes, and neither writes over the other unasked."""

from collections.abc import Callable

import pytest

from tests.journeys.window import Window, expect

FORM, FIELD, LONG = "leave_request", "applicant", "reason"
MOST = 20_000


@pytest.fixture
def pair(another: Callable[[], Window]) -> tuple[Window, Window]:
    one, two = another(), another()
    one.open()
    record = one.begin(FORM)
    two.revisit(record, FORM)
    expect(two.box(FIELD)).to_be_visible()
    return one, two


def test_what_one_writes_the_other_sees(pair: tuple[Window, Window]) -> None:
    one, two = pair
    one.write(FIELD, "司徒晓岚")
    expect(two.box(FIELD)).to_have_value("司徒晓岚")
    one.choose("department", "仓库")
    expect(two.field("department").get_by_role("radio", name="仓库")).to_be_checked()
    two.write("reason", "探亲")
    expect(one.box("reason")).to_have_value("探亲")
    expect(one.box(FIELD)).to_have_value("司徒晓岚")


@pytest.mark.parametrize(("choice", "left"), [("保留我的", "欧阳晓舟"), ("用那边的", "司徒晓岚")])
def test_both_at_one_field_are_asked(pair: tuple[Window, Window], choice: str, left: str) -> None:
    one, two = pair
    clash(one, two)
    ask = two.field(FIELD).locator(".clash")
    expect(ask).to_contain_text("司徒晓岚")
    expect(two.box(FIELD)).to_have_value("欧阳晓舟")
    two.look("clash")
    ask.get_by_role("button", name=choice).click()
    expect(ask).to_have_count(0)
    expect(two.box(FIELD)).to_have_value(left)
    expect(one.box(FIELD)).to_have_value(left)


def clash(one: Window, two: Window) -> None:
    """Both write before either has seen the other's.

    A window looks every few seconds whether it is still up to date. Where that happens just in between, it has seen
    the other's text and rightly writes over it; then both try again.
    """
    asked = two.field(FIELD).locator(".clash")
    for turn in range(5):
        one.write(FIELD, f"{turn}")
        expect(two.box(FIELD)).to_have_value(f"{turn}")
        one.write(FIELD, "司徒晓岚")
        two.box(FIELD).fill("欧阳晓舟")
        written_over = one.box(FIELD).and_(one.page.locator("[value=欧阳晓舟]"))
        while not asked.count() and not written_over.count():
            two.page.wait_for_timeout(100)
        if asked.count():
            return
    raise AssertionError("no clash in five turns")


def test_an_open_clash_outlives_a_reload(pair: tuple[Window, Window]) -> None:
    one, two = pair
    clash(one, two)
    saved, ask = two.page.locator(".saved .when"), two.field(FIELD).locator(".clash")
    expect(saved).to_have_text("没有存下 1 处")
    two.page.wait_for_timeout(1600)
    drawn_over(two, "司徒")
    expect(two.box(FIELD)).to_have_value("欧阳晓舟")
    two.box(FIELD).press_sequentially("和")
    two.reload()
    expect(ask).to_contain_text("司徒晓岚")
    expect(two.box(FIELD)).to_have_value("欧阳晓舟和")
    expect(saved).to_have_text("没有存下 1 处")
    expect(one.box(FIELD)).to_have_value("司徒晓岚")
    ask.get_by_role("button", name="保留我的").click()
    expect(one.box(FIELD)).to_have_value("欧阳晓舟和")
    expect(saved).to_contain_text("已保存")


def drawn_over(window: Window, text: str) -> None:
    """As a page does that was drawn long ago and comes late."""
    window.box(FIELD).evaluate(
        """(box, text) => {
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(box, text);
            document.body.append(document.createElement("i"));
        }""",
        text,
    )


def test_a_button_that_is_drawn_anew_while_it_is_pressed_does_what_it_says(another: Callable[[], Window]) -> None:
    one, two = another(), another()
    one.open()
    two.revisit(one.begin("training_class"), "training_class")
    step = one.page.locator(".steps .step[data-act='section:exam_plan']")
    place = step.bounding_box()
    assert place
    pressed = step.element_handle()
    one.page.mouse.move(place["x"] + 60, place["y"] + 20)
    one.page.mouse.down()
    two.write("head_teacher", "罗晓禾")  # one more field of the first step is filled: the steps are drawn anew
    one.page.wait_for_function("button => !button.isConnected", arg=pressed)
    one.page.mouse.up()
    expect(one.page.locator(".st-key-panel_form .ph h2")).to_contain_text("考核安排")


def test_what_is_too_long_is_said_beside_its_field_and_stays(window: Window) -> None:
    window.open()
    window.begin(FORM)
    window.write(FIELD, "司徒晓岚")
    window.box(LONG).fill("长" * (MOST + 1))
    line, saved = window.line(LONG).locator(".lost"), window.page.locator(".saved .when")
    expect(line).to_contain_text(f"最多 {MOST} 个字，没有收下")
    expect(saved).to_have_text("没有存下 1 处")
    window.look("too-long")
    window.reload()
    expect(window.box(LONG)).to_have_value("长" * (MOST + 1))
    expect(line).to_contain_text("没有收下")
    window.box(LONG).fill("长" * MOST)  # more bytes than a request may have that outlives its page
    expect(line).to_have_count(0)
    expect(saved).to_contain_text("已保存")
    expect(window.page.locator("#of-cut")).to_have_count(0)
    window.reload()
    expect(window.box(LONG)).to_have_value("长" * MOST)
