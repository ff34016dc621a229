"""The shape of a pack and of a form, as authors write them in YAML. Unknown keys are refused."""

from typing import Any, Literal

from pydantic import Field

from onefill.definitions.boards import Board, Deadline, Retention
from onefill.definitions.numbers import Number
from onefill.definitions.procedure import Action, Calendar, CaseList, Column, Expression, Key, Material, Stage, Text
from onefill.definitions.procedure import Strict as Strict
from onefill.definitions.publications import Publication
from onefill.definitions.registers import Register
from onefill.problems import Level


def _listed(was: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if was is None else (was,) if isinstance(was, str) else was


class Said(Strict, title="格里写着的词"):
    """Words that a table writes into the cells of a column and that are no value of it, e.g. 缺考 among scores."""

    words: tuple[str, ...] = Field(min_length=1, description="哪些词，整格就是这个词才算，例如 [缺考, 未考]")
    set_: dict[Key, str] = Field({}, alias="set", description="同一行的字段: 填什么；表里那一格自己写了的照写的")


class FieldDefinition(Strict, title="字段"):
    """One thing asked, or computed when ``value`` is given."""

    key: Key = Field(description="名字，表达式和模板里用它；一份表单里不重复")
    was: Key | tuple[Key, ...] | None = Field(None, description="从前叫什么名字，改过几次就都写上；已填的照此搬过来")
    label: str = Field(description="显示和打印的名称")
    type: str = Field("text", description="字段类型，例如 text、date、resident_id")
    required: bool | Expression = Field(False, description="必填：true，或一个成立时必填的表达式")
    from_: Key | None = Field(None, alias="from", description="从哪个阶段起要填；不写就是第一阶段")
    when: Expression | None = Field(None, description="成立时才显示；收起时原来填的还留着，但不印")
    value: Expression | None = Field(None, description="自动算出，不让填")
    number: Number | None = Field(None, description="自动编号：第一次打印时编，编了不再变，不让填")
    explain: str = Field("", description="自动算出的怎么来，例如：课次合计")
    default: Expression | None = Field(None, description="没有填时取这个值")
    hint: str = Field("", description="写在字段下面的一句提示")
    example: str = Field("", description="样例，淡色显示在框里")
    synonyms: tuple[str, ...] = Field((), description="别人的表里这一列还叫什么，导入时认")
    help: str = Field("", description="点问号才显示的说明；自动算出的格没有问号，跟在来源后面")
    unit: str = Field("", description="单位，例如：学时、元")
    private: bool = Field(False, description="个人信息：公文以外一律遮住，索引里不留明文")
    index: bool = Field(False, description="可以在列表里查找")
    blank: Literal["ink"] | None = Field(None, description="ink：留给手写，空着不算缺")
    wide: bool = Field(False, description="在填报页占整行")
    quiet: bool = Field(False, description="不显示：只用来计算和查找")
    options: tuple[str, ...] | Expression | None = Field(None, description="选项，或列出选项的表达式")
    option_synonyms: dict[str, tuple[str, ...]] | None = Field(
        None, description="选项: 别人还怎么写它，例如 {专科: [大专]}；录入、粘贴、导入时认"
    )
    said: tuple[Said, ...] = Field(
        (), description="导入时格里写着这些词的当作没有填，同一行的别的字段照 set 填，例如成绩一格写着缺考"
    )
    pattern: str | None = Field(None, description="整个值要合的正则表达式")
    written: str = Field(
        "", description="pattern 是什么样的写法，对不上时照着说，例如：大写字母和数字，8 位；不写就说 hint"
    )
    min: int | float | str | None = Field(None, description="最小值（日期写 '2026-01-01'）")
    max: int | float | str | None = Field(None, description="最大值")
    max_length: int | None = Field(None, description="最多几个字")
    decimals: int | None = Field(None, description="最多几位小数")
    form: Key | None = Field(None, description="引用：指向哪个表单")
    many: bool = Field(False, description="引用：可以选多个")
    where: Expression | None = Field(None, description="引用：候选（it）要满足什么")
    offers: Expression | None = Field(
        None, description="引用：只列出哪些候选（it）；已经选的不合的不另说，怎么说写在 checks 里"
    )
    stages: tuple[Key, ...] = Field(
        (),
        description="引用：只列出停在这些环节的办件，照写的先后排；已经选的不在内不另说，写在 checks、gates 里",
    )
    of: Key | None = Field(None, description="row：指向哪一节的一行")
    by: Key | None = Field(None, description="identity：证件类型在哪个字段")
    copy_: Literal["keep", "empty", "shift", "next"] | None = Field(
        None,
        alias="copy",
        description="照旧的新建：keep 照抄，empty 留空，shift 日期顺延，next 接着编号；不写时以后阶段的留空，别的照抄",
    )
    expires: bool = Field(False, description="到期日：快到期时首页提醒")
    clause: str = Field("", description="依据的条款，写意见时先填上；不写就取显示在这里的校验的，再取这一节的")
    fills: Literal["file_name", "file_size", "file_sha256"] | None = Field(
        None, description="登记文件时由所选的文件填：文件名、大小（MB）、SHA-256；文件不上传"
    )

    @property
    def former(self) -> tuple[str, ...]:
        """The keys it had before, as the author writes them."""
        return _listed(self.was)

    @property
    def typed(self) -> bool:
        """Whether people fill it in."""
        return self.value is None and self.number is None


class GridField(Strict, title="方格里填什么"):
    """What one cell of a grid holds."""

    type: str = Field("choice", description="字段类型")
    options: tuple[str, ...] | None = Field(None, description="选项")
    min: int | float | None = Field(None, description="最小值")
    max: int | float | None = Field(None, description="最大值")
    decimals: int | None = Field(None, description="最多几位小数")
    max_length: int | None = Field(None, description="最多几个字")
    hint: str = Field("", description="提示")


class Repeat(Strict, title="重复多行"):
    """How many rows a repeating section takes, and which of its fields may not hold one value twice."""

    min: int = Field(0, description="至少几行")
    max: int = Field(1000, description="最多几行")
    unique: tuple[Key, ...] = Field((), description="不能有两行相同的字段")


class Takes(Strict, title="带入发下来的"):
    """Rows of another record that is for this one, which fill rows of this section by a click.

    Whatever names nobody goes to the rows that are still empty, in order. The other record may be any office's: only
    what it holds for just this record comes out of it.
    """

    title: str = Field(description="按钮上写什么，例如：填入分到的号码")
    form: Key = Field(description="哪个表单的办件发下来的")
    link: Key = Field(description="那个表单里指着这份办件的引用；指着它的才带")
    shared: dict[Key, Expression] = Field(
        {},
        description="对方要查的字段: 我方的表达式；没有指着哪一份办件、这几个字段又都对得上的也带，例如分给全区的，"
        "别的办件填过的不带",
    )
    stages: tuple[Key, ...] = Field(min_length=1, description="到了这些环节的才带")
    section: Key = Field(description="那个表单的哪一张表")
    set_: dict[Key, Key] = Field(
        alias="set", min_length=1, description="我方的字段: 对方的字段；第一个已经填了的行不动，填过的不再带"
    )
    same: dict[Key, Key] = Field({}, description="我方的字段: 对方的字段；对方写了的，都相同的行才填，没有写的依次填")
    when: Expression | None = Field(None, description="我方哪些行要填；行里的字段直接写名字")
    register_: Key | None = Field(
        None, alias="register", description="只带这本台账上生效的：照 set 的第一个字段找那一行；冻结、终止的不带"
    )


class Section(Strict, title="节"):
    """A step of the form: plain fields, rows of fields (``repeat``), or a matrix of rows (``grid``)."""

    key: Key = Field(description="名字")
    was: Key | tuple[Key, ...] | None = Field(None, description="从前叫什么名字；表和方格里已填的照此搬过来")
    title: str = Field(description="标题")
    hint: str = Field("", description="标题下的一句提示")
    clause: str = Field("", description="依据的条款，对这一节写意见时先填上")
    from_: Key | None = Field(None, alias="from", description="从哪个阶段起要填")
    when: Expression | None = Field(None, description="成立时才显示")
    label: Text | None = Field(None, description="一行叫什么，例如 {{ name }}")
    fields: tuple[FieldDefinition, ...] = Field((), description="这一节问什么")
    repeat: Repeat | None = Field(None, description="有它就是一张可以加行的表")
    takes: Takes | None = Field(None, description="别的单位发下来的，点一下就填进这张表")
    grid: tuple[Key, Key] | None = Field(None, description="[行所在的节, 列所在的节]")
    field: GridField | None = Field(None, description="grid 的每一格填什么")
    copy_: Literal["keep", "empty"] | None = Field(
        None, alias="copy", description="照旧的新建时：keep 照抄，empty 整节留空；不写时各字段自己说"
    )

    @property
    def former(self) -> tuple[str, ...]:
        """The keys it had before, as the author writes them."""
        return _listed(self.was)


class Check(Strict, title="校验"):
    """A rule over facts; with ``each`` over every row of that section, whose fields are then names."""

    id: str = Field(description="编号")
    title: str = Field("", description="核对的是什么，例如：交货日期和下单日期；不写就用各数据的叫法")
    expect: Expression = Field(description="应当成立的表达式；用到的数据还没填时不查")
    message: Text = Field(description="不成立时说什么，写明数值")
    remedy: Text = Field(description="怎么改，动词开头")
    level: Level = Field(Level.ERROR, description="error 挡住提交，warning 请人看一眼，advice 只是提醒")
    each: Key | None = Field(None, description="对哪一节的每一行都查")
    at: Key | None = Field(None, description="显示在哪个字段旁边")
    from_: Key | None = Field(None, alias="from", description="从哪个阶段起查")
    when: Expression | None = Field(None, description="成立时才查")
    before: Expression | None = Field(
        None, description="哪一天以前才查，例如课还没有上；到了那天就不再说。不给 error：同一份数据，附件不会过一天就变"
    )
    clause: str = Field("", description="依据的条款")


class Lookup(Strict, title="查别的办件"):
    """A declared question about other records of ``form``; the answer is a fact of that name.

    ``match`` maps an indexed field of the other form (``class_no``, ``trainees.id_no``) to an expression over
    our facts. With ``each`` it is asked for every row of that section and the answer is a name in the row.

    The answer ``units`` asks nothing of others: it holds the keys of the units in which the record itself lies, the
    highest first, so that rules can hold against them what was filled in about an office.
    """

    key: Key = Field(description="答案在表达式里的名字")
    form: Key | None = Field(None, description="查哪个表单的办件；answer: units 不写，别的都要写")
    match: dict[str, Expression] = Field({}, description="对方的字段（要有 index: true）: 我方的表达式")
    overlaps: tuple[Expression, Expression] | None = Field(None, description="[起, 止]：只看期间重叠的")
    shares: tuple[str, Expression] | None = Field(
        None, description="[对方的字段, 我方的表达式]：表达式是一张表，只看其中至少一个对方也有的，例如同一个时段"
    )
    stages: tuple[Key, ...] = Field((), description="只看到了这些环节的办件；不写就都看，没提交的也看")
    each: Key | None = Field(None, description="对哪一节的每一行都查")
    answer: Literal["count", "exists", "newest", "named", "units"] = Field(
        "exists",
        description="几条、有没有、最近改过的一条叫什么；named 有没有，同一个单位的还说叫什么；"
        "units 不查别的办件，是这份办件所属的各级单位的代码",
    )


class Each(Strict, title="每项一份"):
    """Repeat a document for every item of a list."""

    as_: Key = Field(alias="as", description="模板里怎么叫这一项")
    in_: Expression = Field(alias="in", description="哪些项，例如 sessions")
    into: Literal["pages", "sheets", "files"] = Field(
        "pages", description="pages 一个文件里一项一页，sheets 一项一张工作表，files 一项一个文件"
    )
    label: Text | None = Field(None, description="一份叫什么，用作文件名或工作表名")


class PaperGate(Strict, title="附件什么时候算数"):
    """What must hold before a paper is one that counts."""

    expect: Expression = Field(description="应当成立的条件；可以看做过哪些步（case.acts）")
    message: str = Field(description="不成立时说什么，例如：负责人同意以后才能印")


class Document(Strict, title="附件"):
    """A paper made from facts. The packet prints the first template; the others are further formats."""

    key: Key = Field(description="名字")
    title: str = Field(description="附件名称")
    template: str | tuple[str, ...] | None = Field(None, description="模板文件；不写就按数据汇总印")
    from_: Key | None = Field(None, alias="from", description="从哪个阶段起出这份附件")
    when: Expression | None = Field(None, description="成立时才要这份附件")
    gate: PaperGate | None = Field(None, description="成立以前印出来是草稿，不进成套材料，例如决定以后才发的证书")
    each: Each | None = Field(None, description="每项一份")
    seal: tuple[Key, ...] = Field((), description="由谁盖章")
    stock: bool = Field(False, description="印在专用纸上：套打时不印页码")
    code: Literal["page", "none"] = Field(
        "page", description="page 每页边上印一个页码（二维码），none 不印；套打到专用纸上时总是不印"
    )
    clause: str = Field("", description="依据的条款")

    @property
    def coded(self) -> bool:
        """Whether every page carries a code that says what it is; what is printed onto stock never does."""
        return self.code == "page"

    @property
    def templates(self) -> tuple[str, ...]:
        """All template file names, the printed one first; empty for a plain summary."""
        if self.template is None:
            return ()
        return (self.template,) if isinstance(self.template, str) else self.template


class Notice(Document, title="文书"):
    """A paper about a submission, sent with an act."""

    mark: str = Field("", max_length=12, description="文书号的开头，例如：补正；后面是日期、办件和第几条")
    to: Key | None = Field(
        None,
        description="发给哪个引用指着的办件：看得见那份办件的人，发出以后也看得到这份文书（只这一份，照发出时的样子）",
    )


class Phase(Strict, title="阶段"):
    """One handing-over in a record's life."""

    key: Key = Field(description="名字")
    title: str = Field(description="名称")
    locks: tuple[Key, ...] = Field((), description="提交后锁住哪些节")
    when: Expression | None = Field(None, description="成立时才有这个阶段要办；第一阶段总是有")
    holds_until_passed: bool = Field(
        False, description="通过以后又重新办的，重新通过以前，引用它的办件照原来通过的样子读它"
    )
    freezes: tuple[Key, ...] = Field(
        (), description="这个阶段通过以后，引用的这些表单的办件照通过时的样子读，以后改了不影响"
    )


class Moment(Strict, title="历程"):
    """One point on the line of a record's life: a phase, or something that happens at its time."""

    phase: Key | None = Field(None, description="哪个阶段；办完没有看它的进度")
    title: str = Field("", description="名称；阶段不写就用阶段的名称")
    date: Expression | None = Field(None, description="哪一天")
    until: Expression | None = Field(None, description="到哪一天")


class Form(Strict, title="表单"):
    """One form: what is asked, checked and printed."""

    form: Key = Field(description="名字，与文件名相同")
    title: str = Field(description="名称")
    label: Text = Field(description="一条办件叫什么，例如 {{ class_no }} {{ course.course_name }}")
    help: str = Field("", description="开头的说明，写在第一节标题下面")
    phases: tuple[Phase, ...] = Field((Phase(key="whole", title="填报"),), min_length=1, description="各阶段，按先后")
    period: tuple[Key, Key] | None = Field(None, description="起止日期字段，用来排列和查重叠")
    sections: tuple[Section, ...] = Field(min_length=1, description="各节，按填写顺序")
    lookups: tuple[Lookup, ...] = Field((), description="要向别的办件查什么")
    checks: tuple[Check, ...] = Field((), description="校验")
    documents: tuple[Document, ...] = Field((), description="附件，按装订顺序")
    materials: tuple[Material, ...] = Field((), description="要交的材料，按清单顺序")
    stages: tuple[Stage, ...] = Field((), description="提交以后经过的环节")
    actions: tuple[Action, ...] = Field((), description="各环节可以做的操作")
    notices: tuple[Notice, ...] = Field((), description="办理中印的文书；case 是这次提交的情况")
    lists: tuple[CaseList, ...] = Field((), description="办理中从各办件汇总的名单")
    life: tuple[Moment, ...] = Field((), description="概览上的一条线：办件从头到尾经过什么；不写就是各阶段")
    deadlines: tuple[Deadline, ...] = Field((), description="到时候要做的事，首页上提醒")
    retention: Retention | None = Field(None, description="没有交的、没有通过的，多久以后可以清理；不写就一直留着")
    removed: dict[str, str] = Field(
        {}, description="不再问的: 为什么，例如 {fax: 传真不再填写, trainees/fax: …}；已填的另外留着"
    )

    @property
    def plain_fields(self) -> dict[str, FieldDefinition]:
        """What it asks outside of rows, by key."""
        return {field.key: field for one in self.sections if one.repeat is None for field in one.fields}

    def links(self, to: str | None = None) -> list[str]:
        """Keys of the fields outside of rows that point to one record, of a form or of any."""
        plain = self.plain_fields.items()
        return [key for key, one in plain if one.form and to in (None, one.form) and not one.many]


class Unit(Strict, title="单位"):
    """A node of the tree of offices."""

    key: str = Field(description="代码")
    title: str = Field(description="名称")
    below: tuple["Unit", ...] = Field((), description="下级单位")


class Role(Strict, title="角色"):
    """What a person is there: how far they see and what they may do."""

    key: Key = Field(description="名字")
    title: str = Field(description="名称")
    reach: Literal["own", "below", "all"] = Field("own", description="看得见本单位、本单位和下级，还是全部")
    actions: tuple[Key, ...] = Field((), description="可以做什么")
    fills: tuple[Key, ...] = Field((), description="填哪些表单的办件；不写就是哪些都可以")


class Table(Strict, title="清单"):
    """A list that the pack itself carries, readable in expressions by its key: rows of typed columns."""

    key: Key = Field(description="名字，表达式里用它")
    title: str = Field(description="名称")
    columns: tuple[FieldDefinition, ...] = Field(description="各列")
    rows: tuple[dict[str, Any], ...] = Field((), description="各行，键是列的名字")


class Series(Strict, title="系列"):
    """One colour of a chart: what it is called, and what it takes from each item."""

    title: str = Field(description="名称，写在图例里")
    x: Expression | None = Field(None, description="落在哪一格；不写就用视图的 x")
    y: Expression | None = Field(None, description="算多少；不写就用视图的 y")
    colour: Literal["blue", "green", "amber", "red"] | None = Field(None, description="颜色；不写就按先后取")


class Figure(Strict, title="统计数"):
    """One big figure."""

    title: str = Field(description="名称")
    value: Expression = Field(description="多少")
    unit: str = Field("", description="单位")


class View(Strict, title="视图"):
    """A way to look at a record, drawn by kind. In ``x``, ``y`` … the facts of one item of ``each`` are names."""

    key: Key = Field(description="名字")
    title: str = Field(description="名称")
    kind: Literal["chart", "calendar", "list", "statistics", "copy_out"] = Field(description="画成什么")
    form: Key = Field(description="看哪个表单的办件")
    when: Expression | None = Field(None, description="成立时才显示")
    sentence: Text | None = Field(None, description="一句话说看出了什么，写明数值")
    empty: str = Field("", description="还没有可看的时说什么，例如：登记成绩后看得到")
    each: Expression | None = Field(None, description="逐项看哪些，例如 sessions；项里的字段直接写名字")
    x: Expression | None = Field(None, description="图表：落在哪一格；日历：哪一天")
    y: Expression | None = Field(None, description="图表：每一项算多少；不写就是数个数")
    by: Expression | None = Field(None, description="按什么分颜色")
    series: tuple[Series, ...] = Field((), max_length=4, description="每一项算进哪几种颜色，最多四种")
    draw: Literal["stacked", "grouped", "rows", "line"] = Field("stacked", description="图表画成什么样")
    per: Literal["day", "week", "month"] | None = Field(None, description="日期按天、按周还是按月归到一起")
    bins: tuple[int, ...] = Field((), description="数按这些界线分段，例如 [60, 70, 80, 90]")
    order: tuple[str, ...] = Field((), description="文字按这个先后排；不写就从多到少")
    unit: str = Field("", description="单位，例如：课时、人")
    text: Text | None = Field(None, description="日历：每一项写什么")
    columns: tuple[Column, ...] = Field((), description="列表：各列")
    figures: tuple[Figure, ...] = Field((), description="统计：各个数")


class Menu(Strict, title="菜单"):
    """An entry of the top bar: the records of these forms."""

    title: str = Field(description="名称")
    forms: tuple[Key, ...] = Field(description="列出哪些表单的办件")


class Pack(Strict, title="业务包"):
    """One business: its forms, offices, roles, lists and views."""

    pack: Key = Field(description="名字，与文件夹名相同")
    title: str = Field(description="名称")
    forms: tuple[Key, ...] = Field(description="表单文件，按顺序")
    cases: tuple[Key, ...] = Field(description="首页上的办件")
    menus: tuple[Menu, ...] = Field((), description="顶栏的菜单")
    units: tuple[Unit, ...] = Field((), description="单位树")
    roles: tuple[Role, ...] = Field((), description="角色")
    tables: tuple[Table, ...] = Field((), description="随业务包带的清单")
    registers: tuple[Register, ...] = Field((), description="台账：从办件的决定里长出来的清单")
    publications: tuple[Publication, ...] = Field((), description="公布：向社会公布的名单、目录")
    views: tuple[View, ...] = Field((), description="视图")
    boards: tuple[Board, ...] = Field((), description="看板：一眼看许多办件")
    calendar: Calendar = Field(Calendar(), description="期限按哪些工作日数")
    phrases: tuple[str, ...] = Field((), description="写意见时常用的话")
