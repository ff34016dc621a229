"""The shape of numbers that nobody types: each is the next of a series, drawn by the entry that first needs it."""

from pydantic import Field

from onefill.definitions.strict import Expression, Key, Strict

#: What the drawn figure is called in the expression that makes the number.
DRAWN = "n"


class Number(Strict, title="编号"):
    """How a field's number comes about; within one series every figure is given once, from 1, without a gap."""

    value: Expression = Field(description="编成什么样；n 是轮到的数，补足位数的文字")
    per: tuple[Expression, ...] = Field(
        (), description="哪几样各编各的，例如 [institution, start_date.year]；不写就连着编"
    )
    series: Key | None = Field(
        None, description="这一串叫什么；不写就是表单和字段的名字，几个字段写同一个名字就一起编；字段改名要写上"
    )
    typed_before: bool = Field(
        False, description="从前是手填的：填过的照用，可以改；没有填的由程序编，接着用过的最大的号编"
    )
    digits: int = Field(1, ge=1, le=12, description="n 至少几位，前面补 0")
