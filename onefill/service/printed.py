"""Files that were handed out, kept by their hash: what was printed of a version is given again byte for byte."""

from collections.abc import Mapping, Sequence
from typing import Any

from onefill.page_codes import PaperList
from onefill.service.kept_files import remember
from onefill.service.shapes import Produced
from store import FileDamaged, FileUnknown, Store


class PrintedFiles:
    """Which files were made of which version. Where one is lost, it is made anew from what the version pins."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, record: str, n: int, document: str, suffix: str, made: Produced) -> None:
        """Remember a file; made again, the later one counts."""
        digest = self._store.put_file(made.data)
        remember(self._store, record, digest)
        kept = {
            "digest": digest,
            "name": made.name,
            "notes": list(made.notes),
            "hash": made.hash,
            "pages": made.pages,
        }
        if self._all(record, n).get(f"{document}{suffix}") != kept:
            self._store.set_preferences(_owner(record, n), {f"{document}{suffix}": kept})

    def find(self, record: str, n: int, document: str, suffix: str) -> Produced | None:
        """The file as it was handed out, or nothing."""
        kept = self._all(record, n).get(f"{document}{suffix}")
        if kept is None:
            return None
        try:
            data = self._store.get_file(kept["digest"])
        except (FileDamaged, FileUnknown):
            return None
        notes = tuple(kept["notes"])
        return Produced(name=kept["name"], data=data, notes=notes, hash=kept["hash"], pages=kept["pages"])

    def suffixes(self, record: str, n: int, document: str) -> tuple[str, ...]:
        """In which formats a document was handed out."""
        return tuple(key.removeprefix(document) for key in self._all(record, n) if key.rpartition(".")[0] == document)

    def hand_out(self, record: str, n: int, papers: Mapping[str, str]) -> None:
        """Remember of which version finished papers were handed out, each with its facts hash; the newest counts."""
        if papers:
            handed = {key: {"n": n, "hash": digest} for key, digest in papers.items()}
            self._store.set_preferences(f"handed/{record}", handed)

    def handed_out(self, record: str) -> Mapping[str, tuple[int, str]]:
        """Papers that were handed out: of which version last, and their facts hash."""
        kept = self._store.preferences(f"handed/{record}")
        return {key: (int(one["n"]), str(one["hash"])) for key, one in kept.items()}

    def keep_spans(self, record: str, n: int, document: str, spans: Sequence[int]) -> None:
        """Remember how many pages each repetition of a paper of a version has."""
        self._store.set_preferences(f"spans/{record}", {f"{n}/{document}": list(spans)})

    def spans(self, record: str, n: int, document: str) -> tuple[int, ...]:
        """How many pages each repetition of a paper had that was printed of a version; empty if that is not known."""
        return tuple(self._store.preferences(f"spans/{record}").get(f"{n}/{document}", ()))

    def keep_list(self, record: str, listed: PaperList) -> None:
        """Remember the papers on a list that was handed out, so that it can be read back."""
        kept = {"papers": dict(listed.papers), "chosen": listed.chosen, "unfinished": sorted(listed.unfinished)}
        self._store.set_preferences(f"listed/{record}", {listed.hash: kept})

    def on_list(self, record: str, hash: str) -> PaperList | None:
        """The papers on a list that was handed out, by its hash; nothing if no such list is known."""
        kept = self._store.preferences(f"listed/{record}").get(hash)
        if kept is None or "papers" not in kept:  # the first ones told nothing of what was left out
            return None
        papers = {key: str(one) for key, one in kept["papers"].items()}
        return PaperList(papers=papers, chosen=bool(kept["chosen"]), unfinished=frozenset(kept["unfinished"]))

    def may_hold(self, record: str, n: int, document: str) -> bool:
        """Whether a document was handed out of a version as a file, alone or maybe among others."""
        return any(key.startswith("@") or key.rpartition(".")[0] == document for key in self._all(record, n))

    def any(self, record: str, n: int) -> bool:
        """Whether anything was handed out of a version, or of any at all."""
        return bool(self._all(record, n) or self.handed_out(record))

    def _all(self, record: str, n: int) -> Mapping[str, Any]:
        return self._store.preferences(_owner(record, n))


def _owner(record: str, n: int) -> str:
    return f"printed/{record}/{n}"
