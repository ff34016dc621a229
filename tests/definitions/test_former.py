"""Definitions that older programs have pinned: read for ever."""

import json
from datetime import date
from pathlib import Path

import pytest

from onefill.definitions import DefinitionBroken, load_form_bytes
from onefill.definitions.model import Form
from onefill.facts import FormPlan, Sheet
from onefill.facts.findings import Findings

LEAVE = (Path(__file__).parents[2] / "forms" / "demo" / "leave_request.yaml").read_text("utf-8")
FORMER = sorted((Path(__file__).parent / "former").glob("*.yaml"))


def pinned(text: str, tables: object = (), registers: object = ()) -> Form:
    kept = {"form": text, "tables": tables, "registers": registers}
    return load_form_bytes(json.dumps(kept).encode()).form


def former(name: str) -> str:
    return next(path for path in FORMER if path.stem == name).read_text("utf-8")


@pytest.mark.parametrize("path", FORMER, ids=lambda path: path.stem)
def test_what_was_pinned_is_read_and_computes(path: Path) -> None:
    plan = FormPlan(pinned(path.read_text("utf-8")), {}, date.today)
    sheet = Sheet(plan, {})
    assert [sheet.value(*cell) for cell in sheet.cells()] != [] and Findings(sheet).all() != []


def test_an_act_that_went_on_for_a_reason_has_a_gate_that_does() -> None:
    actions = {action.key: action for action in pinned(former("training_class")).actions}
    (gate,) = actions["approve_certificates"].gates
    assert (gate.expect, gate.reason) == ("not inspection_open", True) and "写明理由" in gate.message
    assert actions["approve_certificates"].when is None


def test_a_key_that_nobody_knows_any_more_is_passed_over_anywhere() -> None:
    text = LEAVE.replace("holder: office", "holder: office, colour: red")
    assert text != LEAVE
    table = {"key": "days", "title": "日子", "colour": "red", "columns": [{"key": "day", "label": "日"}], "rows": []}
    kept = load_form_bytes(json.dumps({"form": text, "tables": [table]}).encode())
    assert kept.form == pinned(LEAVE) and kept.tables[0].key == "days"


def test_what_is_no_definition_is_told() -> None:
    for text in (LEAVE.replace("holder: office", "holder: nobody"), "a: 1", ""):
        with pytest.raises(DefinitionBroken):
            pinned(text)
    with pytest.raises(DefinitionBroken):
        pinned(LEAVE, tables=[{"key": "days"}])
