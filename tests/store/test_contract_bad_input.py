"""What no store may keep, through every door: refused with its place, and whatever was there stands."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from store import EVERYTHING, Action, Change, Effect, NameRefused, Store, Summary, ValueRefused
from tests.store.making import begin, new

LONE, NUL, LONG = "司徒\ud800", "司徒\x00", "长" * 10_000_000


def deep() -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(5000):
        value = {"k": [value]}
    return value


TEXTS = {"lone surrogate": LONE, "NUL": NUL, "10 MB": LONG}
VALUES = {**TEXTS, "NaN": float("nan"), "infinite": float("inf"), "deep": deep()}


def doors_for_texts(store: Store, text: str) -> dict[str, Callable[[], object]]:
    effect = Effect(register="grants", line=text, action=Action.OPEN, start=date(2026, 1, 1))
    doors: dict[str, Callable[[], object]] = {
        "who": lambda: store.append(new(who=text), 1, EVERYTHING),
        "request": lambda: store.append(new(request_id=text), 1, EVERYTHING),
        "line": lambda: store.append(new(effects=(effect,)), 1, EVERYTHING),
        "private path": lambda: store.append(new(private=(text,)), 1, EVERYTHING),
        "path": lambda: store.set_draft("r1", [Change(text, 1)], EVERYTHING, "x"),
        "typed by": lambda: store.set_draft("r1", [Change("a", 1)], EVERYTHING, text),
        "owner": lambda: store.set_preferences(text, {"zoom": 1}),
    }
    for name, value in {"label": text, "words": (text,), "tokens": (text,), "private": (text,)}.items():
        summary = Summary(**{name: value})  # type: ignore[arg-type]
        doors[name] = partial(store.append, new(summary=summary), 1, EVERYTHING)
        doors[f"{name} of a draft"] = partial(store.set_summary, "r1", summary, EVERYTHING)
    return doors


def doors_for_values(store: Store, value: Any) -> dict[str, Callable[[], object]]:
    effect = Effect(register="grants", line="l1", action=Action.OPEN, start=date(2026, 1, 1), facts={"course": value})
    return {
        "data": lambda: store.append(new(data={"name": value}), 1, EVERYTHING),
        "why": lambda: store.append(new(why={"note": value}), 1, EVERYTHING),
        "pins": lambda: store.append(new(pins={"links": value}), 1, EVERYTHING),
        "about": lambda: store.append(new(summary=Summary(about={"round": value})), 1, EVERYTHING),
        "effect": lambda: store.append(new(effects=(effect,)), 1, EVERYTHING),
        "typed": lambda: store.set_draft("r1", [Change("a", value)], EVERYTHING, "x"),
        "preference": lambda: store.set_preferences("li", {"zoom": value}),
        "log": lambda: store.log({"act": value}),
    }


def refused(store: Store, doors: dict[str, Callable[[], object]]) -> None:
    begin(store)
    for door, attempt in doors.items():
        with pytest.raises((ValueRefused, NameRefused)) as caught:
            attempt()
        assert len(str(caught.value)) < 400, door
        assert str(caught.value).isprintable(), door
    assert store.latest("r1", EVERYTHING).n == 1
    assert store.draft("r1", EVERYTHING).number == 0
    assert store.preferences("li") == {}
    assert store.log_lines() == []
    assert store.damages() == store.verify_chains() == store.verify_index() == ()
    assert store.append(new(), 1, EVERYTHING).n == 2


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_that_cannot_be_kept_is_refused_by_every_door(store: Store, kind: str) -> None:
    refused(store, doors_for_texts(store, TEXTS[kind]))


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_that_cannot_be_kept_is_refused_by_every_door(store: Store, kind: str) -> None:
    refused(store, doors_for_values(store, VALUES[kind]))


@pytest.mark.parametrize("kind", TEXTS)
def test_asking_for_such_a_text_finds_nothing(store: Store, kind: str) -> None:
    begin(store, summary=Summary(label="司徒"))
    text = TEXTS[kind]
    asked: tuple[dict[str, Any], ...] = (
        {"text": text},
        {"tokens": [text]},
        {"form": text},
        {"state": text},
        {"unit": text},
        {"states": [text]},
    )
    for one in asked:
        assert store.find(scope=EVERYTHING, **one) == []
        assert store.count(scope=EVERYTHING, **one) == 0
    assert store.register(text, date(2026, 1, 1), EVERYTHING) == []
    assert store.register("grants", date(2026, 1, 1), EVERYTHING, line=text) == []
    assert store.series(text) == 0
    assert store.preferences(text) == {}


@pytest.mark.parametrize("name", ["../x", "..", "/etc/passwd", "a\\b", "A", "con", "a.b", "班", "x" * 190])
def test_names_with_path_characters_or_capitals_leave_the_folder_alone(store: Store, name: str) -> None:
    effect = Effect(register=name, line=name, action=Action.OPEN, start=date(2026, 1, 1))
    begin(store, form=name, kind=name, request_id=name, draws={name: 1}, effects=(effect,))
    store.set_preferences(name, {"zoom": 1})
    store.set_preferences(name.lower() + "!", {"zoom": 2})
    assert store.series(name) == 1
    assert store.preferences(name) == {"zoom": 1}
    assert [line.line for line in store.register(name, date(2026, 1, 1), EVERYTHING)] == [name]
    assert [found.form for found in store.find(scope=EVERYTHING, form=name)] == [name]
