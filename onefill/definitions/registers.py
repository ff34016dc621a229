"""The shape of registers, of the questions about them, and of what an action does to them, as authors write them."""

from typing import Literal

from pydantic import Field

from onefill.definitions.strict import Expression, Key, Strict, Text


class RegisterColumn(Strict, title="台账的列"):
    """What a register says of each line."""

    key: Key = Field(description="名字")
    label: str = Field(description="显示和打印的名称")
    type: str = Field("text", description="字段类型，例如 text、date、link")
    form: Key | None = Field(None, description="link：指向哪个表单")
    private: bool = Field(False, description="个人信息：台账里只留遮住以后的")


class Question(Strict, title="问法"):
    """A question that expressions may ask of a register, e.g. ``granted(institution, course, on=start_date)``."""

    key: Key = Field(description="表达式里怎么叫它")
    by: tuple[Key, ...] = Field((), description="按哪几列问，依次写在括号里；不写就是认一行的那几列")
    where: Expression | None = Field(None, description="只看哪些行；列的名字直接写")
    answer: Literal["open", "suspended", "ended", "known", "count", "since", "until"] = Field(
        "open",
        description="答什么：open 有没有生效的，suspended 有没有暂停的，ended 有过、都终止了，known 有没有登记过，"
        "count 有几行生效的；since 从哪一天起是这样，until 到哪一天（这两样只答本单位上下级的）",
    )


class StateWords(Strict, title="状态的叫法"):
    """What the states of a line are called."""

    open: str = Field("生效中", description="生效的叫什么")
    suspended: str = Field("已暂停", description="暂停的叫什么")
    ended: str = Field("已终止", description="终止的叫什么")


class LookUp(Strict, title="公开查验"):
    """That anybody may ask, without signing in, whether a code and a name belong to a line in force."""

    title: str = Field(description="网页上的标题，例如：证书查验")
    code: Key = Field(description="哪一列是编号；凭这一列认一行的台账才行")
    name: Key = Field(description="哪一列是姓名")
    hint: str = Field("", description="标题下的一句说明")


class LineDue(Strict, title="台账里要办的"):
    """Something that is to be done about a record while a line in force points to it, and until which day."""

    title: str = Field(description="要做什么，动词开头，例如：交罚款")
    link: Key = Field(description="哪一列引用指着要办的办件；看得见它的人才提醒")
    day: Key | None = Field(None, description="哪一列写着期限；不写或空着就没有期限")
    where: Expression | None = Field(None, description="只看哪些行；列的名字直接写")
    by: tuple[Key, ...] = Field(min_length=1, description="提醒哪些角色")
    clause: str = Field("", description="依据的条款")


class Register(Strict, title="台账"):
    """A list that grows out of decisions: one line per thing, with its days and the entry that decided it."""

    key: Key = Field(description="名字")
    title: str = Field(description="名称")
    line: tuple[Key, ...] = Field(min_length=1, description="凭哪几列认一行，例如 [institution, course]")
    columns: tuple[RegisterColumn, ...] = Field(min_length=1, description="各列")
    states: StateWords = Field(StateWords(), description="状态的叫法")
    questions: tuple[Question, ...] = Field((), description="表达式里能问什么")
    dues: tuple[LineDue, ...] = Field((), description="行生效的时候，谁要对指着的办件做什么；列在首页“要办的”里")
    look_up: LookUp | None = Field(None, description="公开查验：不登录也可以问编号和姓名对不对，只答有效、无效")
    by: tuple[Key, ...] = Field((), description="哪些角色看；不写就都可以看，各看自己看得见的")
    also: Key | None = Field(
        None, description="哪一列引用指着谁的办件，谁也看这一行；不写就只有登记这一行的办件看得见的人看"
    )
    within: Key | None = Field(
        None,
        description="哪一列写着单位的代码，那个单位和它下级的人也看这一行，例如上级分给全区的；写了个人信息的行，只给看得见下级的人",
    )


class EffectEach(Strict, title="逐项"):
    """Do it once for every item of a list."""

    as_: Key = Field(alias="as", description="表达式里怎么叫这一项")
    in_: Expression = Field(alias="in", description="哪些项，例如 courses")


class Effect(Strict, title="对台账做什么"):
    """What an action does to lines of a register."""

    register_: Key | None = Field(None, alias="register", description="哪本台账")
    do: Literal["open", "suspend", "resume", "end"] | None = Field(
        None, description="open 登记生效，suspend 暂停，resume 恢复，end 终止"
    )
    undo: Key | None = Field(None, description="撤销这份办件里哪个操作对台账做的；写了它，别的只写 when、from")
    each: EffectEach | None = Field(None, description="对哪些项各做一次")
    when: Expression | None = Field(None, description="成立时才做")
    line: dict[Key, Expression] = Field(
        {}, description="哪一行，列: 表达式；open 要写全认一行的各列，别的只写几列就是对得上的各行"
    )
    set_: dict[Key, Expression] = Field({}, alias="set", description="台账里别的列写什么")
    from_: Expression | None = Field(None, alias="from", description="从哪一天起；不写就是做这一步的那天")
    until: Expression | None = Field(None, description="到哪一天；算不出来就是没有期限")


class Gate(Strict, title="关口"):
    """What must hold before an action."""

    each: EffectEach | None = Field(None, description="对哪些项都要成立；不成立的逐项说")
    expect: Expression = Field(description="应当成立的表达式；case 是这次提交的情况")
    message: Text = Field(description="不成立时说什么，写明怎么办")
    clause: str = Field("", description="依据的条款")
    reason: bool = Field(False, description="不成立时，写明理由也可以做")
