"""Word and Excel files embedded in a Word template: those with tags are templates, printed with the same facts."""

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from onefill.rendering.compiled import Compiled
from onefill.rendering.errors import TemplateBroken
from onefill.rendering.package import open_package
from onefill.rendering.word_additions import BODY, Additions, content_type_of, related

_EMBEDDED = re.compile(r"word/embeddings/[^/]+\.(?:docx|xlsx)")
_TAG = re.compile(rb"\{\{|\{%")

Compile = Callable[[bytes, str], Compiled]


def templates_inside(members: Mapping[str, bytes], name: str, compile: Compile) -> dict[str, Compiled]:
    """The embedded files that hold tags, compiled, by the member they lie in.

    Args:
        members: Of the template.
        name: What the template is called.
        compile: Makes a template of bytes.

    Raises:
        TemplateBroken: One of them has a fault; its place names both files.
    """
    found = {}
    for member in sorted(filter(_EMBEDDED.fullmatch, members)):
        if _has_tags(members[member]):
            found[member] = compile(members[member], f"{name} 里的 {PurePosixPath(member).name}")
    return found


def _has_tags(data: bytes) -> bool:
    try:
        package = open_package(data, "")
    except TemplateBroken:
        return False  # whatever it is, it is handed on as it came
    return any(_TAG.search(part) for name, part in package.members.items() if name.endswith(".xml"))


def own_copies(
    members: Mapping[str, bytes], printed: Mapping[str, bytes], body: str, number: int, added: Additions
) -> str:
    """The body of an item whose embedded files are its own, not those of the item before it.

    Args:
        members: Of the template.
        printed: The embedded files as this item has them, by the member of the template.
        body: Its XML.
        number: Which item, from 0; the first takes the members of the template.
        added: Takes the copies.
    """
    if number == 0:
        return body
    for id, (kind, member, outside) in related(members, BODY).items():
        if outside or member not in printed:
            continue
        stem, _, suffix = member.rpartition(".")
        copy = f"{stem}_{number + 1}.{suffix}"
        added.write(copy, printed[member], content_type_of(members, member))
        new = added.relation(BODY, kind, copy.removeprefix("word/"), external=False)
        body = body.replace(f'r:id="{id}"', f'r:id="{new}"')
    return body
