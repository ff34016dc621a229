"""The businesses of whoever is here, in the order people meet them, with their cases and menus."""

from onefill.definitions.model import Form, Menu, Pack
from onefill.service.cases import packs_for
from onefill.ui.shared import the_desk


def businesses() -> list[Pack]:
    """Those one has a role in: the one with the most under way first, then the larger one."""
    desk = the_desk()

    def weight(pack: Pack) -> tuple[int, int]:
        return sum(desk.records.count(form) for form in pack.cases), len(pack.forms)

    return sorted(packs_for(desk.definitions, desk.who()), key=weight, reverse=True)


def cases() -> list[Form]:
    """The forms whose records stand on the start page."""
    forms = the_desk().definitions.forms
    return [forms[key] for pack in businesses() for key in pack.cases if key in forms]


def own_cases() -> list[Form]:
    """Those of them with which whoever is here has to do."""
    mine = the_desk().queues.forms_of(the_desk().who())
    return [form for form in cases() if form.form in mine]


def menus() -> dict[str, Menu]:
    """The menus of these packs, by what addresses call them."""
    packs = packs_for(the_desk().definitions, the_desk().who())
    ordered = sorted(packs, key=lambda pack: len(pack.forms), reverse=True)
    return {f"{pack.pack}-{number}": menu for pack in ordered for number, menu in enumerate(pack.menus)}
