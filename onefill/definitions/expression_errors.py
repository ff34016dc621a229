"""What can go wrong with an expression or a template's text, in words fit for its author."""

import re
from collections.abc import Iterable

from jinja2 import TemplateError, TemplateSyntaxError

from onefill.definitions.empty import EmptyRead
from onefill.definitions.nearest import nearest
from onefill.errors import OneFillError


class ExpressionError(OneFillError):
    """Root of what can be wrong with an expression."""

    message = "表达式有问题。"


class UnknownName(ExpressionError):
    """An expression asks for a name that nothing declares. ``facts``: name, nearest (or None)."""

    message = "没有“{name}”这个名字{hint}。"

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        self.name = name
        self.nearest = nearest(name, known)
        hint = f"，是不是“{self.nearest}”" if self.nearest else ""
        super().__init__(name=name, nearest=self.nearest, hint=hint)


class Undeclared(TemplateError):
    """Code read a name that the facts have not; becomes ``UnknownName`` where the facts are known."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class ExpressionBroken(ExpressionError):
    """An expression or template text cannot be understood. ``facts``: line, what."""

    message = "第 {line} 行：{what}。"

    def __init__(self, what: str, line: int = 1) -> None:
        self.what, self.line = what, line
        super().__init__(what=what, line=line)


class ExpressionTooLarge(ExpressionError):
    """An expression or template would run or grow without end. ``facts``: what."""

    message = "表达式太大，算到一半停下了：{what}。"

    def __init__(self, what: str) -> None:
        super().__init__(what=what)


class ExpressionFailed(ExpressionError):
    """An expression is well formed but cannot be worked out with these facts. ``facts``: what."""

    message = "算不出来：{what}。"

    def __init__(self, what: str) -> None:
        super().__init__(what=what)


_TOKENS = {
    "end of print statement": "结尾",
    "end of template": "结尾",
    "end of statement block": "结尾",
    "begin of print statement": "{{",
    "name": "名字",
    "comment": "{#",
    "integer": "数",
    "float": "数",
    "string": "文字",
}
_CHINESE = (
    (r"expected token '(.+?)', got '(.+)'", "这里应是“{0}”，写的是“{1}”"),
    (r"unexpected char '(.+?)' at \d+", "不认识的字符“{0}”，标点要用英文半角"),
    (r"unexpected end of template(?:, expected '.+')?\.?|unexpected 'end of .+'|expected name or number", "话没有说完"),
    (r"[Ee]xpected an expression, got '.+'", "少了表达式"),
    (r"unexpected '(.+)', expected '(.+)'", "这里应是“{1}”，写的是“{0}”"),
    (r"unexpected char (.+?) at \d+", "不认识的字符 {0}，或引号没有收尾"),
    (r"unexpected '(.+)'", "多出了“{0}”"),
    (r"Encountered unknown tag '(end.+?)'.*", "多出了“{0}”，前面没有它的开头"),
    (r"Encountered unknown tag '(.+?)'.*", "不认识的标签“{0}”"),
    (
        r"Unexpected end of template\..*innermost block that needs to be closed is '(.+?)'.*",
        "“{0}”没有收尾，缺“end{0}”",
    ),
    (r"[Mm]issing end of (.+?) tag.*", "“{0}”没有收尾"),
    (r"No (?:filter|test) named '(.+?)'.*", "没有“{0}”这个过滤器"),
    (r".*too many statically nested blocks.*", "嵌套太深"),
)


def broken(error: TemplateSyntaxError) -> ExpressionBroken:
    """The same error in words fit for an author."""
    original = error.message or ""
    for pattern, words in _CHINESE:
        if found := re.fullmatch(pattern, original, re.DOTALL):
            return ExpressionBroken(words.format(*(_TOKENS.get(part, part) for part in found.groups())), error.lineno)
    return ExpressionBroken("写法不对", error.lineno)


#: What code may raise about the facts it was given, as opposed to what is our own mistake.
FAILURES = (TemplateError, TypeError, ValueError, ArithmeticError, RecursionError, MemoryError)


def translated(error: BaseException, known: Iterable[str] = ()) -> BaseException:
    """An error out of an expression, in words fit for its author."""
    match error:
        case ExpressionError() | EmptyRead():
            return error
        case Undeclared():
            return UnknownName(error.name, known)
        case TemplateSyntaxError():
            return broken(error)
        case RecursionError() | MemoryError() | OverflowError():
            return ExpressionTooLarge("层数或数目太大")
        case ZeroDivisionError():
            return ExpressionFailed("除数是 0")
        case TemplateError() | TypeError() | ValueError() | ArithmeticError():
            return ExpressionFailed("写法与值不合")
        case _:
            return error
