"""Codes on what is printed: which papers carry them, and the key that seals them, which the store keeps."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from onefill.page_codes import PageCode, PaperList, list_key, told_pages
from onefill.rendering.packet import Part
from onefill.rendering.page_marks import Mark, mark_pages
from onefill.service.readiness import Ready
from onefill.service.sources import Source
from store import Store

#: Where the store keeps the key; it goes along wherever the store is moved or restored.
OWNER, KEY = "page_codes", "key"
KEY_BYTES = 32


class PageCoding:
    """Puts codes on papers that are handed out."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = b""

    @property
    def key(self) -> bytes:
        """The key of this store, made when it is first asked for."""
        if not self._key:
            kept = self._store.preferences(OWNER) or self._store.change_preferences(OWNER, _made)
            self._key = bytes.fromhex(str(kept[KEY]))
        return self._key

    def coded(self, parts: Sequence[Part], ready: Sequence[Ready]) -> tuple[list[Part], list[str]]:
        """The papers with a code on every page that has room for one, and where there was none, in words.

        Args:
            parts: Papers of a version.
            ready: What they were made from.
        """
        named = {one.state.title: one for one in ready}
        made: list[Part] = []
        notes: list[str] = []
        for part in parts:
            one = named[part.title]
            if not one.state.definition.coded:
                made.append(part)
                continue
            done, lacking = self._marked(part, one.source, one.state.key, one.printed_hash)
            made.append(done)
            notes += lacking
        return made, notes

    def coded_list(self, part: Part, source: Source, phase: str, listed: PaperList) -> tuple[Part, list[str]]:
        """The list in front of a packet with a code on every page.

        Args:
            part: The list.
            source: Whose papers.
            phase: Key of their phase.
            listed: What is on it.
        """
        return self._marked(part, source, list_key(phase), listed.hash)

    def _marked(self, part: Part, source: Source, document: str, hash: str) -> tuple[Part, list[str]]:
        def mark(page: int, pages: int) -> Mark:
            code = PageCode(
                record=source.sheet.record,
                document=document,
                version=int(source.version),
                page=page,
                pages=pages,
                hash=hash,
            )
            return Mark(code.text(self.key), code.small_print(self.key))

        marked = mark_pages(part.pdf, mark)
        bare = f"《{part.title}》第 {told_pages(marked.bare)} 页边上没有空地方印页码，扫描以后要自己归类"
        return replace(part, pdf=marked.pdf), [bare] if marked.bare else []


def _made(kept: dict[str, Any]) -> dict[str, Any] | None:
    return None if kept else {KEY: secrets.token_hex(KEY_BYTES)}
