"""What of a record lies encrypted where the store encrypts: what its form calls private, what people wrote of it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from onefill.definitions import Definitions, load_form_bytes
from onefill.definitions.model import Form
from onefill.errors import OneFillError
from onefill.facts.aside import DROPPED
from onefill.materials import MATERIALS
from onefill.reviews import CASE
from onefill.service.cases import ANSWERS, NOTES
from store import Sealer, Store

#: Remarks quote what they are about; files are called by whose they are; what is no longer asked may have been private.
_WRITTEN = (NOTES, ANSWERS, f"{CASE}/remarks", f"{MATERIALS}/*/*/name", f"{DROPPED}/*/values")


class NotSealedHere(OneFillError):
    """A database seals what is written, not what it keeps already: nothing there is ever changed."""

    message = (
        "PostgreSQL 里的每一版只能加、不能改，已有的不能就地加密、解开或换密钥。请把密钥的设置写好，另建一个空的库，"
        "运行 python -m onefill store migrate --to postgresql://…，搬过去的都用第一把密钥加密，"
        "再把 ONEFILL_STORE 改成新库；请看说明书“加密”。"
    )


def private_paths(form: Form, before: Sequence[str] = ()) -> tuple[str, ...]:
    """Paths of the record's data, ``*`` for any row.

    Args:
        form: Whose record it is.
        before: What was private in the entry before: values of a field that the form has since dropped may still lie
            there.
    """
    fields = (
        f"{section.key}/*/{field.key}" if section.repeat else field.key
        for section in form.sections
        for field in section.fields
        if field.private
    )
    return tuple(dict.fromkeys((*fields, *_WRITTEN, *before)))


def private_of(definitions: Definitions, store: Store) -> Callable[[str, Mapping[str, Any]], Sequence[str]]:
    """Tells the private paths of entries that do not name them: those of their form as it was then and as it is now."""

    @cache
    def then(digest: str) -> tuple[str, ...]:
        try:
            return private_paths(load_form_bytes(store.get_file(digest)).form)
        except OneFillError:  # the file is lost; the form of today remains
            return ()

    def paths(form: str, document: Mapping[str, Any]) -> Sequence[str]:
        pinned = str(document.get("pins", {}).get("definition", ""))
        known = definitions.forms.get(form)
        return (*(private_paths(known) if known else ()), *(then(pinned) if pinned else ()))

    return paths


def sealer_of(store: Store) -> Sealer:
    """What has a store's data encrypted.

    Raises:
        NotSealedHere: The store has no such thing.
    """
    sealer = getattr(store, "sealer", None)
    if not isinstance(sealer, Sealer):
        raise NotSealedHere
    return sealer
