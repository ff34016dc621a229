"""The shape of what a pack makes public, as authors write it: a list out of a register, or out of records."""

from typing import Annotated

from pydantic import Field, StringConstraints

from onefill.definitions.strict import Expression, Key, Strict

#: What the day that a list shows is called in its expressions.
ON = "on"


class PublicColumn(Strict, title="公布的列"):
    """A column of a public list."""

    key: Key = Field(description="名字，Word 模板里写 row.名字")
    title: str = Field(description="表头")
    value: Expression = Field(description="写什么；台账的列、表单的字段直接写名字")


class Placed(Strict, title="按清单的先后"):
    """An order that a list of the pack gives, not the texts themselves."""

    value: Expression = Field(description="排什么，例如 district")
    like: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")] = Field(
        description="按业务包哪张清单哪一列写的先后，例如 districts.name；清单里没有的排在后面"
    )


class Publication(Strict, title="公布"):
    """A list that is made public: as Word, Excel and web page, each time it was published kept for ever."""

    key: Key = Field(description="名字")
    title: str = Field(description="名单的名称，照样印出来")
    register_: Key | None = Field(None, alias="register", description="公布哪本台账里生效的行；和 form 只写一个")
    form: Key | None = Field(None, description="公布哪个表单的办件；和 register 只写一个")
    where: Expression | None = Field(None, description="只公布哪些；on 是截至哪一天")
    columns: tuple[PublicColumn, ...] = Field(min_length=1, description="各列，不能有个人信息；序号不用写")
    order: tuple[Expression | Placed, ...] = Field(
        (), description="依次按什么排；要按清单的先后的写成 {value: …, like: 清单.列}；不写就依次按各列"
    )
    by: tuple[Key, ...] = Field(min_length=1, description="哪些角色公布")
    note: str = Field("", description="表下面写的说明")
    template: str | None = Field(None, description="Word 模板；不写就只有 Excel 和网页")
    then: Key | None = Field(
        None,
        description="register：公布以后，对登记这些行的办件各做哪一步（操作的 key）；不在那一环节的不动",
    )
    open: bool = Field(False, description="不用登录的查询页上查得到")
