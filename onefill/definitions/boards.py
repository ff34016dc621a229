"""The shape of what looks over many records at once, as authors write it: boards of a pack, deadlines of a form."""

from typing import Literal

from pydantic import Field

from onefill.definitions.procedure import Expression, Key, Strict, Text


class Happening(Strict, title="日程"):
    """What happens on a day, read out of one record: once, or for every item of ``each``."""

    title: str = Field(description="名称，写在图例里，例如：上课")
    each: Expression | None = Field(
        None, description="逐项看哪些，例如 sessions；项里的字段直接写名字；不写就是办件本身"
    )
    day: Expression = Field(description="哪一天")
    until: Expression | None = Field(None, description="到哪一天；不写就是一天")
    time: Expression | None = Field(None, description="什么时间，例如 time")
    text: Text | None = Field(None, description="写什么，例如 {{ content }} {{ room }}；前面总有办件的叫法")
    colour: Literal["blue", "green", "amber", "red"] | None = Field(None, description="颜色；不写就按先后取")


class Source(Strict, title="来源"):
    """Which records a board looks over, and what it takes from each when an entry of it is written."""

    form: Key = Field(description="哪个表单的办件")
    passed: Key | None = Field(None, description="哪个阶段通过以后才算；不写就是交过的都算；没有环节的表单都算")
    happenings: tuple[Happening, ...] = Field((), description="calendar、draw：有哪些日程")
    each: Expression | None = Field(None, description="statistics：逐项数哪些；不写就是一件数一次")
    day: Expression | None = Field(None, description="statistics：算在哪一天（按月归）；不写就不分时间")
    groups: dict[Key, Expression] = Field({}, description="statistics：分组的名字: 属于哪一组")
    counts: dict[Key, Expression] = Field({}, description="statistics：名字: 数多少；得出数的相加，得出文字的数有几种")


class RegisterSource(Strict, title="台账来源"):
    """Lines of a register that statistics count, as they stand on the day when somebody looks."""

    register_: Key = Field(alias="register", description="哪本台账")
    states: tuple[Literal["open", "suspended", "ended"], ...] = Field(
        ("open",), min_length=1, description="哪些行：open 有效的，suspended 暂停的，ended 终止的；不写就是有效的"
    )
    day: Expression | None = Field(None, description="算在哪一天（按月归），列的名字直接写；不写就不分时间")
    groups: dict[Key, Expression] = Field({}, description="分组的名字: 属于哪一组")
    counts: dict[Key, Expression] = Field(
        min_length=1, description='名字: 数多少，例如 certified: "1"；得出数的相加，得出文字的数有几种'
    )


class Grouping(Strict, title="分组"):
    """A way to part the figures of a board, beside months and units."""

    key: Key = Field(description="名字，来源的 groups 里用它")
    title: str = Field(description="名称，例如：课程")


class Measure(Strict, title="指标"):
    """A column of statistics, worked out of what the sources have counted."""

    title: str = Field(description="名称")
    value: Expression = Field(description="多少：来源的 counts 里的名字，可以算，例如 passed * 100 / examined")
    unit: str = Field("", description="单位")


class Starts(Strict, title="抽中的新建"):
    """What is begun for something that was drawn."""

    form: Key = Field(description="新建哪个表单的办件")
    fills: dict[Key, Literal["record", "day", "time"]] = Field(
        {}, description="字段: 填什么；record 抽中的办件（字段是引用），day 日期，time 时间"
    )


class Board(Strict, title="看板"):
    """A way to look over all records that somebody may see, drawn by kind."""

    key: Key = Field(description="名字")
    title: str = Field(description="名称")
    kind: Literal["calendar", "statistics", "draw"] = Field(
        description="calendar 日历（月、周），statistics 统计（表、图、Excel），draw 随机抽取（留下种子、候选和结果）"
    )
    by: tuple[Key, ...] = Field((), description="哪些角色看；不写就都可以看")
    hint: str = Field("", description="标题下的一句说明")
    of: tuple[Source, ...] = Field(min_length=1, description="看哪些办件")
    registers: tuple[RegisterSource, ...] = Field((), description="statistics：还数哪些台账的行")
    groups: tuple[Grouping, ...] = Field((), description="statistics：除了按月、按单位，还按什么分")
    measures: tuple[Measure, ...] = Field((), description="statistics：各列")
    starts: Starts | None = Field(None, description="draw：抽中的可以新建什么")
    clause: str = Field("", description="依据的条款")

    @property
    def counted(self) -> tuple["Source | RegisterSource", ...]:
        """All that statistics count, as counts number it."""
        return (*self.of, *self.registers)


class Retention(Strict, title="清理"):
    """Which records may be cleaned away once nothing was done with them for so long; somebody has to say so."""

    years: int = Field(1, ge=1, le=100, description="最后一次动过以后满几年，才可以清理")
    stages: tuple[Key, ...] = Field(
        ("draft",), min_length=1, description="哪些可以清理：draft 没有交的，其余写没有通过的环节（holder: done）"
    )


class RegisterSays(Strict, title="台账怎么说"):
    """That a register says yes to a question about a record; it is asked anew whenever that is looked at."""

    question: Key = Field(description="台账的哪个问题")
    of: tuple[Expression, ...] = Field(
        min_length=1, description="问什么，和问题的 by 一样一样对应，例如 [institution]；case.record 是这份办件"
    )
    on: Expression | None = Field(None, description="问哪一天，那天和看的那天都要是；不写就只问看的那天")


class Deadline(Strict, title="期限"):
    """Something that is to be done about a record, and until when; without ``days`` it is told without a term."""

    key: Key = Field(description="名字")
    title: str = Field(description="要做什么，动词开头，例如：组织考核")
    day: Expression = Field(description="从哪一天起算")
    days: Expression | None = Field(
        None, description="起算日后几个工作日内；负数是起算日前几个工作日；不写或空着就没有期限，只提醒"
    )
    when: Expression | None = Field(None, description="成立时才要做")
    done: Expression | None = Field(None, description="成立就是做好了，不再提醒")
    passed: Key | None = Field(None, description="哪个阶段通过以后才提醒；不写就一直提醒")
    until: Key | None = Field(None, description="哪个阶段交上去以后，或到了哪个环节，就不再提醒；退回的由环节提醒")
    stages: tuple[Key, ...] = Field((), description="只在这些环节提醒；不写就不看环节")
    only: tuple[RegisterSays, ...] = Field((), description="台账对其中一个问题答“是”才提醒；不写就不问")
    unless: tuple[RegisterSays, ...] = Field((), description="台账对其中一个问题答“是”就不提醒：办不了的事不催")
    by: tuple[Key, ...] = Field(min_length=1, description="提醒哪些角色")
    ahead: int = Field(14, ge=0, le=366, description="提前几天开始提醒")
    section: Key | None = Field(None, description="做这件事填哪一节，首页上点它就到那一节；不写就到第一节")
    clause: str = Field("", description="依据的条款")
