"""What the author's page shows beside the drawing: faults with their places, forms, papers with sample facts."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from onefill.definitions import Definitions
from onefill.definitions.model import Form
from onefill.problems import Level, LinePlace, Problem, TemplatePlace
from onefill.service.authoring import FilesState
from onefill.service.shapes import DocumentState, Produced
from onefill.ui.drawing import LEVELS, code
from onefill.ui.html import chip, clock, esc, icon, note
from onefill.ui.jobs import SAMPLES, Job, OnProgress, jobs
from onefill.ui.moments import now
from onefill.ui.papers import reason
from onefill.ui.shared import the_desk

MOST_FAULTS = 200


def place_of(problem: Problem) -> str:
    """Where a fault is, as editors and people find it."""
    match problem.place:
        case LinePlace(file=file, line=line, column=column):
            return f"{file}:{line}:{column}"
        case TemplatePlace(template=template, part=part, spot=spot, near=near):
            return " ".join(one for one in (template, part, spot, f"“{near}”" if near else "") if one)
        case other:
            return str(other)


def standing(found: FilesState) -> str:
    """Whether what is on disk is what is used, in one note."""
    since = esc(clock(found.since, now()))
    if found.refused:
        words = f"<b>改动还没有用上</b>　表单有错，办件仍照 {since} 载入的表单办。改好存盘，这里自己更新"
        return note("red", "error", words)
    if found.faults:
        words = f"<b>正在用磁盘上的表单</b>　{since} 载入，还有下面几处要看"
        return note("amber", "warning", words)
    words = f"<b>没有问题，正在用磁盘上的表单</b>　{since} 载入。改了文件存盘，这里自己更新"
    return note("green", "check_circle", words)


def faults(found: Sequence[Problem]) -> str:
    """Place, what is wrong, remedy; errors first."""
    order = list(Level)
    lines = "".join(_fault(one) for one in sorted(found, key=lambda one: order.index(one.level))[:MOST_FAULTS])
    more = f'<p class="empty">还有 {len(found) - MOST_FAULTS} 处，改好这些再看</p>' if len(found) > MOST_FAULTS else ""
    return f'<ul class="dl faults">{lines}</ul>{more}' if found else ""


def _fault(problem: Problem) -> str:
    colour, sign, word = LEVELS[problem.level]
    return (
        f"<li>{chip(colour, sign, word)} {code(place_of(problem))}"
        f"<div data-i18n-skip>{esc(problem.what)}。{esc(problem.remedy)}</div>"
        f'<p class="marks"><span>{code(problem.code)}</span></p></li>'
    )


def forms(definitions: Definitions, current: str, found: Sequence[Problem]) -> str:
    """Every form by its pack; a button says ``form:KEY``."""
    parts = []
    for pack in definitions.packs.values():
        lines = "".join(
            _form(definitions, key, on=key == current, wrong=_count(found, f"{pack.pack}/{key}.yaml"))
            for key in pack.forms
            if key in definitions.forms
        )
        parts.append(f"<h3>{esc(pack.title)} {code(pack.pack)}</h3><ul>{lines}</ul>")
    return f'<nav class="forms" aria-label="表单" data-i18n-skip>{"".join(parts)}</nav>'


def _count(found: Sequence[Problem], file: str) -> int:
    return sum(isinstance(one.place, LinePlace) and one.place.file.endswith(f"/{file}") for one in found)


def _form(definitions: Definitions, key: str, *, on: bool, wrong: int) -> str:
    current = ' aria-current="true"' if on else ""
    badge = f'<span class="n" role="img" aria-label="{wrong} 处要看">{wrong}</span>' if wrong else ""
    title = esc(definitions.form(key).title)
    return (
        f'<li><button type="button" data-act="form:{esc(key)}"{current}>{icon("description")}'
        f"<span>{title}</span>{badge}</button></li>"
    )


@dataclass(frozen=True, kw_only=True)
class TriedOnly:
    """A paper that is no document of a record, and so is only tried: a notice, or a list that is made public.

    Attributes:
        of: The form whose notice it is, or the pack that makes it public.
        key: Its own key.
        title: What it is called.
        kind: The same in a word.
    """

    of: str
    key: str
    title: str
    kind: str

    @property
    def choice(self) -> str:
        """What its button says."""
        return f"{self.of}/{self.key}"


def tried_only(definitions: Definitions, form: Form) -> tuple[TriedOnly, ...]:
    """The notices of a form, and the lists on paper that its pack makes public."""
    pack = definitions.pack_of(form.form)
    notices = [TriedOnly(of=form.form, key=one.key, title=one.title, kind="文书") for one in form.notices]
    public = [one for one in pack.publications if one.template is not None]
    return (*notices, *(TriedOnly(of=pack.pack, key=one.key, title=one.title, kind="公布的名单") for one in public))


def papers(listed: Sequence[DocumentState], others: Sequence[TriedOnly], current: str) -> str:
    """The papers of the form, and behind them those that are only tried; a button says ``paper:KEY``."""
    if not listed and not others:
        return '<p class="empty">这张表单不出附件</p>'
    lines = [_paper(one.key, one.title, reason(one), on=one.key == current) for one in listed]
    lines += [_paper(one.choice, one.title, f"{one.kind}，只试印", on=one.choice == current) for one in others]
    return f'<ul class="docs" data-walk data-scroll="papers" tabindex="-1">{"".join(lines)}</ul>'


def _paper(choice: str, title: str, words: str, *, on: bool) -> str:
    return (
        f'<li class="{"on" if on else ""}"><button type="button" class="doc" data-stop'
        f' data-act="paper:{esc(choice)}"{" aria-current=true" if on else ""}>'
        f"<b>{esc(title)}</b><small>{esc(words)}</small></button></li>"
    )


def sample_job(form: str, paper: DocumentState, stamp: Hashable) -> Job | None:
    """Lay out a paper with sample facts; nothing if there is nothing to see."""
    if not paper.printable:
        return None

    def work(progress: OnProgress) -> Produced:
        progress(0, 1, paper.title)
        return the_desk().authoring.preview(form, paper.key)

    return jobs.start((SAMPLES, form, paper.key, stamp), SAMPLES, work, again=False)


def titles(definitions: Definitions) -> Mapping[str, str]:
    """What each form is called."""
    return {key: form.title for key, form in definitions.forms.items()}
