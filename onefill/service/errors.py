"""What a person cannot do, told in words fit for the screen."""

import re
from collections.abc import Sequence

from onefill.errors import OneFillError
from onefill.problems import FieldPlace, Problem
from onefill.refusals import FileRefused
from onefill.rendering import TemplateBroken


class RecordUnknown(OneFillError):
    """No such record, or not one that this person may see."""

    message = "没有这个办件（{record}）。请核对编号，或在办件列表里查。"


class PathUnknown(OneFillError):
    """The form asks no such fact."""

    message = "“{form}”里没有“{path}”这一项。"


class TableUnknown(PathUnknown):
    """The form has no such section of rows."""

    message = "“{form}”里没有“{path}”这张表。可以选：{known}。"


class NotTyped(OneFillError):
    """A computed fact cannot be typed."""

    message = "“{label}”是自动算出的，不用填。"


class DocumentUnknown(OneFillError):
    """The form has no such paper."""

    message = "“{form}”没有“{document}”这份材料。可以选：{known}。"


class PhaseUnknown(OneFillError):
    """The form has no such phase."""

    message = "“{form}”没有“{phase}”这个阶段。可以选：{known}。"


class FormatUnknown(OneFillError):
    """The paper does not come in this format."""

    message = "《{title}》没有 {format} 格式。可以选：{known}。"


class NothingToPrint(OneFillError):
    """No paper of the phase can be printed for filing."""

    message = "{phase}里没有可以成套打印的材料：{why}。"


class VersionUnknown(OneFillError):
    """A record has no version of this number."""

    message = "没有第 {number} 版。有的是：{known}。"


class OptionUnknown(OneFillError):
    """Something that is to mean an option, of a field that has none, or not this one."""

    message = "“{field}”里没有“{option}”可选。可以选：{known}。"


class TooManyRows(OneFillError):
    """A section has no room for more rows."""

    message = "“{section}”最多 {most} 行。"


class NotWaiting(OneFillError):
    """A workbook that was brought for importing is not kept any more, or was brought for another record."""

    message = "这份表已经不在了。请再选一次文件。"


class PreviewStale(OneFillError):
    """What an import would do has changed since the person looked."""

    message = "您看的时候，“{section}”又变了。请按现在的样子再看一遍，再导入。"


class NothingToUndo(OneFillError):
    """An import that was never taken, or was undone already."""

    message = "这份表没有导入过，或已经撤销了。"


class RecordDeleted(OneFillError):
    """It lies in the recycle bin."""

    message = "“{label}”已在 {when} 删除。30 天内可以从回收站恢复，填过的都在。"


class PrintedBefore(OneFillError):
    """What has been printed is kept."""

    message = "“{label}”{day}印过或留过版本（第 {n} 版），要留着备查，不能删除。"


class StillUsed(OneFillError):
    """Other records point to it."""

    message = "“{label}”还有 {count} 个办件用着：{labels}。先在那里换成别的，再来删除。"


class ChangedMeanwhile(OneFillError):
    """Somebody has typed into it since it was last looked at."""

    message = "没有删除：“{label}”{at} 又有人改过。看一眼最新的内容，确定不要了再删。"


class NoName(OneFillError):
    """Nobody is named."""

    message = "没有写转交给谁。请写同事的姓名。"


class NameTooLong(OneFillError):
    """Longer than any name."""

    message = "转交给谁写得太长。请写同事的姓名，{most} 个字以内。"


class BoardUnknown(OneFillError):
    """No pack has such a board, or it is not for this person."""

    message = "没有这个看板（{board}），或者您的角色不看它。从首页重新打开。"


class ViewUnknown(OneFillError):
    """The record has no such view, or it is not a table."""

    message = "这个办件没有“{view}”这张表。请刷新页面。"


def problems_of(error: OneFillError) -> Sequence[Problem]:
    """Why a command failed, as problems: those the error carries, else the error itself, which has no place."""
    if isinstance(error, TemplateBroken):
        return error.problems
    if isinstance(error, FileRefused):
        return [error.problem()]
    what, remedy = error.parted()
    code = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).upper()
    return [Problem(place=FieldPlace(""), code=code, what=what, remedy=remedy)]
