"""The access log as people read it: records by their labels, papers, materials and tables by their titles."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from onefill.definitions import Definitions
from onefill.service.access import Accessed, Did
from onefill.service.guard import WORDS
from onefill.service.shapes import Named

#: What routes call things that are no paper of a form.
THINGS = {"packet": "成套材料", "summary": "填报信息汇总", "checklist": "材料清单"}
KINDS = {".docx": "（Word）", ".xlsx": "（Excel）", ".pdf": "（PDF）"}
#: A key, with the entry of an item, the id of a file or the ending of a name that may follow it.
_KEY = re.compile(r"([a-z][a-z0-9_]*)(?:\.(?!docx|xlsx|pdf)[^\s/]+)?(?:/[0-9a-z]+)?(\.docx|\.xlsx|\.pdf)?")
_VERSION = re.compile(r"^(\d+): ")


def in_words(lines: Iterable[Accessed], records: Iterable[Named], definitions: Definitions) -> Sequence[Accessed]:
    """Lines of the log in words.

    Args:
        lines: As kept.
        records: What the reader may see; of others only the id is told.
        definitions: Of the forms of today; what they have no more is told as it was kept.
    """
    known = {one.id: one for one in records}
    told = []
    for line in lines:
        record = known.get(line.record)
        form = record.form if record else ""
        told.append(replace(line, label=record.label if record else "", what=_what(line, form, definitions)))
    return told


def _what(line: Accessed, form: str, definitions: Definitions) -> str:
    if line.did == Did.UNMASKED:
        return line.what.partition(" ")[0]  # the label; its path is for the proof, not for reading
    if line.did == Did.REFUSED:
        return WORDS.get(line.what, line.what)
    if line.did not in (Did.PRINTED, Did.EXPORTED) or not line.record:
        return line.what
    titles = {**THINGS, **dict(_titles(form, definitions))}

    def word(found: re.Match[str]) -> str:
        key, ending = found.groups()
        return titles[key] + KINDS.get(ending or "", "") if key in titles else found[0]

    return _KEY.sub(word, _VERSION.sub(r"第 \1 版 ", line.what)).replace("版 *", "版 全部附件")


def _titles(key: str, definitions: Definitions) -> Iterator[tuple[str, str]]:
    """What the keys of a form and of its views are called; a paper before whatever else has the same key."""
    form = definitions.forms.get(key)
    if form is None:
        return
    for group in (definitions.pack_of(key).views, form.phases, form.materials, form.notices):
        yield from ((one.key, one.title) for one in group)
    yield from ((one.key, one.title) for one in form.documents)
