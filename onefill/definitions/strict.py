"""What every shape of a YAML file is made of: frozen, no key that is not declared, names and expressions."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
#: Jinja2 expression without braces, e.g. ``id_no|age(on=start_date)``.
Expression = Annotated[str, StringConstraints(min_length=1)]
#: Text with ``{{ expressions }}`` in it.
Text = Annotated[str, StringConstraints(min_length=1)]


class Strict(BaseModel):
    """Frozen, and no key that is not declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)
