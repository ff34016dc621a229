"""The shape of what happens to a record, as authors write it: what must be handed in, where it stands, who acts."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from onefill.definitions.registers import Effect, Gate
from onefill.definitions.strict import Expression as Expression
from onefill.definitions.strict import Key as Key
from onefill.definitions.strict import Strict as Strict
from onefill.definitions.strict import Text as Text

FileKind = Literal["pdf", "jpg", "png"]
#: Name of a fact or a section, led through links and rows by dots, e.g. ``syllabus.modules``.
FactPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]


class MaterialEach(Strict, title="每项一件"):
    """Ask a material once for every item of a list."""

    as_: Key = Field(alias="as", description="表达式里怎么叫这一项")
    in_: Expression = Field(alias="in", description="哪些项，例如 sessions")
    key: Expression | None = Field(None, description="怎么认得同一项，例如 proof.title；行和办件不用写")
    label: Text = Field(description="一件叫什么，例如 {{ session.date }}")


class Count(Strict, title="几个"):
    """How many different ones there must be at least."""

    min: Expression = Field(description="至少几个")
    of: Expression | None = Field(None, description="数哪些；相同的只数一次；不写就数交来的页")
    planned: Expression | None = Field(None, description="按计划最多会有几个；不够时一开始就说")
    unit: str = Field("个", description="单位，例如：次")


class Validity(Strict, title="有效期"):
    """A date that must not come before another one."""

    until: Expression = Field(description="到哪一天有效")
    covers: Expression = Field(description="至少要管到哪一天")


class Earlier(Strict, title="以前通过的"):
    """A file that was accepted in another record, or handed in for an earlier phase of this one, taken as it is."""

    form: Key | None = Field(None, description="在哪个表单的办件里；不写就是这份办件前面的阶段")
    match: dict[str, Expression] = Field({}, description="对方的字段（要有 index: true）: 我方的表达式")
    material: Key = Field(description="对方的哪件材料")
    item: Expression | None = Field(None, description="对方那件材料每项一件时，是哪一项")
    stages: tuple[Key, ...] = Field((), description="对方到了哪些环节才算通过")


class Follow(Strict, title="照着哪些数据"):
    """Facts that a file is about, where that is so only sometimes."""

    fact: FactPath = Field(description="哪个数据，或哪一节")
    when: Expression | None = Field(None, description="成立时才看")


class Material(Strict, title="材料"):
    """One thing that must be handed in for a phase."""

    key: Key = Field(description="名字")
    title: str = Field(description="材料名称")
    kind: Literal["scan", "upload", "register", "earlier", "original"] = Field(
        description="scan 附件盖章后的扫描件，upload 上传的文件，register 登记在某一节里，"
        "earlier 以前通过的文件，original 交窗口看的纸质原件"
    )
    from_: Key | None = Field(None, alias="from", description="从哪个阶段起要交")
    when: Expression | None = Field(None, description="成立时才要交")
    otherwise: Text | None = Field(None, description="不用交时说为什么，例如 {{ train_mode }}培训，不用交")
    optional: bool = Field(False, description="可交可不交")
    by: tuple[Key, ...] = Field(
        (), description="upload：填报的一方以外还有哪些角色可以传，例如收件的单位附上自己的书面答复"
    )
    document: Key | None = Field(
        None,
        description="scan：哪份附件的扫描件；upload：文件是哪份附件印出来的，照页上的码查是不是、缺不缺页",
    )
    marks: Literal["seal", "signature", "both"] | None = Field(
        None, description="scan：纸上要有什么：seal 盖章（不写就是它），signature 签字，both 又签字又盖章"
    )
    document_of: FactPath | None = Field(
        None, description="upload：那份附件是引用的哪份办件的，例如 offer.syllabus；不写就是这份办件的"
    )
    section: Key | None = Field(None, description="register：登记在哪一节")
    earlier: Earlier | None = Field(None, description="earlier：从哪里取")
    each: MaterialEach | None = Field(None, description="每项一件")
    count: Count | None = Field(None, description="至少几个")
    valid: Validity | None = Field(None, description="有效期")
    follows: tuple[FactPath | Follow, ...] = Field(
        (), description="upload：文件写的是哪些数据；传了以后这些数据改过，就说文件旧了"
    )
    accept: tuple[FileKind, ...] = Field(("pdf", "jpg", "png"), min_length=1, description="收哪几种文件")
    max_mb: int = Field(50, ge=1, le=500, description="一个文件最大多少 MB")
    hint: str = Field("", description="一句提示")
    clause: str = Field("", description="依据的条款")

    @property
    def followed(self) -> tuple[Follow, ...]:
        """What its files are about."""
        return tuple(one if isinstance(one, Follow) else Follow(fact=one) for one in self.follows)


class Stage(Strict, title="环节"):
    """Where a submission stands."""

    key: Key = Field(description="名字")
    title: str = Field(description="名称，例如：等受理")
    phase: Key | None = Field(None, description="哪个阶段的；不写就是第一阶段")
    holder: Literal["owner", "office", "done"] = Field(
        "office", description="在谁手里：owner 填报的一方可以改，office 在办，done 办结（都锁住）"
    )
    days: int | None = Field(None, ge=1, description="几个工作日内办完；不写就没有期限")
    until: Expression | None = Field(
        None, description="期限写在数据里的：哪一天（含当天），例如 reply_due；不和 days 一起写"
    )
    carries: bool = Field(
        False, description="期限接着上一环节的走：转到下一个人手里，答应填报方的那一天没有变；不和 days、until 一起写"
    )
    passed: bool = Field(False, description="done：是通过了的")
    awaited: bool = Field(
        False, description="done：通过了，还等着做一步（例如公布），不算办结；列在做得了这一步的人要办的里"
    )
    leads: Key | None = Field(None, description="到了这里，接着要办哪一份：指着它的引用字段；那一份等这个人办就给链接")


Asked = Literal["opinion", "reason", "date", "rank"]


class Ask(Strict, title="要填的"):
    """Something that must be said with an action, where more is to be known of it."""

    what: Asked = Field(description="要填什么")
    future: bool = Field(False, description="date：可以是以后的日子；不写就不能晚于当天")
    after: tuple[Key, ...] = Field((), description="date：不能早于哪几步操作的日子")


class Caution(Strict, title="提醒"):
    """What ought to hold of a submission: told to whoever hands in, and checked by whoever reviews it."""

    title: str = Field(description="核对的是什么，例如：提交日期和送货日期")
    expect: Expression = Field(description="应当成立的表达式；case 是这次提交的情况")
    message: Text = Field(description="不成立时说什么，写明日期、数值")
    remedy: str = Field("", description="怎么改，动词开头")
    at: Key | None = Field(None, description="说的是哪个字段")
    clause: str = Field("", description="依据的条款")


class DestroyedWith(Strict, title="一起销毁的"):
    """Records that are for the destroyed one and go with it, but for these fields and what registers say."""

    form: Key = Field(description="哪个表单的办件")
    link: Key = Field(description="那个表单里指着这份办件的引用；指着它的一起销毁")
    shared: tuple[str, str] | None = Field(
        None,
        description="[对方的字段, 我方的字段]：没有指着哪一份办件的，这一列写着我方这一列的，也一起销毁；"
        "还写着别的办件的，等其中最后一份销毁",
    )
    keeps: tuple[Key, ...] = Field((), description="那份办件留下哪些字段；private 的、表里的不能留")


class Destroys(Strict, title="销毁"):
    """The record ends with the action: all that it said is destroyed but for this, and what registers say."""

    keeps: tuple[Key, ...] = Field((), description="留下哪些字段，印销毁凭证、列表里认得出；private 的不能留")
    along: tuple[DestroyedWith, ...] = Field((), description="指着它的哪些办件一起销毁：里面有同一批人的个人信息的")


class Action(Strict, title="操作"):
    """What a person may do to a submission, and where it then stands."""

    key: Key = Field(description="名字")
    title: str = Field(description="按钮上的字，动词开头")
    kind: Literal["submit", "withdraw", "move", "return", "pass", "refuse"] = Field(
        "move", description="submit 提交，withdraw 撤回，return 一次退回全部意见，pass 通过，refuse 不通过，move 其他"
    )
    phase: Key | None = Field(None, description="哪个阶段的；不写就是第一阶段")
    from_: tuple[Key, ...] = Field((), alias="from", description="从哪些环节；draft 是还没提交")
    to: Key | None = Field(
        None, description="到哪个环节；draft 是回到没提交；withdraw 总是回到提交前的环节；move 不写就停在原来的环节"
    )
    by: tuple[Key, ...] = Field(min_length=1, description="哪些角色可以做")
    when: Expression | None = Field(None, description="成立时才可以做；case 是这次提交的情况")
    message: Text | None = Field(None, description="when 不成立时说什么")
    asks: tuple[Asked | Ask, ...] = Field((), description="要填什么才能做；日期要说明的写成 {what: date, after: […]}")
    gates: tuple[Gate, ...] = Field((), description="做之前还要过哪些关口；写明理由可以过的写 reason: true")
    cautions: tuple[Caution, ...] = Field((), description="submit：提交时提醒、审核时核对的，不挡提交")
    effects: tuple[Effect, ...] = Field((), description="做了以后对台账做什么")
    gives_to: Expression | None = Field(
        None, description="做完把办件交给哪个单位：业务包 units 里的 key；那里的人从此看得见、轮得到办"
    )
    looked: bool | None = Field(
        None, description="做之前先问：哪几项材料没有收下、也没有意见，是不是照样做；不写就是 pass 才问"
    )
    four_eyes: bool = Field(False, description="要由另一个人做：这次提交以后把它办到这一步的人都不行")
    apart_from: tuple[Key, ...] = Field(
        (), description="要由另一个人做：这几个操作（不论哪个阶段）最近是谁做的，谁就不行；解除一项决定的写作出它的操作"
    )
    declares: str = Field("", description="submit：提交时要确认的承诺")
    prints: Key | None = Field(None, description="做完印哪份文书（notices 里的）")
    destroys: Destroys | None = Field(
        None, description="做完由程序销毁这份办件的数据、文件和以前各版；台账留着。要 four_eyes，要有关口"
    )
    clause: str = Field("", description="依据的条款")

    def leads_to(self, stage: str) -> str:
        """Where a submission stands afterwards that stood in a stage before."""
        return stage if self.to is None else self.to

    @property
    def asked(self) -> tuple[Ask, ...]:
        """What must be said with it."""
        return tuple(one if isinstance(one, Ask) else Ask(what=one) for one in self.asks)

    @property
    def asked_for(self) -> tuple[Asked, ...]:
        """The names of what must be said with it."""
        return tuple(one.what for one in self.asked)

    @property
    def guards(self) -> tuple[Gate, ...]:
        """All that must hold before it, what ``when`` says first."""
        first = (Gate(expect=self.when, message=self.message or "条件还不满足"),) if self.when else ()
        return (*first, *self.gates)

    @property
    def asks_whether_looked(self) -> bool:
        """Whether it is asked about materials at which nobody has looked."""
        return self.kind in ("pass", "return") if self.looked is None else self.looked


class Column(Strict, title="列"):
    """A column of a list."""

    title: str = Field(description="名称")
    value: Expression = Field(description="每一项写什么")


class CaseList(Strict, title="名单"):
    """A list of cases that stand in some stages, to be printed, sealed and handed on."""

    key: Key = Field(description="名字")
    title: str = Field(description="名单的名称")
    phase: Key | None = Field(None, description="哪个阶段的；不写就是第一阶段")
    stages: tuple[Key, ...] = Field(min_length=1, description="到了哪些环节的办件，后面阶段的也可以写")
    by: tuple[Key, ...] = Field(min_length=1, description="哪些角色可以印")
    head: tuple[Column, ...] = Field(
        (), description="表头各行，例如哪个部门的、哪一批的；这几样不同的办件分开，一张一份"
    )
    columns: tuple[Column, ...] = Field(min_length=1, description="各列；case 是这次提交的情况；序号不用写")
    order: Expression | None = Field(None, description="按什么排；不写就按办件的叫法")
    signs: tuple[str, ...] = Field((), description="表后留给签字盖章的位置，例如：[经办人：, 负责人：, 单位（盖章）：]")
    clause: str = Field("", description="依据的条款")


class Calendar(Strict, title="工作日"):
    """Which days are worked, beside Monday to Friday."""

    holidays: Key | None = Field(None, description="放假的日子：哪张清单，要有 day 列")
    workdays: Key | None = Field(None, description="周末上班的日子：哪张清单，要有 day 列")
    ahead: int = Field(60, ge=1, description="放假的日子只列到年底的，提前几天提醒补下一年的；不写是 60")
    by: tuple[Key, ...] = Field(
        (), description="谁管这张清单，首页上提醒这些角色；不写就只在 check 和“表单作者”页上提醒"
    )
