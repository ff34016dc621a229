"""The shape of a pack and of a form, as authors write them in YAML. Unknown keys are refused."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from onefill.problems import Level

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
#: Jinja2 expression without braces, e.g. ``id_no|age(on=start_date)``.
Expression = Annotated[str, StringConstraints(min_length=1)]
#: Text with ``{{ expressions }}`` in it.
Text = Annotated[str, StringConstraints(min_length=1)]


class Strict(BaseModel):
    """Frozen, and no key that is not declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldDefinition(Strict):
    """One thing asked, or computed when ``value`` is given."""

    key: Key
    label: str
    type: str = Field("text", description="字段类型，例如 text、date、resident_id")
    required: bool | Expression = Field(False, description="必填：true，或一个成立时必填的表达式")
    from_: Key | None = Field(None, alias="from", description="从哪个阶段起要填；不写就是第一阶段")
    when: Expression | None = Field(None, description="成立时才显示；收起时原来填的还留着，但不印")
    value: Expression | None = Field(None, description="自动算出，不让填")
    explain: str = Field("", description="自动算出的怎么来，例如：课次合计")
    default: Expression | None = Field(None, description="没有填时取这个值")
    hint: str = ""
    example: str = ""
    help: str = ""
    unit: str = ""
    private: bool = Field(False, description="个人信息：公文以外一律遮住，索引里不留明文")
    index: bool = Field(False, description="可以在列表里查找")
    blank: Literal["ink"] | None = Field(None, description="ink：留给手写，空着不算缺")
    wide: bool = Field(False, description="在填报页占整行")
    options: tuple[str, ...] | Expression | None = Field(None, description="选项，或列出选项的表达式")
    pattern: str | None = None
    min: int | float | str | None = None
    max: int | float | str | None = None
    max_length: int | None = None
    decimals: int | None = None
    form: Key | None = Field(None, description="引用：指向哪个表单")
    many: bool = Field(False, description="引用：可以选多个")
    where: Expression | None = Field(None, description="引用：候选（it）要满足什么")
    of: Key | None = Field(None, description="row：指向哪一节的一行")
    by: Key | None = Field(None, description="identity：证件类型在哪个字段")


class GridField(Strict):
    """What one cell of a grid holds."""

    type: str = "choice"
    options: tuple[str, ...] | None = None
    min: int | float | None = None
    max: int | float | None = None
    decimals: int | None = None
    max_length: int | None = None
    hint: str = ""


class Repeat(Strict):
    """How many rows a repeating section takes, and which of its fields may not hold one value twice."""

    min: int = 0
    max: int = 1000
    unique: tuple[Key, ...] = ()


class Section(Strict):
    """A step of the form: plain fields, rows of fields (``repeat``), or a matrix of rows (``grid``)."""

    key: Key
    title: str
    hint: str = ""
    from_: Key | None = Field(None, alias="from")
    when: Expression | None = None
    label: Text | None = Field(None, description="一行叫什么，例如 {{ name }}")
    fields: tuple[FieldDefinition, ...] = ()
    repeat: Repeat | None = None
    grid: tuple[Key, Key] | None = Field(None, description="[行所在的节, 列所在的节]")
    field: GridField | None = None


class Check(Strict):
    """A rule over facts. With ``each`` it is asked for every row of that section, whose fields are then names."""

    id: str
    expect: Expression
    message: Text
    remedy: Text
    level: Level = Level.ERROR
    each: Key | None = None
    at: Key | None = Field(None, description="显示在哪个字段旁边")
    from_: Key | None = Field(None, alias="from")
    when: Expression | None = None
    clause: str = ""


class Lookup(Strict):
    """A declared question about other records of ``form``; the answer is a fact of that name.

    ``match`` maps an indexed field of the other form (``class_no``, ``trainees.id_no``) to an expression over our facts.
    With ``each`` it is asked for every row of that section and the answer is a name in the row.
    """

    key: Key
    form: Key
    match: dict[str, Expression]
    overlaps: tuple[Expression, Expression] | None = Field(None, description="[起, 止]：只看期间重叠的")
    each: Key | None = None
    answer: Literal["count", "exists", "newest"] = "exists"


class Each(Strict):
    """Repeat a document for every item of a list."""

    as_: Key = Field(alias="as")
    in_: Expression = Field(alias="in")
    into: Literal["pages", "sheets", "files"] = "pages"
    label: Text | None = Field(None, description="一份叫什么，用作文件名或工作表名")


class Document(Strict):
    """A paper made from facts. The first template is what the packet prints; the others are further download formats."""

    key: Key
    title: str
    template: str | tuple[str, ...] | None = Field(None, description="模板文件；不写就按数据汇总印")
    from_: Key | None = Field(None, alias="from")
    when: Expression | None = None
    each: Each | None = None
    seal: tuple[Key, ...] = ()
    stock: bool = Field(False, description="印在专用纸上：不留页码框")
    clause: str = ""

    @property
    def templates(self) -> tuple[str, ...]:
        """All template file names, the printed one first; empty for a plain summary."""
        if self.template is None:
            return ()
        return (self.template,) if isinstance(self.template, str) else self.template


class Phase(Strict):
    """One handing-over in a record's life."""

    key: Key
    title: str
    locks: tuple[Key, ...] = ()


class Form(Strict):
    """One form: what is asked, checked and printed."""

    form: Key
    title: str
    label: Text = Field(description="一条办件叫什么，例如 {{ class_no }} {{ course.course_name }}")
    help: str = ""
    phases: tuple[Phase, ...] = Field((Phase(key="filing", title="填报"),), min_length=1)
    period: tuple[Key, Key] | None = Field(None, description="起止日期字段，用来排列和查重叠")
    sections: tuple[Section, ...] = Field(min_length=1)
    lookups: tuple[Lookup, ...] = ()
    checks: tuple[Check, ...] = ()
    documents: tuple[Document, ...] = ()


class Unit(Strict):
    """A node of the tree of offices."""

    key: str
    title: str
    below: tuple["Unit", ...] = ()


class Role(Strict):
    """What a person is there: how far they see and what they may do."""

    key: Key
    title: str
    reach: Literal["own", "below", "all"] = "own"
    actions: tuple[Key, ...] = ()


class Table(Strict):
    """A list that the pack itself carries, readable in expressions by its key: rows of typed columns."""

    key: Key
    title: str
    columns: tuple[FieldDefinition, ...]
    rows: tuple[dict[str, Any], ...] = ()


class View(Strict):
    """A way to look at records, drawn by kind."""

    key: Key
    title: str
    kind: Literal["chart", "calendar", "list", "statistics", "copy_out", "look_up"]
    form: Key
    value: Expression
    columns: tuple[str, ...] = ()


class Menu(Strict):
    """An entry of the top bar: the records of these forms."""

    title: str
    forms: tuple[Key, ...]


class Pack(Strict):
    """One business: its forms, offices, roles, lists and views."""

    pack: Key
    title: str
    forms: tuple[Key, ...] = Field(description="表单文件，按顺序")
    cases: tuple[Key, ...] = Field(description="首页上的办件")
    menus: tuple[Menu, ...] = ()
    units: tuple[Unit, ...] = ()
    roles: tuple[Role, ...] = ()
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
