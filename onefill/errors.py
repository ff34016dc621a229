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
