"""The businesses at this desk, in the order people meet them, with their cases and menus."""

from onefill.definitions.model import Form, Menu, Pack
from onefill.ui.shared import the_desk


def businesses() -> list[Pack]:
    """All packs: the one with the most under way first, then the larger one."""
    desk = the_desk()

    def weight(pack: Pack) -> tuple[int, int]:
        return sum(desk.records.count(form) for form in pack.cases), len(pack.forms)

    return sorted(desk.definitions.packs.values(), key=weight, reverse=True)


def cases() -> list[Form]:
    """The forms whose records stand on the start page."""
    forms = the_desk().definitions.forms
    return [forms[key] for pack in businesses() for key in pack.cases if key in forms]


def menus() -> dict[str, Menu]:
    """The menus of all packs, by what addresses call them."""
    packs = the_desk().definitions.packs.values()
    ordered = sorted(packs, key=lambda pack: len(pack.forms), reverse=True)
    return {f"{pack.pack}-{number}": menu for pack in ordered for number, menu in enumerate(pack.menus)}
