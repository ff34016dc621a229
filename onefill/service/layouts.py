"""Pages that repeat, laid out once for each shape that they have; kept, so that the next ones are only filled in."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from threading import Lock

from onefill.problems import Problem
from onefill.rendering.packet import PdfBroken, page_count
from onefill.rendering.page_layouts import Layout, LayoutUnread, Specimen
from onefill.rendering.page_learning import code_mark, learned
from onefill.rendering.page_setting import SetPaper, Setting, set_papers
from onefill.rendering.page_shapes import MOST_TEXTS, Saying, own_signs, saying, specimens
from store import Cache

_log = logging.getLogger(__name__)
#: Kept where a layout cannot be used; why tells signs of the papers, and so is not.
_UNREAD = b"unread"
#: Of a frame: papers in it can be set, or those of two shapes could not, so that others are not tried.
_SETTABLE, _HOPELESS = b"settable", b"hopeless"
#: So many layouts are kept at hand, made ready.
MOST_READY = 200
#: So many papers are laid out each for itself because they cannot be set; if there are more, all are laid out.
MOST_APART = 20


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """Papers that a template makes one after the other.

    Attributes:
        papers: For each the parts of its file that print.
        file: Makes an office file of some of them.
        share: How many go into a file.
        mark: Tells what the files hold besides.
        many: Whether there may be more of the kind; a paper that stands alone is laid out as it is the first time.
    """

    papers: Sequence[Mapping[str, str]]
    file: Callable[[Sequence[Mapping[str, str]]], bytes]
    share: int
    mark: str
    many: bool = True

    @cached_property
    def files(self) -> tuple[bytes, ...]:
        """All of them, as files to be laid out."""
        return tuple(self.file(self.papers[at : at + self.share]) for at in range(0, len(self.papers), self.share))

    def said(self) -> str:
        """Every sign that they may print."""
        return "".join(set().union(*(xml for paper in self.papers for xml in paper.values())))


class Layouts:
    """What is known of layouts.

    Args:
        cache: Where they are kept.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._lock = Lock()
        self._ready: dict[str, Setting | LayoutUnread] = {}

    def key(self, *told: str) -> str:
        """What a layout is kept under; one that was read by other code than this is not known any more."""
        return sha256("\0".join([code_mark(), *told]).encode()).hexdigest()

    def get(self, key: str, shape: str) -> Setting | LayoutUnread | None:
        """A known layout, or why there is none; None if that was not tried yet."""
        found = self._ready.get(key)
        if found is None and (kept := self._cache.get(f"{key}.layout")) is not None:
            digest, _, data = kept.partition(b"\n")
            if digest == _digest(key, data):
                found = self._remembered(key, shape, data)
            else:
                _log.warning("版面 %s 的文件坏了，重新排", key)
        return found

    def keep(self, key: str, shape: str, found: Layout | LayoutUnread) -> Setting | LayoutUnread:
        """Keep what laying out a specimen has shown."""
        data = found.dumped() if isinstance(found, Layout) else _UNREAD
        self._cache.put(f"{key}.layout", _digest(key, data) + b"\n" + data)
        return self._remembered(key, shape, data) or LayoutUnread(why="读不回来")

    def is_hopeless(self, frame: str) -> bool:
        """Whether no paper in a frame is to be tried any more."""
        return self._cache.get(f"{frame}.tried") == _HOPELESS

    def judge(self, frame: str, key: str, found: Setting | LayoutUnread) -> None:
        """Take note of what one shape tells of its frame.

        Args:
            frame: What is around the texts.
            key: Of the shape.
            found: Its layout, or why there is none. A second shape without one tells that it lies with the frame; one
                with a layout, that it lies with the texts.
        """
        before = self._cache.get(f"{frame}.tried")
        if isinstance(found, Setting):
            now = _SETTABLE
        elif before in (None, key.encode()):
            now = key.encode()
        else:
            now = before if before == _SETTABLE else _HOPELESS
        if now != before:
            self._cache.put(f"{frame}.tried", now)

    def is_changed(self, key: str, texts: Sequence[str]) -> bool:
        """Whether a paper in a frame was asked for before, with other texts; the first ones are kept in mind."""
        digest = self.key(*texts).encode()
        first = self._cache.get(f"{key}.frame")
        if first is None:
            self._cache.put(f"{key}.frame", digest)
        return first is not None and first != digest

    def _remembered(self, key: str, shape: str, data: bytes) -> Setting | LayoutUnread | None:
        found = _made_ready(shape, data)
        if found is None:
            return None
        with self._lock:
            self._ready[key] = found
            while len(self._ready) > MOST_READY:
                del self._ready[next(iter(self._ready))]
        return found


def _digest(key: str, data: bytes) -> bytes:
    """What tells that a file is whole, and the one that was kept under this name."""
    return sha256(key.encode() + data).hexdigest().encode()


def _made_ready(shape: str, data: bytes) -> Setting | LayoutUnread | None:
    """A layout that was kept, or why there is none; None if it is none that this version reads."""
    try:
        if data == _UNREAD:
            return LayoutUnread(why="试过，排出来的不能照用")
        layout = Layout.loaded(data)
        return Setting(shape, layout) if layout.pages else None
    except LayoutUnread as why:
        return why
    except (ValueError, TypeError, LookupError):
        return None


class Plan:
    """Papers on their way to pages: first some specimens are laid out, then what cannot be set, then all are joined.

    Args:
        layouts: What is known.
        repeated: The papers.
        mark: Tells the program and the fonts that lay out.
    """

    def __init__(self, layouts: Layouts, repeated: Repeated, mark: str) -> None:
        self._layouts = layouts
        self._repeated = repeated
        self._mark = mark
        self._sayings = [saying(paper) for paper in repeated.papers]
        shapes = {(one.frame.digest, one.shape): one for one in self._sayings}
        self._found = {of: self._known(one) for of, one in shapes.items()}
        missing = [one for of, one in shapes.items() if self._found[of] is None]
        self._batches = list(_batches(missing, repeated.share))

    @cached_property
    def specimens(self) -> tuple[bytes, ...]:
        """Files of specimens of the shapes that are not known yet."""
        return tuple(self._repeated.file([one.frame.filled(one.texts) for one in batch]) for batch in self._batches)

    @cached_property
    def first(self) -> tuple[bytes, ...]:
        """Files to be laid out first: specimens, or what cannot be set if there are none."""
        return self.specimens or self._rest

    @property
    def second(self) -> tuple[bytes, ...]:
        """Files to be laid out once the specimens have been: what cannot be set."""
        return self._rest if self._batches else ()

    def learn(self, pdfs: Sequence[bytes | Problem]) -> None:
        """Take note of the pages of what was laid out first."""
        for batch, pdf in zip(self._batches, pdfs, strict=False):
            if isinstance(pdf, Problem):
                continue
            try:
                found = learned(pdf, batch)
            except PdfBroken:
                continue  # they are laid out each for itself, and tried again another time
            for one, layout in zip(batch, found, strict=True):
                key = self._key(one.frame.digest, one.shape)
                made = self._layouts.keep(key, one.shape, layout)
                self._found[one.frame.digest, one.shape] = made
                self._layouts.judge(self._key(one.frame.digest), key, made)

    @cached_property
    def _rest(self) -> tuple[bytes, ...]:
        """Papers that cannot be set, or all of them if these are too many."""
        if not self._set:
            return self._repeated.files
        papers = zip(self._repeated.papers, self._set, strict=True)
        return tuple(self._repeated.file([paper]) for paper, made in papers if made is None)

    def pages(self, first: Sequence[bytes | Problem], second: Sequence[bytes | Problem] = ()) -> list[bytes | Problem]:
        """The pages of all papers.

        Args:
            first: What came of laying out ``first``.
            second: What came of laying out ``second``.
        """
        pdfs = second if self._batches else first
        if not self._set or any(isinstance(pdf, Problem) for pdf in pdfs):
            return list(pdfs)
        apart = iter(pdfs)
        return [set_papers([made or _whole(next(apart)) for made in self._set])]

    def spans(self, first: Sequence[bytes | Problem], second: Sequence[bytes | Problem] = ()) -> tuple[int, ...]:
        """How many pages each paper has; empty if they were not set, see ``pages``."""
        apart = iter(second if self._batches else first)
        return tuple(len(made.pages) if made else page_count(_whole(next(apart))) for made in self._set)

    def all_set(self) -> bytes | None:
        """The pages of all papers as they are set; none if some of them cannot be."""
        made = [paper for paper in self._set if paper is not None]
        return set_papers(made) if made and len(made) == len(self._set) else None

    @cached_property
    def _set(self) -> list[SetPaper | None]:
        """Each paper as it is set, none for those that cannot be; empty if these are too many."""
        made = [self._paper(one) for one in self._sayings]
        unset = made.count(None)
        return [] if unset > MOST_APART or unset == len(made) else made

    def _known(self, one: Saying) -> Setting | LayoutUnread | None:
        if not one.frame.settable:
            return LayoutUnread(why="除了文字还有别的东西")
        if own_signs(one.shape) > MOST_TEXTS:
            return LayoutUnread(why="文字太多")
        frame = self._key(one.frame.digest)
        known = self._layouts.get(self._key(one.frame.digest, one.shape), one.shape)
        if known is None and self._layouts.is_hopeless(frame):
            return LayoutUnread(why="别的文字试过，也不能照用")
        if known is None and not self._repeated.many and not self._layouts.is_changed(frame, one.texts):
            return LayoutUnread(why="第一次印")
        return known

    def _key(self, *told: str) -> str:
        return self._layouts.key(self._mark, self._repeated.mark, *told)

    def _paper(self, one: Saying) -> SetPaper | None:
        found = self._found[one.frame.digest, one.shape]
        if not isinstance(found, Setting):
            return None
        try:
            return SetPaper(found, found.signs(one.texts))
        except LayoutUnread:
            return None


def _whole(pdf: bytes | Problem) -> bytes:
    assert isinstance(pdf, bytes)
    return pdf


def _batches(missing: Sequence[Saying], share: int) -> Iterator[list[Specimen]]:
    """Specimens of the shapes, so many in a file that no sign has to come twice."""
    batch: list[Saying] = []
    for one in missing:
        if batch and (len(batch) == share or sum(own_signs(each.shape) for each in [*batch, one]) > MOST_TEXTS):
            yield _specimens(batch)
            batch = []
        batch.append(one)
    if batch:
        yield _specimens(batch)


def _specimens(batch: Sequence[Saying]) -> list[Specimen]:
    texts = specimens([one.shape for one in batch])
    return [Specimen(one.frame, one.shape, said) for one, said in zip(batch, texts, strict=True)]
