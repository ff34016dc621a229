"""Finds English on a page: in texts, in what is shown on pointing, in what screen readers hear.

What an author wrote for the computer, names and expressions in ``code``, is no English.
"""

import re

from playwright.sync_api import Page

#: What a Chinese office calls by its English name, and the product's own.
KEYS = ("Ctrl", "Alt", "Shift", "Delete")
ALLOWED = ("Word", "Excel", "PDF", "ZIP", "WPS", "JPG", "PNG", "MB", "OneFill", "ISBN", *KEYS)
#: Made of letters, but no words: numbers of papers and codes, names of files, addresses of the net.
CODES = (
    r"[\w.+-]+@[\w.-]+",
    r"(https?://|www\.)\S+",
    r"\b[0-9a-f]{64}\b",
    r"\b(?=[0-9a-f]*\d)[0-9a-f]{8}\b",  # the mark of a paper
    r"\b[\d.]+ ?[KM]?B\b",  # sizes
    r"[\w-]*\.(mp4|pdf|jpg|png|zip|docx|xlsx|xls|csv)\b",
    r"\b(?=[A-Z0-9-]*\d)[A-Z0-9-]{4,}\b",  # credit codes, certificate numbers, numbers of travel documents
)
WORD = re.compile(r"[A-Za-z]{2,}")
KNOWN = re.compile("|".join([*CODES, *(rf"\b{word}\b" for word in ALLOWED)]))

COLLECT = """() => {
  const found = [];
  const icons = '[data-testid=stIconMaterial], .ms, script, style, noscript, code';
  const heard = ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'aria-roledescription',
    'aria-valuetext'];
  const walk = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.TEXT_NODE) {
        if (!node.parentElement.closest(icons)) found.push(node.data);
        continue;
      }
      for (const name of heard) if (node.hasAttribute(name)) found.push(node.getAttribute(name));
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document.body);
  return [...found, document.title];
}"""


def english_in(text: str) -> list[str]:
    """English words in a text."""
    return WORD.findall(KNOWN.sub(" ", text))


def english_on(page: Page) -> set[str]:
    """Texts of a page that hold English, seen or heard."""
    return {text.strip() for text in page.evaluate(COLLECT) if english_in(text)}
