"""Which files entries and drafts name: what a version was printed from, what was handed in, what fields hold."""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any

from onefill.definitions import load_form_bytes
from onefill.errors import OneFillError
from onefill.materials import MATERIALS
from store import Store

#: What a file is called, without what may be private in its name, and its SHA-256.
Named = tuple[str, str]
_SUPPLIED, _ATTACHED = "上传的材料", "上传的文件"


class NamedFiles:
    """Reads them out of what is kept; which fields hold files is told by the definition that a version pins."""

    def __init__(self, store: Store) -> None:
        self._fields = cache(partial(_file_fields, store))
        self._definitions: dict[str, str] = {}

    def of_entry(self, record: str, entry: Mapping[str, Any]) -> Iterator[Named]:
        """All that an entry names."""
        pins, data = entry["pins"], entry["data"] or {}
        if digest := pins.get("definition"):
            self._definitions[record] = digest
            yield "表单定义", digest
        yield from pins.get("templates", {}).items()
        yield from pins.get("files", {}).items()
        for item, files in (data.get(MATERIALS) or {}).items():
            for id, one in files.items():
                yield from self._at(record, f"{MATERIALS}/{item}/{id}", one)
        for section, key in self._of(record):
            lines = (data.get(section) or {}).items() if section else [("", data)]
            for row, line in lines:
                yield from self._at(record, f"{section}/{row}/{key}" if section else key, line.get(key))

    def of_draft(self, record: str, line: Mapping[str, Any]) -> Iterator[Named]:
        """All that a draft names besides; its record's entries come before it."""
        for path, kept in line["state"]["changes"].items():
            yield from self._at(record, path, kept["value"])

    def _of(self, record: str) -> frozenset[tuple[str, str]]:
        return self._fields(self._definitions.get(record, ""))

    def _at(self, record: str, path: str, value: Any) -> Iterator[Named]:
        parts = path.split("/")
        if parts[0] == MATERIALS and isinstance(value, Mapping):
            if value.get("file"):
                yield _SUPPLIED, value["file"]
        elif isinstance(value, str) and ("" if len(parts) == 1 else parts[0], parts[-1]) in self._of(record):
            yield _ATTACHED, value


def _file_fields(store: Store, digest: str) -> frozenset[tuple[str, str]]:
    """Fields of a form that hold files, each with its table of rows, or none."""
    try:
        form = load_form_bytes(store.get_file(digest)).form
    except OneFillError:  # the definition is lost, which is told of it
        return frozenset()
    return frozenset(
        (section.key if section.repeat else "", field.key)
        for section in form.sections
        for field in section.fields
        if field.type == "file"
    )
