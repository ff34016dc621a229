"""What goes wrong while a template is rendered, told as a fault of the template with its place."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType

from onefill.definitions.expression_errors import ExpressionError, ExpressionTooLarge, UnknownName
from onefill.definitions.names import loops_in
from onefill.definitions.schema import outside_loop
from onefill.problems import Problem, TemplatePlace
from onefill.rendering.compiled import TemplateName
from onefill.rendering.errors import TemplateBroken


@contextmanager
def failure_guard(places: Sequence[TemplatePlace], names: Sequence[TemplateName], template: str) -> Iterator[None]:
    """Turn any failure of a template's expressions into ``TemplateBroken``.

    Args:
        places: Place of the tag on each template line, from line 2 on.
        names: What the template asks for: Jinja looks some names up before it comes to their line.
        template: The template's name, for failures that cannot be placed.
    """
    try:
        yield
    except ExpressionError as exc:
        line = _line(exc)
        place = places[line - 2] if 0 <= line - 2 < len(places) else TemplatePlace(template, "", "")
        if isinstance(exc, UnknownName):
            place = _asked(exc.name, names, place)
        raise TemplateBroken(template=template, problems=[_problem(exc, place, loops_in(names))]) from exc


def _asked(name: str, names: Sequence[TemplateName], place: TemplatePlace) -> TemplatePlace:
    """Where the name stands: at ``place`` if it is asked for there, else where it is first."""
    places = [each.place for each in names if name in (each.path.split(".")[0].rstrip("[]"), each.path.split(".")[-1])]
    return place if not places or place in places else places[0]


def _line(error: BaseException) -> int:
    """The template line that failed, innermost; the cause of a translated error knows it best."""
    line = 0
    cause: BaseException | None = error
    while cause is not None:
        line = _traced(cause.__traceback__) or line
        cause = cause.__cause__ if cause.__cause__ is not cause else None
    return line


def _traced(traceback: TracebackType | None) -> int:
    line = 0
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            line = template.get_corresponding_lineno(traceback.tb_lineno)
        traceback = traceback.tb_next
    return line


def _remedy(name: str) -> str:
    if name.isascii():
        return "请改成表单里有的字段"
    return f"是文字就加上引号，写成 '{name}'；是字段就写它的 key"


def _problem(exc: ExpressionError, place: TemplatePlace, loops: Mapping[str, str]) -> Problem:
    what = str(exc).rstrip("。")
    if isinstance(exc, UnknownName) and (outside := outside_loop(exc.name, loops)):
        return Problem(place=place, code="TEMPLATE_NAME", what=outside[0], remedy=f"请{outside[1]}")
    if isinstance(exc, UnknownName):
        remedy = f"请改成“{exc.nearest}”" if exc.nearest else _remedy(exc.name)
        return Problem(place=place, code="TEMPLATE_NAME", what=f"没有“{exc.name}”这个名字", remedy=remedy)
    if isinstance(exc, ExpressionTooLarge):
        return Problem(place=place, code="TEMPLATE_ENDLESS", what=what, remedy="请减少循环的次数或重复的文字")
    return Problem(place=place, code="TEMPLATE_FAILS", what=what, remedy="请检查这一处的写法和填报的数据")
