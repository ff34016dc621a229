"""Records destroyed: what stays of an entry, and how it is proved.

The last entry of a record may destroy all before it. Of each of those a husk stays: who wrote what kind of entry when,
what it did to registers, the numbers it drew, and its digest, so that the chain still hangs together. The entry that
destroyed them holds the digest of every husk, so that none can be altered either.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from store.chain import ChainBroken, Document
from store.model import DESTROYED, Remains
from store.plain import digest

#: What stays of every entry as it was.
_STAYS = ("n", "request_id", "kind", "who", "when", "draft", "effects", "numbers", "prev", "digest")
_EMPTY: Mapping[str, Any] = {"label": "", "start": None, "end": None, "words": [], "tokens": [], "private": []}


def husk(document: Document, destroyer: Document) -> dict[str, Any]:
    """What stays of an entry that another one destroys; of a husk, itself."""
    remains, summary = destroyer["destroys"], document["summary"]
    return {
        **{name: document[name] for name in _STAYS if name in document},
        "data": None,
        "pins": {name: document["pins"][name] for name in remains["pins"] if name in document["pins"]},
        "why": {name: document["why"][name] for name in remains["why"] if name in document.get("why", {})},
        "summary": {**_EMPTY, **{name: summary.get(name, "") for name in ("state", "unit", "owner")}},
        "destroyed": destroyer["n"],
    }


def is_destroyer(document: Document) -> bool:
    """Whether an entry destroys all before it."""
    return "destroys" in document


def closing(body: Document, remains: Remains, documents: Sequence[Document]) -> dict[str, Any]:
    """What an entry says that destroys those before it: lists find it as destroyed, and every husk is proved by it.

    Args:
        body: What it says else.
        remains: What is to stay of the others.
        documents: All of them, in clear.
    """
    n, told_of = len(documents) + 1, body["summary"]
    about = {**told_of.get("about", {}), DESTROYED: n}
    summary = {**told_of, "tokens": [*told_of["tokens"], DESTROYED], "about": about}
    told = {"pins": [*remains.pins], "why": [*remains.why]}
    husks = [husk(one, {"n": n, "destroys": told}) for one in documents]
    return {**body, "summary": summary, "destroys": {**told, "kept": [*map(digest, husks)]}}


def prove(husks: Mapping[int, str], newest: Document) -> None:
    """Hold husks of a chain against the entry that destroyed them.

    Args:
        husks: Their digests by number, as ``check_chain`` gives them.
        newest: The newest entry of the record.

    Raises:
        ChainBroken: One is not what it left.
    """
    kept = newest["destroys"].get("kept", []) if is_destroyer(newest) else []
    for n, found in husks.items():
        if n > len(kept) or kept[n - 1] != found:
            raise ChainBroken(f"第 {n} 条记录已经销毁，留下的部分与销毁时的校验码不符")
