"""How far an expression may run and grow: turns of loops and characters of text are counted."""

from dataclasses import dataclass

from onefill.definitions.expression_errors import ExpressionTooLarge

#: Longest source of an expression.
LONGEST = 20_000
#: What calling a macro costs, in turns of a loop.
CALL = 20
#: Longest number worked with, in bits: far beyond any amount or count.
NUMBER_BITS = 256
#: Longest single text that an operator or a filter may build.
TEXT = 1_000_000
#: Longest list that ``range``, an operator or a filter may build.
LIST = 100_000


@dataclass(frozen=True)
class Limits:
    """What one evaluation or rendering may use up."""

    turns: int
    characters: int


EXPRESSION = Limits(turns=1_000_000, characters=5_000_000)
#: 5,000 rows of 25 columns in Word are some 150 million characters of XML.
TEMPLATE = Limits(turns=3_000_000, characters=200_000_000)


class Budget:
    """What is left of the limits. Share one between renderings that are one piece of work."""

    __slots__ = ("characters", "turns")

    def __init__(self, limits: Limits = TEMPLATE) -> None:
        self.turns = limits.turns
        self.characters = limits.characters

    def turn(self, count: int) -> None:
        """Use up turns of a loop.

        Raises:
            ExpressionTooLarge: None are left.
        """
        self.turns -= count
        if self.turns < 0:
            raise ExpressionTooLarge("循环的次数太多")

    def text(self, length: int) -> None:
        """Use up characters.

        Raises:
            ExpressionTooLarge: None are left.
        """
        self.characters -= length
        if self.characters < 0:
            raise ExpressionTooLarge("文字太长")

    def build_text(self, length: int) -> None:
        """Ask before building a text of that length."""
        if length > TEXT:
            raise ExpressionTooLarge("文字太长")
        self.text(length)

    def build_list(self, length: int) -> None:
        """Ask before building a list of that length."""
        if length > LIST:
            raise ExpressionTooLarge("列表太长")
        self.turn(length)
