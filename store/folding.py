"""What older entries hold as what the next newer one changed: a file of thirty versions is little longer than one.

The newest data and summary stand whole in the file. An older entry has ``back`` in their place: what to ``set`` and
what to ``drop`` in those of the next newer entry to get its own, by JSON Pointer (RFC 6901).
"""

from collections.abc import Mapping
from typing import Any

import orjson

from store.chain import ChainBroken

#: Entries of a file by their numbers in text, as TinyDB keeps them.
Entries = Mapping[str, Any]
_FOLDED = ("data", "summary")


def folded(entries: Entries, before: Entries) -> dict[str, Any]:
    """Entries as they are written.

    Args:
        entries: All of them, whole.
        before: What is in the file, as it is written there; what is folded already stays so.
    """
    written, newer = dict[str, Any](), dict[str, Any]()
    for key in sorted(entries, key=int, reverse=True):
        entry, known = entries[key], before.get(key, {})
        held = {name: entry[name] for name in _FOLDED if isinstance(entry.get(name), dict)}
        back = {
            name: known.get("back", {}).get(name) or _difference(newer[name], whole)
            for name, whole in held.items()
            if name in newer
        }
        written[key] = _fold(entry, {name: one for name, one in back.items() if one})
        newer |= held
    return dict(reversed(written.items()))


def unfolded(entries: Entries) -> dict[str, Any]:
    """Entries with data and summary, which share what did not change.

    Raises:
        ChainBroken: What is written does not fit together.
    """
    whole, newer = dict[str, Any](), dict[str, Any]()
    try:
        for key in sorted(entries, key=int, reverse=True):
            entry = dict(entries[key])
            for name, back in entry.pop("back", {}).items():
                entry[name] = _restored(newer[name], back)
            whole[key] = entry
            newer |= {name: entry[name] for name in _FOLDED if isinstance(entry.get(name), dict)}
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise ChainBroken("旧版本的内容无法还原") from exc
    return dict(reversed(whole.items()))


def _fold(entry: Mapping[str, Any], back: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**{name: value for name, value in entry.items() if name not in back}, **({"back": back} if back else {})}


def _difference(newer: dict[str, Any], older: dict[str, Any]) -> dict[str, Any] | None:
    """What leads back; nothing if that is not much shorter than the older one itself."""
    back: dict[str, Any] = {"set": {}, "drop": []}
    _differ(newer, older, "", back)
    return back if 2 * len(orjson.dumps(back)) < len(orjson.dumps(older)) else None


def _differ(newer: dict[str, Any], older: dict[str, Any], at: str, back: dict[str, Any]) -> None:
    for key, value in older.items():
        if key not in newer:
            back["set"][_pointer(at, key)] = value
        # As bytes: 1 and true are equal to Python, not to a digest.
        elif orjson.dumps(value) == orjson.dumps(newer[key]):
            continue
        elif type(value) is dict and type(newer[key]) is dict:
            _differ(newer[key], value, _pointer(at, key), back)
        else:
            back["set"][_pointer(at, key)] = value
    back["drop"] += [_pointer(at, key) for key in newer if key not in older]


def _restored(newer: dict[str, Any], back: Mapping[str, Any]) -> dict[str, Any]:
    levels = {"": dict(newer)}
    for pointer in back["drop"]:
        level, key = _spot(levels, pointer)
        del level[key]
    for pointer, value in back["set"].items():
        level, key = _spot(levels, pointer)
        level[key] = value
    return levels[""]


def _spot(levels: dict[str, dict[str, Any]], pointer: str) -> tuple[dict[str, Any], str]:
    """Where a pointer points to, in copies of our own: what lies beside the way is shared with the newer entry."""
    above, _, last = pointer.rpartition("/")
    if above not in levels:
        level, key = _spot(levels, above)
        levels[above] = level[key] = dict(level[key])
    return levels[above], last.replace("~1", "/").replace("~0", "~")


def _pointer(at: str, key: str) -> str:
    return f"{at}/{key.replace('~', '~0').replace('/', '~1')}"
