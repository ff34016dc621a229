"""Entries in their files: private values are taken out into a box, everything else stays readable."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from store.codec import Codec
from store.keyring import Key, SealBroken

#: Where an entry keeps its box, beside what its digest is made of.
SEALED = "sealed"
#: What stands where a value was taken out.
HIDDEN = "（已加密）"
#: What is found exactly but stands nowhere in clear.
_FOUND = "summary/private"
#: What keeps digests from telling private values; where there are none it tells nothing.
_SALT = "salt"

Spot = list[str | int]
Document = Mapping[str, Any]


def seal_entry(codec: Codec, record: str, document: Document, also: Iterable[str] = ()) -> Document:
    """An entry as it goes into its file.

    Args:
        codec: Says whether and how.
        record: Whose entry.
        document: The entry in clear.
        also: Private paths of its data besides those it names.

    Raises:
        KeyMissing: It must be sealed, and the key is not here.
    """
    private = (*document.get("private", ()), *also)
    spots = [*dict.fromkeys((*(f"data/{path}" for path in private), _FOUND))]
    if not any(True for spot in spots for _ in _values(document, spot.split("/"))):
        return document
    key = codec.key()
    return document if key is None else _sealed(codec, key, record, document, [*spots, _SALT])


def open_entry(codec: Codec, record: str, document: Document) -> Document:
    """An entry as it was before it was sealed.

    Raises:
        KeyMissing: The key is not here.
        SealBroken: What was sealed has been altered.
    """
    if not isinstance(document, Mapping) or SEALED not in document:
        return document
    opened = orjson.loads(orjson.dumps(document))
    box = opened.pop(SEALED)
    try:
        for spot, value in reversed(codec.unbox(box, _place(record, document))):
            _put(opened, spot, value)
    except (KeyError, IndexError, TypeError) as exc:
        raise SealBroken("加密的内容放不回原处") from exc
    return dict(opened)


def sealed_with(document: Document) -> str | None:
    """Id of the key an entry is sealed with; none if it is in clear."""
    return str(document[SEALED].get("key", "")) if SEALED in document else None


def _sealed(codec: Codec, key: Key, record: str, document: Document, spots: list[str]) -> Document:
    copy = orjson.loads(orjson.dumps(document))
    taken: list[tuple[Spot, Any]] = []
    for spot in spots:
        for place, value in list(_values(copy, spot.split("/"))):
            taken.append((place, value))
            _put(copy, place, HIDDEN)
    box = codec.box(key, taken, _place(record, document))
    return {**copy, SEALED: {**box, "paths": spots}}


def _place(record: str, document: Document) -> str:
    return f"entry/{record}/{document.get('n')}"


def _values(value: Any, parts: list[str]) -> Iterator[tuple[Spot, Any]]:
    """What stands at a path, where ``*`` is any row or place of a list; what is empty hides nothing."""
    if not parts:
        if value not in (None, "", [], {}):
            yield [], value
        return
    inner: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, Mapping):
        inner = value.items() if parts[0] == "*" else [(parts[0], value.get(parts[0]))]
    elif isinstance(value, list) and parts[0] == "*":
        inner = enumerate(value)
    for key, one in inner:
        yield from (([key, *spot], found) for spot, found in _values(one, parts[1:]))


def _put(document: Any, spot: Spot, value: Any) -> None:
    *way, last = spot
    for key in way:
        document = document[key]
    document[last] = value
