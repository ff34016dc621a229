"""The one root of what the program cannot go on from; what people typed wrong is a Problem instead."""

from typing import ClassVar


class OneFillError(Exception):
    """Root of all our exceptions.

    ``message`` is Chinese, fit for the screen, with ``{names}`` filled from the keyword facts given to the constructor.
    """

    message: ClassVar[str] = "出了点问题，没有做成。"

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message.format_map(facts))

    def parted(self) -> tuple[str, str]:
        """What is wrong, and what to do: the first sentence of the message and the rest, which may be empty."""
        what, _, remedy = (part.format_map(self.facts) for part in self.message.partition("。"))
        return what, remedy.rstrip("。")
