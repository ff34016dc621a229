"""What an author most likely meant by a tag that cannot be read: signs of Chinese input, habits of other languages."""

import re
import unicodedata
from collections.abc import Iterator

from onefill.definitions.nearest import nearest

#: What begins or ends a tag, written in full width or with a space inside.
_OPENS = re.compile(r"｛\s*[{｛%％#＃]|\{\s*[｛％＃]|\{\s+\{(?=[^{}]*\}\s*\})|\{\s+%(?=[^{}]*%\s*\})")
_CLOSES = re.compile(r"[}｝%％#＃]\s*｝|[｝％＃]\s*\}|\}\s+\}|%\s+\}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
#: Signs of Chinese input whose plain counterpart is not found by their name.
_PLAIN = {"。": ".", "、": ",", "「": "'", "」": "'", "『": "'", "』": "'", "【": "[", "】": "]", "《": "<", "》": ">"}
_WORDS = (
    "for", "if", "elif", "else", "set", "macro", "call", "filter", "with", "raw",
    "endfor", "endif", "endset", "endmacro", "endcall", "endfilter", "endwith", "endraw",
    "colspan", "cellbg", "vm", "hm",
)  # fmt: skip
_ELIF = re.compile(r"(?:else\s*if|elsif|elseif)\b")
_ONE_EQUAL = re.compile(r"[^=!<>]=(?!=)")
_ENDS = {"{": "}}", "%": "%}", "#": "#}"}
_SHOWN = 16


def odd_braces(text: str) -> Iterator[tuple[int, int]]:
    """Where a tag begins, or ends, in braces that are none for a template."""
    found = [match.span() for match in _OPENS.finditer(text)]
    if found or "{{" in text or "{%" in text:
        found += [match.span() for match in _CLOSES.finditer(text)]
    yield from sorted(found)


def plain(code: str) -> str:
    """Code with signs of full width made plain, outside quotes."""
    done, made = 0, []
    for quoted in _QUOTED.finditer(code):
        made += [_plain(code[done : quoted.start()]), quoted[0]]
        done = quoted.end()
    return "".join([*made, _plain(code[done:])])


def _plain(code: str) -> str:
    return "".join(_PLAIN.get(sign) or (unicodedata.normalize("NFKC", sign) if _wide(sign) else sign) for sign in code)


def _wide(sign: str) -> bool:
    """Whether a sign is the full-width form of a plain one."""
    return "！" <= sign <= "～" or sign == "\u3000"


def wide_sign(code: str) -> str | None:
    """The first sign of full width outside quotes, or nothing."""
    return next((sign for sign in _QUOTED.sub("", code) if sign in _PLAIN or "！" <= sign <= "～"), None)


def unfinished(kind: str, body: str) -> str | None:
    """What tells that a tag goes on into the next one, or nothing."""
    rest = _QUOTED.sub(lambda match: " " * len(match[0]), body)
    at = min((found for sign in ("{{", "{%", "{#") if (found := rest.find(sign)) >= 0), default=-1)
    if kind == "#" or at <= 0:
        return None
    return f"“{{{kind} {body[:at][:_SHOWN]}”没有收尾，缺“{_ENDS[kind]}”"


def remedy(kind: str, word: str, body: str) -> str:
    """What to do about a tag that cannot be read."""
    outside = _QUOTED.sub("", body)
    if kind == "{" and body.startswith("{"):
        return f"多了一个“{{”，请写成 {{{{ {body.strip('{} ')} }}}}"
    if '"' in outside or "'" in outside:
        return "引号没有配成对，请补上另一个"
    if kind == "%" and _ELIF.match(body):
        return f"请写成 {{% elif {_ELIF.sub('', body).strip()} %}}"
    if word in ("if", "elif") and _ONE_EQUAL.search(outside):
        return "比较两个值要写两个等号（==）"
    if kind == "%" and word not in _WORDS and (near := nearest(word, _WORDS)):
        return f"请把“{word}”改成“{near}”"
    return "请改正这个标记"
