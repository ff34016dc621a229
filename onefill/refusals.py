"""Files that people bring and that are not taken, told with what to do."""

from typing import ClassVar

from onefill.errors import OneFillError
from onefill.problems import FieldPlace, Place, Problem


class FileRefused(OneFillError):
    """A file that cannot be taken. ``what`` and ``remedy`` are Chinese, with ``{names}`` of the facts."""

    code: ClassVar[str] = "FILE"
    what: ClassVar[str] = "这个文件不能用"
    remedy: ClassVar[str] = "换一个文件"
    #: What is to blame; nothing inside the file, as long as no room says more.
    place: ClassVar[Place] = FieldPlace("")
    message = "{what}。{remedy}"

    def __init__(self, **facts: object) -> None:
        told = self.what.format_map(facts), self.remedy.format_map(facts)
        super().__init__(**{**facts, "what": told[0], "remedy": told[1]})

    def problem(self) -> Problem:
        """The refusal as data, for those who collect problems."""
        what, remedy = str(self.facts["what"]), str(self.facts["remedy"])
        return Problem(place=self.place, code=self.code, what=what, remedy=remedy)
