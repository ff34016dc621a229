"""Nobody reads the PC's clock but whoever opens the desk: a day that two rooms tell is the same day."""

import ast
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[1] / "onefill"
#: Whoever opens a desk, with the clock it is given unless another is asked for; and a library's own times.
OPENERS = {"service/desk.py", "ui/shared.py", "service/workers.py"}
#: The command line runs at the PC whose clock it is.
READERS = [one for one in sorted(ENGINE.rglob("*.py")) if not one.name.startswith("cli")]


def clock_calls(source: str) -> list[int]:
    """Lines on which the PC's clock, or the place it stands in, is asked."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if isinstance(call.func, ast.Attribute) and _asks(call, call.func)]


def _asks(call: ast.Call, asked: ast.Attribute) -> bool:
    of = asked.value.id if isinstance(asked.value, ast.Name) else ""
    if asked.attr in ("now", "utcnow", "today") and of in ("datetime", "date"):
        return True
    return asked.attr == "astimezone" and not call.args


@pytest.mark.parametrize("path", READERS, ids=lambda path: path.relative_to(ENGINE).as_posix())
def test_the_clock_is_the_desks(path: Path) -> None:
    found = clock_calls(path.read_text(encoding="utf-8"))
    assert not found or path.relative_to(ENGINE).as_posix() in OPENERS, f"{path}: lines {found}"


def test_what_asks_is_found() -> None:
    source = "date.today()\ndatetime.now()\ndatetime.now(UTC)\nwhen.astimezone()\nwhen.astimezone(here)\ndesk.now()\n"
    assert clock_calls(source) == [1, 2, 3, 4]
    assert {path.relative_to(ENGINE).as_posix() for path in READERS} > OPENERS
