"""What a person may not do, told in words fit for the screen."""

from collections.abc import Sequence

from onefill.errors import OneFillError
from onefill.problems import Problem


class PeopleError(OneFillError):
    """Root of what concerns people and what they may do."""

    message = "这件事不能这样做。"


class SignInRefused(PeopleError):
    """Name or password is wrong; which of them is not told."""

    message = "名字或密码不对。再试一次；忘了密码，请管账号的人重设。"


class LockedOut(PeopleError):
    """Too many wrong passwords."""

    message = "密码错了 {failures} 次，先停 {minutes} 分钟，{until} 以后再试。忘了密码，请管账号的人重设。"


class AccountDisabled(PeopleError):
    """The account is no longer in use."""

    message = "“{name}”这个账号已停用。要再用，请管账号的人启用。"


class AccountUnknown(PeopleError):
    """No account of that name."""

    message = "没有“{name}”这个账号。请核对名字。"


class SubjectUnknown(PeopleError):
    """The identity provider has proved somebody who has no account here, or more than one."""

    message = "这里还没有与您对应的账号。把编号“{subject}”告诉管账号的人，请他把它写进您的账号。"


class SignedOut(PeopleError):
    """There is no session, or it has ended."""

    message = "还没有登录，或已经退出。登录后接着填，内容都在。"


class NotYourAction(PeopleError):
    """No role of this person may do it there."""

    message = "“{name}”不能做这件事（{action}）。要做，请管账号的人给您相应的角色。"


class PasswordRefused(PeopleError):
    """The new password breaks a rule; carries all it breaks."""

    message = "密码没有改：{why}。"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = problems
        super().__init__(why="；".join(f"{problem.what}，{problem.remedy}" for problem in problems))


class AccountRefused(PeopleError):
    """The account cannot be kept like this; carries all that is wrong."""

    message = "账号没有保存：{why}。"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = problems
        super().__init__(why="；".join(f"{problem.what}，{problem.remedy}" for problem in problems))
