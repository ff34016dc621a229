"""What points elsewhere: a file by its content, another record, a row of a section. Chosen, not typed."""

import re
from typing import Any

from typing_extensions import override

from onefill.fields.base import NOTHING, Audience, FieldType, Parsed, refused
from onefill.fields.normalise import compact, quote
from onefill.fields.registry import field_type_class


class Reference(FieldType):
    """Something chosen, not typed: its key is kept."""

    holds = None
    key = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
    refusal = ("REFERENCE", "从列表里选一项")

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        bare = compact(text)
        if not bare:
            return NOTHING
        if self.key.fullmatch(bare):
            return Parsed(bare)
        code, remedy = self.refusal
        return refused(code, f"{quote(text)}不是从列表里选的", remedy)

    @override
    def mask(self, value: Any, audience: Audience) -> str:
        return self.display(value)


@field_type_class("file")
class File(Reference):
    """A file, by the digest of its content."""

    widget = "file"
    key = re.compile(r"(?:[a-z0-9]{1,16}[:-])?[0-9a-f]{32,128}")
    refusal = ("FILE", "选一个文件上传")


@field_type_class("row")
class Row(Reference):
    """A row of a section of the same record, by its permanent id."""

    accepts = frozenset({"of"})
    widget = "row"
    key = re.compile(r"[a-z0-9]{1,16}")
    refusal = ("ROW", "从列表里选一行")


@field_type_class("link")
class Link(Reference):
    """Another record, by its id; with the limit ``many`` a list of them."""

    accepts = frozenset({"form", "many"})
    widget = "link"
    refusal = ("LINK", "从列表里选一项")

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        if not self.limits.many:
            return super().read_text(text, doc_type)
        return self.read_list(list(re.split(r"[、,，;；\s]+", text)))

    @override
    def read_list(self, items: list[object]) -> Parsed:
        if not self.limits.many:
            return super().read_list(items)
        chosen: list[str] = []
        for item in items:
            parsed = super().read_text(item if isinstance(item, str) else repr(item), "")
            if parsed.problems:
                return parsed
            if parsed.value is not None and parsed.value not in chosen:
                chosen.append(parsed.value)
        return Parsed(chosen) if chosen else NOTHING

    @override
    def display(self, value: str | list[str]) -> str:
        return "、".join(value) if isinstance(value, list) else value

    @override
    def dump(self, value: str | list[str]) -> str | list[str]:
        return list(value) if isinstance(value, list) else value

    @override
    def load(self, stored: Any) -> str | list[str]:
        if not self.limits.many:
            return str(super().load(stored))
        if not isinstance(stored, list) or not all(isinstance(item, str) for item in stored):
            raise self.unreadable(stored)
        return list(stored)
