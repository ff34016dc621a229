"""How cells of a workbook are shown to people: personal numbers are covered, they stand in the workbook itself."""

from onefill.definitions.model import FieldDefinition
from onefill.definitions.types import type_of
from onefill.facts.unread import unread
from onefill.fields import Audience
from onefill.fields.identity import mask_number
from onefill.service.import_shapes import ImportedRow
from onefill.tables import Column
from onefill.tables import Mapping as Columns


class Veil:
    """Shows cells of a workbook to whoever may look over one's shoulder."""

    def __init__(self, columns: Columns) -> None:
        found = list(columns.fields())
        # A word in one cell may fill another field, which no column brings.
        self._fields = {field.key: field for field in columns.section.fields}
        self._of = {column.number: field for column, field in found}
        self._types = {key: type_of(field) for key, field in self._fields.items()}

    def cells(self, row: ImportedRow) -> dict[str, str]:
        """What stands in a line, by field."""
        return {key: self._seen(self._fields[key], cell.shown, cell.stored) for key, cell in row.cells.items()}

    def before(self, row: ImportedRow) -> dict[str, str]:
        """What stands in the record now where the line would change it; fields that point elsewhere are left out."""
        told = {}
        for key, stored in row.before.items():
            field = self._fields[key]
            if stored is not None and not (field.form or field.of):
                kind = self._types[key]
                stored = unread(kind, stored) or stored
                shown = stored["raw"] if isinstance(stored, dict) else kind.display(kind.load(stored))
                told[key] = self._seen(field, shown, stored)
        return told

    def sample(self, column: Column) -> str:
        """The first thing that stands in a column."""
        field = self._of.get(column.number)
        if field is None or not field.private:
            return column.sample
        kind = self._types[field.key]
        value = kind.parse(column.sample).value
        return self._seen(field, column.sample, {"raw": ""} if value is None else kind.dump(value))

    def _seen(self, field: FieldDefinition, shown: str, stored: object) -> str:
        if not field.private or stored is None:
            return shown
        if isinstance(stored, dict):
            return mask_number(shown, Audience.OFFICE)
        kind = self._types[field.key]
        return kind.mask(kind.load(stored), Audience.OFFICE)
