"""The Word and Excel files of a paper: one, or as many as its repetitions and the conversion to PDF ask for."""

from collections.abc import Callable, Mapping, Sequence

from onefill.rendering.word import CompiledWord
from onefill.service.conversion import fair_share
from onefill.service.layouts import Repeated
from onefill.service.papers import Paper
from onefill.service.templates import Template


def office_files(made: Paper, template: Template, *, whole: bool) -> list[tuple[str, bytes]]:
    """The files of a paper, each with its label.

    Args:
        made: The paper.
        template: In which format.
        whole: Keep repeated pages together in one file. For conversion they are apart if they count their pages,
            because LibreOffice would count the pages of the whole file; and very many are a few files, which it can
            convert at the same time.

    Raises:
        TemplateBroken: An unknown name or an expression that fails, with its place.
    """
    compiled, each = template.compiled, made.document.each
    facts = [item.facts for item in made.items]
    labels = [item.label for item in made.items]
    if each is None:
        return [("", compiled.render(facts[0]))]
    if each.into == "files" or (each.into == "pages" and compiled.counts_pages and not whole):
        return [(label, compiled.render(item)) for label, item in zip(labels, facts, strict=True)]
    share = len(facts) if whole or each.into != "pages" else fair_share(len(facts))
    starts = range(0, len(facts), share or 1)
    return [("", compiled.render_each(facts[n : n + share], each.into, labels[n : n + share])) for n in starts]


def repeated(
    made: Paper, template: Template, dress: Callable[[bytes], bytes] = bytes, dressed: str = ""
) -> Repeated | None:
    """A paper's files for a layout that all of one shape share; None if it cannot have one.

    Args:
        made: The paper.
        template: In which format.
        dress: What is done to each file before it is laid out.
        dressed: Tells what that is.

    Raises:
        TemplateBroken: An unknown name or an expression that fails, with its place.
    """
    compiled, each = template.compiled, made.document.each
    if not isinstance(compiled, CompiledWord) or (each is not None and each.into == "sheets"):
        return None
    papers = compiled.pages([item.facts for item in made.items])
    if not papers:
        return None
    apart = compiled.counts_pages or each is None or each.into != "pages"

    def file(some: Sequence[Mapping[str, str]]) -> bytes:
        return dress(compiled.alone(some[0]) if apart else compiled.joined(some))

    share = 1 if apart else fair_share(len(papers))
    return Repeated(
        papers=papers, file=file, share=share, mark=f"{template.digest} {dressed} {apart}", many=each is not None
    )
