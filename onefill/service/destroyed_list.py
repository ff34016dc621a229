"""A list of what was destroyed, kept outside the store: an older backup holds it still, and must not bring it back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from onefill.errors import OneFillError
from onefill.service.destruction import REMAINS, all_destroyed
from onefill.service.versions import Act
from store import EVERYTHING, NewEntry, RecordUnknown, Store, Summary

_KIND = "destroy"


class NoList(OneFillError):
    """A file is no list of destroyed records."""

    message = "这不是 store destroyed --json 写出来的名单：{why}。"


@dataclass(frozen=True, kw_only=True)
class Destroyed:
    """A record that was destroyed.

    Attributes:
        record: Its id.
        label: What lists call what is left of it.
        state: Where it stands.
        who: By whom it was destroyed,
        when: and when, ISO.
    """

    record: str
    label: str
    state: str
    who: str
    when: str


def destroyed(store: Store) -> list[Destroyed]:
    """All records that were destroyed; see ``all_destroyed``."""
    return [_destroyed(store, one.record, one.label, one.state) for one in all_destroyed(store)]


def _destroyed(store: Store, record: str, label: str, state: str) -> Destroyed:
    last = store.latest(record, EVERYTHING)
    return Destroyed(
        record=record, label=label, state=state, who=last.who, when=last.when.isoformat(timespec="seconds")
    )


def plain_list(found: Iterable[Destroyed]) -> list[dict[str, str]]:
    """A list as it is written."""
    return [asdict(one) for one in found]


def list_of(told: Any) -> list[Destroyed]:
    """A list as it was written.

    Raises:
        NoList: It is none.
    """
    names = {one.name for one in fields(Destroyed)}
    if not isinstance(told, list):
        raise NoList(why="要一个列表")
    for one in told:
        if (
            not isinstance(one, Mapping)
            or set(one) != names
            or not all(isinstance(value, str) for value in one.values())
        ):
            raise NoList(why=f"每一项要有 {'、'.join(sorted(names))}")
    return [Destroyed(**one) for one in told]


def destroy_again(store: Store, gone: Sequence[Destroyed]) -> int:
    """Destroy what an older backup has brought back; how many there were."""
    count = 0
    for one in gone:
        try:
            last, draft = store.latest(one.record, EVERYTHING), store.draft(one.record, EVERYTHING)
        except RecordUnknown:
            continue
        if not last.destroys:
            store.append(_again(one, last.form, last.pins, last.summary, draft.number), last.n, EVERYTHING)
            count += 1
    store.sweep(alone=True)
    return count


def _again(one: Destroyed, form: str, pins: Mapping[str, Any], before: Summary, draft: int) -> NewEntry:
    return NewEntry(
        record=one.record,
        form=form,
        kind=_KIND,
        who=one.who,
        request_id=f"{_KIND}-{one.record}-{one.when}",
        data=None,
        pins={name: pins[name] for name in REMAINS.pins if name in pins},
        summary=Summary(state=one.state, unit=before.unit, owner=before.owner, label=one.label),
        draft=draft,
        why={"act": Act.DESTROYED_AGAIN, "version": 0, "moved": False, "when": one.when},
        destroys=REMAINS,
    )
