"""Why an act is refused, in words fit for the screen."""

from onefill.errors import OneFillError


class ActionUnknown(OneFillError):
    """The form has no such action."""

    message = "“{form}”没有“{action}”这个操作。请刷新页面。"


class StageMoved(OneFillError):
    """Somebody has acted since the person looked, or the action does not belong to this stage."""

    message = "{who} {when} 已经“{did}”{now}。请看最新情况，再决定。"

    def __init__(self, *, who: str, when: str, did: str, stage: str) -> None:
        """Who did what; where it stands since is told unless that is called alike."""
        super().__init__(who=who, when=when, did=did, now="" if stage == did else f"，现在是“{stage}”")


class NotNow(OneFillError):
    """The action does not belong to the stage the submission stands in."""

    message = "现在是“{stage}”，不能“{action}”。请看最新情况。"


class NotYours(OneFillError):
    """The person has none of the roles that may do it."""

    message = "“{action}”要由{roles}来做。没有改动。"


class FourEyes(OneFillError):
    """One person may not do both steps."""

    message = "“{action}”要由另一个人做：{who}办过前一步。"


class Asked(OneFillError):
    """Something that the action demands is not there."""

    message = "“{action}”要写{what}。请写上再做。"


class DayRefused(OneFillError):
    """The day that was given cannot be that of the deed."""


class DayAhead(DayRefused):
    """The day of a deed has not come yet."""

    message = "“{action}”的日期{day}还没有到，今天是{today}。请改正日期，或到那一天再做。"


class DayBefore(DayRefused):
    """The day of a deed lies before what it follows."""

    message = "“{action}”的日期{day}早于“{before}”的{earliest}。请改正日期。"


class GuardFailed(OneFillError):
    """The condition of the action does not hold."""

    message = "现在不能“{action}”：{why}。"


class NothingToReturn(OneFillError):
    """Returned without a word."""

    message = "还没有写意见，没有可退回的。请先写明哪里、什么不对、怎么改。"


class ReasonForLateRemark(OneFillError):
    """A fault that was to be seen the time before is told only now, without saying why."""

    message = "“{label}”这一处上次就看得见。再提出请写理由。"


class RemarksOpen(OneFillError):
    """Passed with remarks open, without having been asked."""

    message = "还有 {count} 条意见没关，确定“{action}”吗？"


class OpenedAlready(OneFillError):
    """An officer has opened it, so it can no longer be withdrawn."""

    message = "{who} {when} 已经打开，不能撤回了。请联系对方退回。"


class NotDeclared(OneFillError):
    """The responsible person has not confirmed."""

    message = "提交前请确认承诺：{declares}"


class RemarkUnknown(OneFillError):
    """No such remark, or it is at its end."""

    message = "没有这条意见，或已经关闭。请刷新页面。"


class NothingSaid(OneFillError):
    """A remark without a word."""

    message = "还没有写哪里、什么不对。"


class PlaceUnknown(OneFillError):
    """A remark on a place that the form does not have, or an item of which nothing was handed in."""

    message = "这份办件里没有“{at}”这一处，或还没有交。请刷新页面。"


class StillToMend(OneFillError):
    """Submitted with errors or with materials wanting."""

    message = "还不能“{action}”：{why}。"
