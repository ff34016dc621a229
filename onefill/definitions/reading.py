"""Expressions and texts as lint reads them: the names they use, or why they are not understood."""

from dataclasses import dataclass
from functools import lru_cache

from onefill.definitions.asking import CallUse
from onefill.definitions.expression_errors import ExpressionBroken, ExpressionError
from onefill.definitions.expressions import compile_expression, compile_text
from onefill.definitions.names import NameUse, used_names

#: Stands for one item of a list that is looked into.
_ITEM = "item__"
_PROBE = "probe__"


@dataclass(frozen=True)
class Misread:
    """Why an expression cannot be read; ``line`` counts within it."""

    code: str
    what: str
    remedy: str
    line: int = 1


@dataclass(frozen=True)
class Reading:
    """The names that an expression uses and calls, or why it cannot be read."""

    names: tuple[NameUse, ...] = ()
    called: tuple[CallUse, ...] = ()
    fault: Misread | None = None


@lru_cache(maxsize=8192)
def read_expression(source: str) -> Reading:
    """Read an expression without braces."""
    if source.lstrip().startswith("{{"):
        return Reading(fault=Misread("EXPRESSION", f"这里直接写表达式，不要花括号：{source}", "去掉 {{ 和 }}"))
    try:
        compiled = compile_expression(source)
        if not compiled.names:
            compiled.evaluate({})  # the same for every record, so it can be tried now
        return Reading(compiled.names, compiled.called)
    except ExpressionError as error:
        return _misread(error, source)


@lru_cache(maxsize=8192)
def read_text(source: str) -> Reading:
    """Read a text with expressions in braces."""
    try:
        compiled = compile_text(source)
        return Reading(compiled.names, compiled.called)
    except ExpressionError as error:
        return _misread(error, source)


@lru_cache(maxsize=1024)
def elements_of(source: str) -> tuple[str, ...]:
    """Paths of what the items of a list are, e.g. ``trainees[]`` for ``trainees|selectattr('passed')``."""
    try:
        uses = used_names(f"{{% for {_ITEM} in ({source}) %}}{{{{ {_ITEM}.{_PROBE} }}}}{{% endfor %}}")
    except ExpressionError:
        return ()
    end = f".{_PROBE}"
    return tuple(use.path.removesuffix(end) for use in uses if use.path.endswith(end))


def _misread(error: ExpressionError, source: str) -> Reading:
    shown = source if len(source) <= 60 else f"{source[:60]}…"
    what, line = (error.what, error.line) if isinstance(error, ExpressionBroken) else (str(error).rstrip("。"), 1)
    return Reading(fault=Misread("EXPRESSION", f"{what}：{shown}", "改正这个表达式", line))
