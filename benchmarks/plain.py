"""The same papers by docxtpl and openpyxl as their manuals show it: facts are there, nothing is checked or kept."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from docxtpl import DocxTemplate
from openpyxl import load_workbook

from onefill.service import Desk
from store import EVERYTHING

COLUMNS = ("name", "sex", "id_no", "education", "hukou_region", "person_class", "employer", "mobile", "note")


class Lenient(dict[str, Any]):
    """Filters and tests of any name: those that Jinja2 has not got hand on what they are given."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Any:
        return lambda value, *_args, **_named: value

    def get(self, name: str, default: Any = None) -> Any:
        """Never ``default``."""
        return self[name]


def office_files(desk: Desk, form: str, record: str) -> None:
    """Every Word file by docxtpl, a file for each repetition; every Excel list row by row by openpyxl."""
    folder = desk.settings.templates / desk.definitions.pack_of(form).pack
    facts = known_facts(desk, record)
    for document in desk.definitions.form(form).documents:
        for name in document.templates:
            if name.endswith(".xlsx"):
                _excel(folder / name, facts)
                continue
            each = document.each
            items = [{}] if each is None else [{each.as_: row} for row in facts[each.in_.partition("|")[0]]]
            for item in items:
                _word(folder / name, {**facts, **item})


def known_facts(desk: Desk, record: str) -> dict[str, Any]:
    """A record's stored values; what it points to is left empty."""
    facts: dict[str, Any] = {}
    for key, value in (desk.store.latest(record, EVERYTHING).data or {}).items():
        if isinstance(value, dict):
            facts[key] = [dict(row) for row in value.values()]
        else:
            facts[key] = value
    return facts


def _word(path: Path, facts: Mapping[str, Any]) -> None:
    environment = jinja2.Environment(undefined=jinja2.ChainableUndefined, autoescape=True)
    environment.filters = Lenient(environment.filters)
    environment.tests = Lenient(environment.tests)
    template = DocxTemplate(path)
    template.render(facts, environment)
    template.save(io.BytesIO())


def _excel(path: Path, facts: Mapping[str, Any]) -> None:
    book = load_workbook(path)
    for row in facts["trainees"]:
        book.worksheets[0].append([row.get(key) for key in COLUMNS])
    book.save(io.BytesIO())
