"""The proof run: every paper with facts that try it, looked at page by page, held against what was approved."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import ceil
from typing import Any

from onefill.definitions.model import Document, Notice, Section
from onefill.definitions.publications import Publication
from onefill.facts import PrintView, Sheet
from onefill.facts.plan import FormPlan
from onefill.rendering import TemplateBroken
from onefill.rendering.errors import DoesNotFit
from onefill.rendering.packet import page_count
from onefill.rendering.page_faults import PageFault, page_faults, set_faults
from onefill.rendering.searchable import not_found
from onefill.rendering.word_breaks import ends_in_break
from onefill.service.approvals import Approvals
from onefill.service.book import Book
from onefill.service.conversion import Conversion, Wanted
from onefill.service.glyphs import unprintable
from onefill.service.office_files import office_files, repeated
from onefill.service.papers import Paper, Print, paper, printing_of
from onefill.service.proof_case import MOST_TOLD, lists_of, made_up_case, made_up_list
from onefill.service.proof_facts import FEW_COPIES, FEW_ROWS, MANY_ROWS, Words, with_rows, with_words, words_to_find
from onefill.service.proof_shapes import Proofed, Rows, Trial
from onefill.service.specimens import Specimens
from onefill.service.templates import Template, TemplateMissing, Templates

#: Always the same, so that pages differ only when templates do.
DAY = date(2026, 3, 2)
TRIED = "样例"
WORDS: tuple[Words, ...] = ("longest", "blank", "rare")
OnProgress = Callable[[int, int, str], None]


def _quiet(_done: int, _total: int, _what: str) -> None:
    """Nobody is waiting."""


@dataclass
class _Tried:
    """A document in one format while it is tried: how many pages came of how many rows.

    Attributes:
        sections: Those whose rows it lists.
        told: Lists of the submission that it goes through, if it is a notice; or its rows, if it is made public.
        most: Rows that are tried at most.
        public: What makes it public, if it belongs to no form.
        pages: How many came of so many rows.
        fails: Whether so many rows gave no pages: then it is not looked any further for how many a page takes.
    """

    form: str
    document: Document
    template: Template
    sections: tuple[Section, ...]
    told: tuple[str, ...]
    most: int
    public: Publication | None = None
    pages: dict[int, int] = field(default_factory=dict)
    fails: bool = False

    def trial(self, rows: Rows, words: Words = "ordinary", count: int | None = None) -> Trial:
        return Trial(
            form=self.form,
            document=self.document.key,
            title=self.document.title,
            suffix=self.template.compiled.suffix,
            rows=rows,
            words=words,
            count=count if self.lists else None,
        )

    @property
    def lists(self) -> bool:
        """Whether it lists anything, so that numbers of rows are tried."""
        return bool(self.sections or self.told)

    @property
    def full(self) -> int | None:
        """The most rows that make no more pages than one row, or nothing while that is not known."""
        if self.fails:
            return None
        below = max((n for n, pages in self.pages.items() if pages == self.pages[1]), default=0)
        above = self._above()
        return below if above is None or above == below + 1 else None

    def next_count(self) -> int | None:
        """How many rows to try, to find how many a page takes."""
        if self.fails or self.full is not None or (above := self._above()) is None:
            return None
        below = max(n for n, pages in self.pages.items() if pages == self.pages[1])
        each = ceil(self.most / (self.pages[self.most] - self.pages[1] + 1))
        return 2 * each if above == self.most and below < 2 * each < above else (below + above) // 2

    def _above(self) -> int | None:
        return min((n for n, pages in self.pages.items() if n and pages > self.pages[1]), default=None)


class Proof:
    """Tries papers.

    Args:
        book: Whose definitions.
        templates: All templates.
        conversion: To PDF; what did not change is not converted again.
        approvals: Pages as they were approved.
    """

    def __init__(self, book: Book, templates: Templates, conversion: Conversion, approvals: Approvals) -> None:
        self._book = book
        self._templates = templates
        self._conversion = conversion
        self._approvals = approvals

    def run(
        self,
        forms: Iterable[str] | None = None,
        documents: Iterable[str] | None = None,
        on_progress: OnProgress = _quiet,
    ) -> list[Proofed]:
        """Try papers with no row, one, as many as a page takes, one more, very many; long, absent and rare texts.

        Args:
            forms: Keys of the forms, and of packs, to whom belongs what they make public; all if not given.
            documents: Keys of their papers; all if not given.
            on_progress: Called with files done, files in all, and what is being done.

        Raises:
            EngineMissing: PDF cannot be made here; the message tells the remedy.
        """
        specimens = Specimens(self._book, DAY)
        found: list[Proofed] = []
        tried = [
            one
            for form in forms or (*self._book.definitions.forms, *self._book.definitions.packs)
            for document, public in self._papers(form)
            if documents is None or document.key in set(documents)
            for one in self._opened(form, document, public, found)
        ]
        run = _Run(specimens, self._conversion, on_progress)
        _find_full(tried, run)
        trials = list(_trials(tried))
        done, again = run.convert(trials), run.set_again(trials)
        return [*found, *(self._judged(one, again.get(one.trial.key)) for one in done)]

    def approve(self, proofed: Iterable[Proofed]) -> int:
        """Remember these pages as those that are right; how many papers."""
        return self._approvals.keep({one.trial.key: one.pdf for one in proofed if one.pdf})

    def _papers(self, form: str) -> Iterator[tuple[Document, Publication | None]]:
        """The papers of a form and its notices; or the lists that a pack makes public on paper."""
        pack = self._book.definitions.packs.get(form)
        if pack is None:
            known = self._book.definitions.form(form)
            yield from ((one, None) for one in (*known.documents, *known.notices))
            return
        for public in pack.publications:
            if public.template is not None:
                yield Document(key=public.key, title=public.title, template=public.template), public

    def _opened(
        self, form: str, document: Document, public: Publication | None, broken: list[Proofed]
    ) -> Iterator[_Tried]:
        pack = form if public else self._book.definitions.pack_of(form).pack
        for name in document.templates:
            try:
                template = self._templates.get(pack, name)
            except (TemplateMissing, TemplateBroken) as error:
                trial = Trial(
                    form=form,
                    document=document.key,
                    title=document.title,
                    suffix=name[name.rfind(".") :],
                    rows="few",
                    words="ordinary",
                    count=None,
                )
                broken.append(Proofed(trial=trial, why_not=str(error)))
                continue
            if public is not None:
                yield _Tried(form, document, template, (), ("rows",), MANY_ROWS, public)
                continue
            sections = _listed(self._book.plan(form), template)
            told = lists_of({one.path for one in template.compiled.names})
            most = min([MOST_TOLD if told else MANY_ROWS, *(one.repeat.max for one in sections if one.repeat)])
            yield _Tried(form, document, template, sections, told, most)

    def _judged(self, made: Proofed, again: bytes | None) -> Proofed:
        if not made.pdf:
            return made
        approved = self._approvals.get(made.trial.key)
        unfound = not_found(made.pdf, made.searched)
        faults = (*page_faults(made.pdf), *made.faults)
        made = replace(made, faults=faults, unfound=unfound, approved=approved)
        if again is not None:
            unfound = tuple(dict.fromkeys((*unfound, *not_found(again, made.searched))))
            set_wrong = tuple(set_faults(again, made.pdf, made.faults))
            made = replace(made, is_set=True, set_faults=set_wrong, unfound=unfound)
        if approved is None or approved == made.pdf:
            return replace(made, approved_pages=made.pages if approved else 0)
        return replace(made, approved_pages=page_count(approved), changed=self._approvals.changed(approved, made.pdf))


class _Run:
    """Renders and converts trials, many in one call."""

    def __init__(self, specimens: Specimens, conversion: Conversion, on_progress: OnProgress) -> None:
        self._specimens = specimens
        self._conversion = conversion
        self._on_progress = on_progress

    def convert(self, trials: Sequence[tuple[_Tried, Trial]]) -> list[Proofed]:
        """Each trial with its PDF, or why there is none."""
        asked: dict[str, tuple[Trial, Wanted]] = {}
        failed: dict[str, str] = {}
        for tried, trial in trials:
            try:
                files = self._files(tried, trial)
            except (TemplateBroken, DoesNotFit) as error:
                failed[trial.key] = str(error)
                continue
            if not files:  # it repeats for nobody
                continue
            asked[f"{trial.key}{trial.count}"] = (
                trial,
                Wanted(title=f"{trial.key}{trial.count}", files=files, suffix=trial.suffix),
            )

        def tell(files_done: int, total: int, name: str) -> None:
            self._on_progress(files_done, total, asked[name][0].title if name in asked else "")

        parts, notes = self._conversion.convert([wanted for _, wanted in asked.values()], tell)
        pdfs = {part.title: part.pdf for part in parts}
        done = []
        for name, (trial, wanted) in asked.items():
            pdf = pdfs.get(name, b"")
            why_not = "" if pdf else next((note for note in notes if f"《{name}》" in note), "没有生成")
            lacking = unprintable(wanted.files)
            sought = words_to_find(wanted.files, trial.words)
            pages = page_count(pdf) if pdf else 0
            made = Proofed(trial=trial, pdf=pdf, pages=pages, unprintable=lacking, searched=sought, why_not=why_not)
            done.append(replace(made, faults=tuple(_of_files(made, wanted.files))))
        return [
            *done,
            *(Proofed(trial=trial, why_not=failed[trial.key]) for _, trial in trials if trial.key in failed),
        ]

    def set_again(self, trials: Sequence[tuple[_Tried, Trial]]) -> dict[str, bytes]:
        """The pages of each trial as they are set when such a paper is printed again, of those that can be."""
        asked = {}
        for tried, trial in trials:
            if tried.public is None and not isinstance(tried.document, Notice):
                try:
                    made = self._paper(tried, trial)
                    found = repeated(made, tried.template) if made.items else None
                except (TemplateBroken, DoesNotFit):
                    continue  # told with its pages
                if found is not None:
                    asked[trial.key] = found
        return self._conversion.set_pages(asked, lambda done, of: self._on_progress(done, of, "照版面填"))

    def _paper(self, tried: _Tried, trial: Trial) -> Paper:
        sheet, about = self._printed(tried, trial)
        made = paper(sheet, tried.document, tried.template.compiled, about)
        return replace(made, items=made.items[:FEW_COPIES])

    def _files(self, tried: _Tried, trial: Trial) -> tuple[bytes, ...]:
        count = FEW_ROWS if trial.count is None else trial.count
        if tried.public is not None:
            return (tried.template.compiled.render(made_up_list(tried.public, trial.words, count, DAY)),)
        if isinstance(tried.document, Notice):
            sheet, about = self._printed(tried, trial)
            case = made_up_case(sheet, tried.document, trial.words, count, DAY)
            facts = {"case": case, "print": printing_of(about, "0" * 8)}
            return (tried.template.compiled.render(PrintView(sheet.view, 0, facts)),)
        made = self._paper(tried, trial)
        return tuple(data for _, data in office_files(made, tried.template, whole=False)) if made.items else ()

    def _printed(self, tried: _Tried, trial: Trial) -> tuple[Sheet, Print]:
        """The facts of a trial, and what its paper says of itself."""
        sheet = self._sheet(tried, trial)
        return sheet, Print(title=trial.title, version=TRIED, draft=False, record=sheet.record, day=DAY)

    def _sheet(self, tried: _Tried, trial: Trial) -> Sheet:
        own = self._specimens.definitions.form(tried.form)
        grids = [section for section in own.sections if section.grid]

        def changed(plan: FormPlan, data: Mapping[str, Any]) -> Mapping[str, Any]:
            data = with_words(plan, data, trial.words)
            if plan.form.form == tried.form and trial.count is not None:
                for section in tried.sections:
                    data = with_rows(section, data, trial.count, grids)
            return data

        return self._specimens.of(tried.form, changed)


def _of_files(made: Proofed, files: Iterable[bytes]) -> Iterator[PageFault]:
    """What is wrong with the files of a trial that its pages do not show."""
    if made.trial.suffix == ".docx" and any(map(ends_in_break, files)):
        yield PageFault(page=made.pages, code="BREAK_AT_END")


def _listed(plan: FormPlan, template: Template) -> tuple[Section, ...]:
    """The sections of the form whose rows a template lists."""
    heads = {name.path.split("[]")[0] for name in template.compiled.names if "[]" in name.path}
    return tuple(section for key, section in plan.repeats.items() if key in heads)


def _find_full(tried: Sequence[_Tried], run: _Run) -> None:
    """Find how many rows make one page, for all papers at once: each step is one call of the converter."""
    lists = [one for one in tried if one.lists and one.most > 1]
    _count_pages([(one, count) for one in lists for count in (1, one.most)], run)
    while asked := [(one, count) for one in lists if 1 in one.pages and (count := one.next_count()) is not None]:
        _count_pages(asked, run)


def _count_pages(asked: Sequence[tuple[_Tried, int]], run: _Run) -> None:
    wanted = [(one, one.trial("few", count=count)) for one, count in asked]
    by_key = {one.trial("few").key: one for one, _ in asked}
    for made in run.convert(wanted):
        one = by_key[made.trial.key]
        one.pages[made.trial.count or 0] = made.pages
        one.fails = one.fails or not made.pages


def _trials(tried: Sequence[_Tried]) -> Iterator[tuple[_Tried, Trial]]:
    for one in tried:
        if one.lists:
            counts: list[tuple[Rows, int]] = [("none", 0), ("one", 1)]
            full = one.full if one.pages else None
            if full is not None and full < one.most:
                counts += [("full", full), ("over", full + 1)]
            if one.most > 1:
                counts.append(("many", one.most))
            yield from ((one, one.trial(rows, count=count)) for rows, count in counts)
        else:
            yield one, one.trial("few")
        for words in WORDS:
            yield one, one.trial("few", words, min(FEW_ROWS, one.most))
