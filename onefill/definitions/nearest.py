"""The nearest known name, for the remedy of a misspelt one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that reads most like ``name``, if any comes close."""
    found = get_close_matches(name, sorted(set(known)), n=1, cutoff=0.6)
    return found[0] if found else None


def meant(name: str, known: Iterable[str], otherwise: str) -> str:
    """The remedy for an unknown name: the nearest known one, else all if they are few, else ``otherwise``."""
    names = sorted(set(known))
    near = nearest(name, names)
    if near is not None:
        return f"改成“{near}”"
    return f"改成其中之一：{'、'.join(names)}" if 0 < len(names) <= 12 else otherwise
