"""A matrix: pressed in two windows, pressed twice, and by the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from tests.journeys.window import Window, expect

FORM, SECTION = "training_class", "attendance"
SESSIONS = "日期\t内容\n20261207\t第一课\n"
TRAINEES = "姓名\n司徒翀\n欧阳喆\n关晓禾\n"


@pytest.fixture(scope="module")
def made() -> list[str]:
    """Id of the class, once there is one."""
    return []


@pytest.fixture
def opened(another: Callable[[], Window], made: list[str]) -> Callable[[], Window]:
    def matrix() -> Window:
        one = another()
        if not made:
            one.open()
            made.append(one.begin(FORM))
            for section, rows in (("sessions", SESSIONS), ("trainees", TRAINEES)):
                one.section(section)
                one.paste_rows(rows)
        one.revisit(made[0], FORM, "fill")
        one.section(SECTION)
        expect(one.page.locator(".matrix li")).to_have_count(3)
        return one

    return matrix


def option(window: Window, who: str, what: str) -> Locator:
    return window.page.get_by_role("group", name=who).get_by_role("button", name=what, exact=True)


def chosen(window: Window, who: str, what: str) -> None:
    """The option is chosen, here and where it is kept."""
    expect(option(window, who, what)).to_have_attribute("aria-pressed", "true")


def test_two_windows_that_press_the_same_do_not_undo_it(opened: Callable[[], Window]) -> None:
    one, two = opened(), opened()
    for window in (one, two):
        with window.page.expect_response("**/of/drafts"):
            option(window, "司徒翀", "假").click()
    chosen(two, "司徒翀", "假")
    one.reload()
    chosen(one, "司徒翀", "假")


def test_two_windows_that_press_otherwise_are_asked(opened: Callable[[], Window]) -> None:
    one, two = opened(), opened()
    clash = two.page.locator(".matrix .clash")
    one.page.route("**/of/pulse/**", lambda route: route.abort())
    two.page.route("**/of/pulse/**", lambda route: route.abort())  # it has not seen what the other one does
    with one.page.expect_response("**/of/drafts"):
        option(one, "欧阳喆", "缺").click()
    option(two, "欧阳喆", "假").click()
    expect(clash).to_contain_text("缺")
    two.look("matrix-clash")
    two.sound()
    clash.get_by_role("button", name="保留我的").click()
    expect(clash).to_have_count(0)
    chosen(two, "欧阳喆", "假")
    one.reload()
    chosen(one, "欧阳喆", "假")


def test_two_clicks_choose_and_a_third_one_later_takes_it_back(opened: Callable[[], Window]) -> None:
    window = opened()
    cell = option(window, "关晓禾", "迟")
    with window.page.expect_response("**/of/drafts"):
        cell.dblclick()
    window.reload()
    chosen(window, "关晓禾", "迟")
    with window.page.expect_response("**/of/drafts"):
        cell.click()
    window.reload()
    expect(cell).to_have_attribute("aria-pressed", "false")


def test_by_the_keyboard_alone(opened: Callable[[], Window]) -> None:
    window = opened()
    keys = window.page.keyboard
    assert window.page.locator(".matrix [tabindex='0']").count() == 1
    option(window, "司徒翀", "到").focus()
    keys.press("ArrowRight")
    expect(option(window, "司徒翀", "迟")).to_be_focused()
    for key in ("q", "4", "j"):
        keys.press(key)
    chosen(window, "司徒翀", "缺")
    chosen(window, "欧阳喆", "缺")
    chosen(window, "关晓禾", "假")
    expect(window.page.locator(".matrix [tabindex='0']")).to_have_count(1)
    expect(window.page.locator(".tools option[selected]")).to_contain_text("3 / 3")
    expect(option(window, "关晓禾", "迟")).to_be_focused()
    keys.press("Delete")
    expect(window.page.locator(".tools option[selected]")).to_contain_text("2 / 3")
    window.reload()
    chosen(window, "欧阳喆", "缺")
    expect(option(window, "关晓禾", "假")).to_have_attribute("aria-pressed", "false")
