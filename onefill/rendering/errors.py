"""What stops a template from being printed."""

from collections.abc import Sequence

from onefill.errors import OneFillError
from onefill.problems import Problem, TemplatePlace
from onefill.rendering.compiled import TemplateName


class TemplateBroken(OneFillError):
    """A template that cannot be used.

    Attributes:
        problems: Every fault found, each with its spot in the file.
        names: What could be read of the names it asks for, so that they can be looked at all the same.
    """

    message = "模板“{template}”有 {count} 处要改：{first}"

    def __init__(self, *, template: str, problems: Sequence[Problem], names: Sequence[TemplateName] = ()) -> None:
        self.problems = tuple(problems)
        self.names = tuple(names)
        super().__init__(template=template, count=len(self.problems), first=told(self.problems[0]))


class RepeatUnsuitable(OneFillError):
    """A Word template was asked for worksheets."""

    message = "Word 模板不能按工作表重复，请在表单定义里把 into 改为 pages 或 files。"


class DoesNotFit(OneFillError):
    """More was filled in than the file can hold."""

    message = "内容太多，文件放不下。"


class TextTooLong(DoesNotFit):
    """More text than a cell of Excel holds."""

    message = "“{near}…”有 {length} 个字，Excel 一格最多放 {most} 个，请缩短。"


class HeadTooLong(DoesNotFit):
    """More text than the head or foot of a worksheet's pages holds: Excel would call the file damaged."""

    message = "工作表“{sheet}”的页眉或页脚有 {length} 个字（连同格式），Excel 最多放 {most} 个，请缩短。"


class TooManyRows(DoesNotFit):
    """More rows than a worksheet of Excel holds."""

    message = "工作表“{sheet}”要 {rows} 行，Excel 最多放 {most} 行。"


def told(problem: Problem) -> str:
    """One line that says where, what and what to do."""
    place = problem.place
    where = f"{place.part}{place.spot}：" if isinstance(place, TemplatePlace) and (place.part or place.spot) else ""
    near = f"（在“{place.near}”附近）" if isinstance(place, TemplatePlace) and place.near else ""
    return f"{where}{problem.what}{near}。{problem.remedy}"


def file_problem(template: str, code: str, what: str, remedy: str) -> Problem:
    """A problem of the whole file."""
    return Problem(place=TemplatePlace(template, "", ""), code=code, what=what, remedy=remedy)


def refuse(template: str, code: str, what: str, remedy: str) -> TemplateBroken:
    """The error for a file that cannot be read as a template at all."""
    return TemplateBroken(template=template, problems=[file_problem(template, code, what, remedy)])
