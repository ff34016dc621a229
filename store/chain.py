"""A record's chain: how an entry is sealed, and how tampering shows."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from store.effects import check_draws, effect_document, effect_of, numbers_document, numbers_of
from store.errors import Conflict, FormatTooNew, NotAllowed, OtherForm, RecordDestroyed, ValueRefused
from store.model import Entry, NewEntry, Remains, Scope, Summary
from store.plain import canonical, check_names, check_path, check_record, checked, digest

#: Number of the format in which entries, drafts and files are written.
FORMAT = 2
#: Of an entry: every version is read whole, and twenty thousand lines of a roster are smaller.
MOST_BYTES = 16_000_000

#: An entry as it lies in its file.
Document = Mapping[str, Any]


class ChainBroken(ValueError):
    """What is wrong with a chain, in Chinese; the file if it is not the one that was asked for."""

    def __init__(self, why: str, file: Path | None = None) -> None:
        self.file = file
        super().__init__(why)


def genesis(record: str, form: str) -> str:
    """What stands before the first entry: binds the chain to its record and form."""
    # The number is that of the first chains for ever: every digest rests upon it.
    return digest({"format": 1, "record": record, "form": form})


def admit(new: NewEntry, last: Entry | None, expected_n: int, scope: Scope) -> None:
    """The laws of appending, but for the request id.

    Raises:
        NotAllowed: The record as it was, or as it would be, lies outside the scope.
        OtherForm: It belongs to another form.
        RecordDestroyed: Nothing is ever written upon it again.
        Conflict: The newest entry is not the expected one.
    """
    if not scope.covers(new.summary.unit) or (last and not scope.covers(last.summary.unit)):
        raise NotAllowed(record=new.record)
    if last and last.form != new.form:
        raise OtherForm(record=new.record, kept=last.form, given=new.form)
    if last:
        refuse_destroyed(last)
    if (last.n if last else 0) != expected_n:
        raise Conflict(new=new, expected_n=expected_n, actual=last)


def refuse_destroyed(last: Entry) -> None:
    """Refuse to write upon a record that ends with this entry.

    Raises:
        RecordDestroyed: It was destroyed.
    """
    if last.destroys:
        day = f"{last.when.year}年{last.when.month}月{last.when.day}日"
        raise RecordDestroyed(record=last.record, who=last.who, day=day)


def body_of(new: NewEntry) -> dict[str, Any]:
    """What a new entry says, checked to be plain; ``seal`` makes it a link of a chain."""
    check_record(new.record)
    if not new.request_id or not new.form or not new.kind:
        raise ValueError("an entry needs request_id, form and kind")
    checked([new.form, new.request_id, new.kind, new.who], "entry")
    check_names("entry", new.form, new.request_id, new.kind, new.summary.state, new.summary.unit)
    check_draws(new.draws, new.above)
    return {
        "request_id": new.request_id,
        "kind": new.kind,
        "who": new.who,
        "data": checked(new.data if new.data is None else dict(new.data), "data"),
        "pins": checked(dict(new.pins), "pins"),
        "summary": summary_document(new.summary),
        "draft": new.draft,
        "why": checked(dict(new.why), "why"),
        **({"effects": [effect_document(effect) for effect in new.effects]} if new.effects else {}),
        **_privacy(new),
    }


def _privacy(new: NewEntry) -> dict[str, Any]:
    """What an entry with private values says besides."""
    if not new.private and not new.summary.private:
        return {}
    for path in new.private:
        check_path(path)
    salt = checked(new.salt, "salt") or secrets.token_hex(16)
    return {**({"private": [*new.private]} if new.private else {}), "salt": salt}


def body_with(new: NewEntry, numbers: Mapping[str, range]) -> dict[str, Any]:
    """What a new entry says once it has its numbers."""
    filled = new.fill(new, numbers) if new.fill else new
    emptied = replace(filled, data=new.data, summary=new.summary, effects=new.effects, why=new.why)
    if emptied != new or _place(filled.summary) != _place(new.summary):
        raise ValueError("fill puts numbers into data, texts of the summary, effects and why, and changes nothing else")
    return {**body_of(filled), "numbers": numbers_document(numbers)}


def _place(summary: Summary) -> tuple[object, ...]:
    return summary.state, summary.unit, summary.owner, summary.due


def seal(body: Document, *, n: int, prev: str, when: datetime) -> dict[str, Any]:
    """The entry as it will lie in its file, with its digest at the end.

    Raises:
        ValueRefused: It is larger than ``MOST_BYTES``.
    """
    document = {"n": n, **body, "when": when.isoformat(), "prev": prev}
    raw = canonical(document)
    if len(raw) > MOST_BYTES:
        raise ValueRefused(
            path="data",
            why=f"这一版共 {len(raw) / 1e6:.1f} MB，最多 {MOST_BYTES // 1_000_000} MB。请把内容分到几个办件里",
        )
    return {**document, "digest": hashlib.sha256(raw).hexdigest()}


def check_chain(documents: Sequence[Document], prev: str, first: int = 1) -> dict[int, str]:
    """Check that entries are whole, in order, and each follows the one before.

    Returns:
        Digests of what is left of destroyed ones, by number: the newest entry of the record proves them.

    Raises:
        ChainBroken: They are not.
    """
    husks: dict[int, str] = {}
    for n, document in enumerate(documents, start=first):
        if not isinstance(document, Mapping) or document.get("n") != n:
            raise ChainBroken(f"缺少第 {n} 条记录")
        if document.get("prev") != prev:
            raise ChainBroken(f"第 {n} 条记录与前一条接不上")
        if "destroyed" in document:
            husks[n], prev = digest(document), str(document.get("digest"))
            continue
        try:
            prev = digest({key: value for key, value in document.items() if key != "digest"})
        except TypeError as exc:  # nested deeper than anything of ours
            raise ChainBroken(f"第 {n} 条记录的内容与校验码不符") from exc
        if document.get("digest") != prev:
            raise ChainBroken(f"第 {n} 条记录的内容与校验码不符")
    return husks


def entry_of(document: Document, record: str, form: str) -> Entry:
    """An entry out of its file.

    Raises:
        ChainBroken: A field is missing or of another kind.
    """
    try:
        return Entry(
            record=record,
            form=form,
            n=document["n"],
            request_id=document["request_id"],
            kind=document["kind"],
            who=document["who"],
            when=datetime.fromisoformat(document["when"]),
            prev=document["prev"],
            data=document["data"],
            pins=document["pins"],
            summary=summary_of(document["summary"]),
            draft=document["draft"],
            why=document.get("why", {}),  # older entries say nothing of it
            effects=tuple(map(effect_of, document.get("effects", ()))),
            numbers=numbers_of(document.get("numbers", {})),
            digest=document["digest"],
            private=tuple(document.get("private", ())),
            salt=document.get("salt", ""),
            destroys=_remains(document.get("destroys")),
            destroyed=document.get("destroyed", 0),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise ChainBroken(f"第 {document.get('n')} 条记录缺少内容或类型不对：{exc}") from exc


def _remains(told: Document | None) -> Remains | None:
    return Remains(pins=tuple(told["pins"]), why=tuple(told["why"])) if told else None


def summary_document(summary: Summary) -> dict[str, Any]:
    """A summary as it lies in a file, checked to be plain."""
    plain: dict[str, Any] = checked(
        {
            "state": summary.state,
            "unit": summary.unit,
            "owner": summary.owner,
            "label": summary.label,
            "start": summary.start.isoformat() if summary.start else None,
            "end": summary.end.isoformat() if summary.end else None,
            "words": summary.words,
            "tokens": summary.tokens,
            "private": summary.private,
            **({"due": summary.due.isoformat()} if summary.due else {}),
            **({"about": dict(summary.about)} if summary.about else {}),
        },
        "summary",
    )
    return plain


def summary_of(document: Document) -> Summary:
    """A summary out of a file."""
    return Summary(
        state=document["state"],
        unit=document["unit"],
        owner=document.get("owner", ""),  # entries of old have none
        label=document["label"],
        start=_day(document["start"]),
        end=_day(document["end"]),
        words=tuple(document["words"]),
        tokens=tuple(document["tokens"]),
        private=tuple(document["private"]),
        due=_day(document.get("due")),
        about=document.get("about", {}),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def check_format(found: object, file: str) -> None:
    """Refuse files that a newer program wrote.

    Raises:
        FormatTooNew: The number is above ours.
        ChainBroken: It is none.
    """
    if not isinstance(found, int):
        raise ChainBroken("缺少格式号")
    if found > FORMAT:
        raise FormatTooNew(file=file, found=found, known=FORMAT)
