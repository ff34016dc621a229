"""Forms that records were filled into and no file holds any more: known from what versions keep."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from onefill.definitions import DefinitionBroken, Definitions, LoadedForm, LoadedPack, load_form_bytes
from onefill.definitions.model import Menu, Pack
from onefill.definitions.yaml12 import Source, read_yaml
from onefill.errors import OneFillError
from store import DELETED, EVERYTHING, Store, StoreError

TITLE = "已停用的表单"
#: Under what the packs hold it; no folder can be called so.
_KEY = "@retired"
#: Records of a form that are tried for a definition which can be read.
MOST_READ = 20


class FormRetired(OneFillError):
    """The form is no longer there, so its records stay as they are."""

    message = "表单“{form}”已经停用，它的办件只能看，不能改。要改，先把表单文件放回去。"


def with_retired(definitions: Definitions, store: Store) -> Definitions:
    """The packs, and one more of the forms that only records know, as their newest versions keep them.

    A form whose file is there but broken is among them: until it is mended its records can be read.
    """
    states = (None, DELETED)
    everything = sum(store.count(state=state, scope=EVERYTHING) for state in states)
    known = sum(store.count(form=form, state=state, scope=EVERYTHING) for form in definitions.forms for state in states)
    if everything == known:
        return definitions
    records: dict[str, list[str]] = {}
    for state in states:
        for one in store.find(state=state, limit=everything, scope=EVERYTHING):
            if one.form not in definitions.forms:
                records.setdefault(one.form, []).append(one.record)
    found = (_kept(some[:MOST_READ], store) for some in records.values())
    return _beside(definitions, {one.form.form: (one, source) for one, source in filter(None, found)})


def carried_over(fresh: Definitions, before: Definitions) -> Definitions:
    """Fresh packs with the retired forms that were known before and have not come back."""
    old = before.loaded.get(_KEY)
    if old is None:
        return fresh
    kept = {key: form for key, form in old.forms.items() if key not in fresh.forms}
    return _beside(
        fresh, {key: (LoadedForm(form=form, tables=old.tables), old.sources[key]) for key, form in kept.items()}
    )


def _kept(records: Sequence[str], store: Store) -> tuple[LoadedForm, Source] | None:
    """The definition that the first of these records keeps whole; the store names what it cannot read."""
    for record in records:
        with suppress(StoreError, DefinitionBroken):
            data = store.get_file(str(store.latest(record, EVERYTHING).pins.get("definition", "")))
            loaded = load_form_bytes(data)
            return loaded, read_yaml(json.loads(data)["form"].encode(), f"{loaded.form.form}.yaml")
    return None


def _beside(definitions: Definitions, found: Mapping[str, tuple[LoadedForm, Source]]) -> Definitions:
    if not found:
        return definitions
    forms = {key: loaded.form for key, (loaded, _) in found.items()}
    tables = {table.key: table for loaded, _ in found.values() for table in loaded.tables}
    pack = Pack(
        pack="retired",
        title=TITLE,
        forms=tuple(forms),
        cases=(),
        menus=(Menu(title=TITLE, forms=tuple(forms)),),
        tables=tuple(tables.values()),
    )
    sources = {key: source for key, (_, source) in found.items()}
    retired = LoadedPack(folder=Path(_KEY), pack=pack, forms=forms, sources=sources, retired=True)
    return replace(definitions, loaded={**definitions.loaded, _KEY: retired})
