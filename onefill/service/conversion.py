"""Office files to PDF for the service: one engine call for all, results kept so that nothing is made twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Protocol

from onefill.problems import Problem
from onefill.rendering.engines import EngineMissing, find_soffice
from onefill.rendering.fonts import fonts_digest, missing_packages
from onefill.rendering.html import PageFails
from onefill.rendering.packet import Part, join, page_count
from onefill.rendering.page_order import order_mark
from onefill.rendering.workrooms import DiskFull
from onefill.service.glyphs import unprintable
from onefill.service.layouts import Layouts, Plan, Repeated
from store import Cache

#: Repeated pages that are converted as one file; more are several files, and so can be converted at the same time.
MOST_IN_ONE = 250
#: Files beside LibreOffice's command that every upgrade replaces.
_TELLING = ("soffice.bin", "versionrc", "version.ini")
#: So often papers are made anew because the engine was replaced while they were being made.
_TURNS = 3


class OfficeEngine(Protocol):
    """Word and Excel files to PDF, all in one call."""

    def __call__(
        self, files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
    ) -> dict[str, bytes | Problem]:
        """Each file's PDF, or what prevented it, by the name given.

        Raises:
            EngineMissing: It is not installed; the message tells the remedy.
        """


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A paper to convert: its office files in order, papers that repeat, or HTML; and how many repetitions it has."""

    title: str
    files: tuple[bytes, ...] = ()
    suffix: str = ".docx"
    html: str = ""
    repeated: Repeated | None = None
    repetitions: int = 0


class Conversion:
    """Converts and remembers.

    Args:
        engine: For Word and Excel files.
        mark: Tells one engine from another: equal files give equal pages only under the same one. Asked at every
            call, because an engine may be replaced while we run.
        html: For HTML pages.
        cache: Where converted files are kept, by the hash of what they were made from.
        layouts: What is known of papers that repeat.
    """

    def __init__(
        self, engine: OfficeEngine, mark: Callable[[], str], html: Callable[[str], bytes], cache: Cache, layouts: Cache
    ) -> None:
        self._engine = engine
        self._mark = mark
        self.html = html
        self._cache = cache
        self._layouts = Layouts(layouts)

    def convert(
        self, asked: Sequence[Wanted], on_progress: Callable[[int, int, str], None]
    ) -> tuple[list[Part], list[str]]:
        """PDFs of papers in order, and what could not be converted, in words."""
        for _ in range(_TURNS):
            mark = self._mark()
            made = self._converted(asked, mark, on_progress)
            if mark == self._mark():
                break  # else the engine was replaced meanwhile, and pages of both may lie in one paper
        return made

    def _converted(
        self, asked: Sequence[Wanted], mark: str, on_progress: Callable[[int, int, str], None]
    ) -> tuple[list[Part], list[str]]:
        plans = {at: Plan(self._layouts, one.repeated, mark) for at, one in enumerate(asked) if one.repeated}
        first = [plans[at].first if at in plans else one.files for at, one in enumerate(asked)]

        def tell(files_done: int) -> None:
            on_progress(*_progress(asked, first, files_done))  # even if nothing is new: they may want to stop

        made = self._each(asked, first, mark, tell)
        for at, plan in plans.items() if mark == self._mark() else ():
            plan.learn(made[at])
        second = [plans[at].second if at in plans else () for at, _ in enumerate(asked)]
        last = self._each(asked, second, mark, lambda _done: tell(sum(map(len, first))))
        parts: list[Part] = []
        notes: list[str] = []
        for at, one in enumerate(asked):
            pages = plans[at].pages(made[at], last[at]) if at in plans else made[at]
            if one.html:
                try:
                    pages = [self.html(one.html)]
                except (EngineMissing, PageFails, DiskFull) as error:
                    if len(asked) == 1:
                        raise
                    notes.append(f"《{one.title}》没有生成：{error}")  # the others come all the same
                    continue
            failed = [result for result in pages if isinstance(result, Problem)]
            if failed:
                notes.append(f"《{one.title}》没有生成：{failed[0].what}。{failed[0].remedy}")
            elif pages:
                whole = [p for p in pages if isinstance(p, bytes)]
                spans = plans[at].spans(made[at], last[at]) if at in plans else ()
                spans = spans or _spans(one.repetitions, whole)
                parts.append(Part(title=one.title, pdf=_joined(one.title, whole), spans=spans))
                notes += _lacking(one)
        return parts, notes + _fonts_lacking()

    def set_pages(self, asked: Mapping[str, Repeated], on_progress: Callable[[int, int], None]) -> dict[str, bytes]:
        """Papers set into layouts, whatever was printed before; those that cannot be are left out.

        Args:
            asked: The papers, by names of the caller's.
            on_progress: Called with specimens laid out, and how many there are.
        """
        mark = self._mark()
        plans = {name: Plan(self._layouts, replace(one, many=True), mark) for name, one in asked.items()}
        files = {
            f"{n:04d}-{m:04d}.docx": data
            for n, plan in enumerate(plans.values())
            for m, data in enumerate(plan.specimens)
        }
        done = self._office(files, mark, lambda count: on_progress(count, len(files)))
        if mark != self._mark():
            return {}
        for n, plan in enumerate(plans.values()):
            plan.learn([done[name] for name in files if name.startswith(f"{n:04d}-")])
        return {name: made for name, plan in plans.items() if (made := plan.all_set()) is not None}

    def _each(
        self, asked: Sequence[Wanted], files: Sequence[Sequence[bytes]], mark: str, on_done: Callable[[int], None]
    ) -> list[list[bytes | Problem]]:
        """For each paper what comes of its files, all laid out in one call."""
        named = {
            f"{n:03d}-{m:04d}{one.suffix}": data
            for n, (one, own) in enumerate(zip(asked, files, strict=True))
            for m, data in enumerate(own)
        }
        done = self._office(named, mark, on_done)
        return [[done[name] for name in named if name.startswith(f"{n:03d}-")] for n, _ in enumerate(asked)]

    def _office(
        self, files: Mapping[str, bytes], mark: str, on_done: Callable[[int], None]
    ) -> dict[str, bytes | Problem]:
        keys = {name: sha256(mark.encode() + data).hexdigest() for name, data in files.items()}
        done: dict[str, bytes | Problem] = {}
        for name, key in keys.items():
            kept = self._kept(key)
            if kept is not None:
                done[name] = kept
        fresh = {name: data for name, data in files.items() if name not in done}
        on_done(len(done))
        if fresh:
            before = len(done)
            made = self._engine(fresh, on_progress=lambda count, _total: on_done(before + count))
            done |= made
            if mark == self._mark():
                for name, result in made.items():
                    if isinstance(result, bytes):
                        self._cache.put(f"{keys[name]}.pdf", _digest(keys[name], result) + b"\n" + result)
        return done

    def _kept(self, key: str) -> bytes | None:
        """What was made before; nothing if it is not what was kept, which a disk may do to it."""
        digest, _, pdf = (self._cache.get(f"{key}.pdf") or b"").partition(b"\n")
        return pdf if digest == _digest(key, pdf) else None


def _digest(key: str, pdf: bytes) -> bytes:
    return sha256(key.encode() + pdf).hexdigest().encode()


def _spans(repetitions: int, pdfs: Sequence[bytes]) -> tuple[int, ...]:
    """How many pages each repetition of a paper has, where that is beyond doubt; each begins on a page of its own."""
    pages = tuple(map(page_count, pdfs)) if repetitions else ()
    if len(pages) == repetitions:
        return pages
    return (1,) * repetitions if sum(pages) == repetitions else ()


def _lacking(one: Wanted) -> list[str]:
    """Which characters of a paper print as nothing or as boxes, in words."""
    lacking = unprintable(one.files, one.repeated.said() if one.repeated else one.html)
    if not lacking:
        return []
    chars = "、".join(f"“{char}”（U+{ord(char):04X}）" for char in lacking)
    return [
        f"《{one.title}》里的 {chars} 这台电脑没有字体能印，PDF 上会空着。用有这个字的电脑打开 Word 打印，或手写补上"
    ]


def _fonts_lacking() -> list[str]:
    packages = missing_packages()
    if not packages:
        return []
    return [f"缺少字体，PDF 的字形会和公文不一样。请安装：apt-get install {' '.join(packages)}"]


def _joined(title: str, pdfs: Sequence[bytes]) -> bytes:
    return pdfs[0] if len(pdfs) == 1 else join([Part(title=title, pdf=pdf) for pdf in pdfs], bookmarks=False)


def _progress(asked: Sequence[Wanted], files: Sequence[Sequence[bytes]], files_done: int) -> tuple[int, int, str]:
    """Files done, told as papers: how many are complete, of how many, and the one being made."""
    for number, (one, own) in enumerate(zip(asked, files, strict=True)):
        if files_done < len(own):
            return number, len(asked), one.title
        files_done -= len(own)
    return len(asked), len(asked), ""


def fair_share(count: int) -> int:
    """How many repetitions go into a file to convert, if all files are to be about equal and none too large."""
    return ceil(count / ceil(count / MOST_IN_ONE)) if count else 0


def engine_mark() -> str:
    """The installed LibreOffice, where it is, which and since when, its fonts, what is done to its pages.

    Empty if there is none.
    """
    found = find_soffice()
    if found is None:
        return ""
    program = Path(found).resolve()
    told = [f"{each.stat().st_mtime_ns}" for name in _TELLING if (each := program.with_name(name)).is_file()]
    return " ".join([found, str(program.stat().st_mtime_ns), *told, fonts_digest(), order_mark()])
