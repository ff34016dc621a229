"""A record's draft as lines: each tells a change of it, and read in order they make the draft again."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from store.chain import summary_document, summary_of
from store.drafting import DraftState
from store.model import Kept, Summary

Line = Mapping[str, Any]


def put_line(puts: list[tuple[str, Kept]], base_n: int) -> Line:
    """Changes that were taken together."""
    first = puts[0][1]
    rows = [[path, kept.value, kept.number, kept.window, kept.sequence] for path, kept in puts]
    return {"put": rows, "at": first.at.isoformat(), "who": first.who, "base_n": base_n}


def clear_line(up_to: int, at: datetime) -> Line:
    """Changes that left the draft."""
    return {"clear": up_to, "at": at.isoformat()}


def summary_line(summary: Summary, n: int) -> Line:
    """What lists say from now on; ``n`` is the newest entry."""
    return {"summary": summary_document(summary), "n": n}


def state_line(state: DraftState) -> Line:
    """All a draft knows, in place of the lines that made it."""
    return {"state": _state_document(state)}


def replay(state: DraftState, line: Line) -> DraftState:
    """What a line makes of the draft before it, which is altered or given up.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: It is no such line.
    """
    for kind, take in _TAKERS.items():
        if kind in line:
            return take(state, line)
    return state


def _take_put(state: DraftState, line: Line) -> DraftState:
    at = datetime.fromisoformat(line["at"])
    state.base_n = line["base_n"]
    for path, value, number, window, sequence in line["put"]:
        state.put(path, Kept(value, number, window, sequence, at, line["who"]))
    return state


def _take_clear(state: DraftState, line: Line) -> DraftState:
    state.clear(line["clear"], datetime.fromisoformat(line["at"]))
    return state


def _take_summary(state: DraftState, line: Line) -> DraftState:
    state.summary, state.summary_n = summary_of(line["summary"]), line["n"]
    return state


def _take_state(_: DraftState, line: Line) -> DraftState:
    kept = line["state"]
    state = DraftState(number=kept["number"], base_n=kept["base_n"])
    for path, document in kept["changes"].items():
        state.put(path, _kept(document))
    for path, document in kept["settled"].items():
        state.put_settled(path, _kept(document), document["removed"])
    state.number = kept["number"]
    state.sequences = {(path, window): sequence for path, window, sequence in kept["sequences"]}
    state.summary = summary_of(kept["summary"]) if kept["summary"] else None
    state.summary_n = kept["summary_n"]
    state.changed_at = datetime.fromisoformat(kept["changed_at"]) if kept["changed_at"] else None
    return state


_TAKERS: Mapping[str, Callable[[DraftState, Line], DraftState]] = {
    "put": _take_put,
    "clear": _take_clear,
    "summary": _take_summary,
    "state": _take_state,
}


def _state_document(state: DraftState) -> dict[str, Any]:
    return {
        "number": state.number,
        "base_n": state.base_n,
        "changed_at": state.changed_at.isoformat() if state.changed_at else None,
        "changes": {path: _kept_document(kept) for path, kept in state.changes.items()},
        "settled": {
            path: {**_kept_document(kept), "removed": removed} for path, (kept, removed) in state.settled.items()
        },
        "sequences": [[*key, sequence] for key, sequence in sorted(state.sequences.items())],
        "summary": summary_document(state.summary) if state.summary else None,
        "summary_n": state.summary_n,
    }


def _kept_document(kept: Kept) -> dict[str, Any]:
    return {
        "value": kept.value,
        "number": kept.number,
        "window": kept.window,
        "sequence": kept.sequence,
        "at": kept.at.isoformat(),
        "who": kept.who,
    }


def _kept(document: Mapping[str, Any]) -> Kept:
    return Kept(
        document["value"],
        document["number"],
        document["window"],
        document["sequence"],
        datetime.fromisoformat(document["at"]),
        document["who"],
    )
