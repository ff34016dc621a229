"""What a person cannot do, told in words fit for the screen."""

from onefill.errors import OneFillError


class RecordUnknown(OneFillError):
    """No such record, or not one that this person may see."""

    message = "没有这个办件（{record}）。请从首页打开。"


class PathUnknown(OneFillError):
    """The form asks no such fact."""

    message = "“{form}”里没有“{path}”这一项。"


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


class TooManyRows(OneFillError):
    """A section has no room for more rows."""

    message = "“{section}”最多 {most} 行。"
