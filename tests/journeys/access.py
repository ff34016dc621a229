"""Asks axe-core what of a page cannot be read, heard or reached."""

from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

#: What weighs so much that nobody may be left with it.
HEAVY = ("serious", "critical")
#: Streamlit's own, which we cannot mend: rule, and what stands in the selector of the element.
STREAMLIT: tuple[tuple[str, str], ...] = ()
#: While Python runs, Streamlit pales what it may draw anew; that is not how the page is read.
AT_REST = """() =>
  document.querySelector('[data-testid=stApp]')?.dataset.testScriptState !== 'running' &&
  !document.querySelector('[data-stale=true]') &&
  !document.getAnimations().some((one) => one instanceof CSSTransition && one.playState === 'running')"""
RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ['violations'] });
  return found.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, html }) => [id, impact, target.flat().join(' '), html.slice(0, 200)]));
}"""


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def barriers_on(page: Page) -> list[str]:
    """Each serious or critical finding that is ours: its rule, where it is, the element."""
    page.wait_for_function(AT_REST)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: list[tuple[str, str, str, str]] = page.evaluate(RUN)
    return [
        f"{rule} ({impact}) {target}: {html}"
        for rule, impact, target, html in found
        if impact in HEAVY and not any(rule == own and mark in target + html for own, mark in STREAMLIT)
    ]
