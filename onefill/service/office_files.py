"""The Word and Excel files of a paper: one, or as many as its repetitions and the conversion to PDF ask for."""

from onefill.service.conversion import fair_share
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
