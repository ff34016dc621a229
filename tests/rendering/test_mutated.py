"""Templates changed at random: each is printed whole, or refused by a named fault; never half a document."""

import random

import pytest

from tests.rendering.fuzzed_templates import FACTS, TEMPLATES
from tests.rendering.mutated import changed, halves, printed

#: Changes tried on each template.
TIMES = 40


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_templates_themselves_are_printed(name: str) -> None:
    made = printed(TEMPLATES[name], name, FACTS)
    assert made is not None
    assert halves(TEMPLATES[name], made) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_changed_templates_are_printed_whole_or_refused(name: str) -> None:
    refused = 0
    for number in range(TIMES):
        template = changed(TEMPLATES[name], random.Random(f"{name} {number}"))
        made = printed(template, name, FACTS)
        refused += made is None
        if made is not None:
            assert halves(template, made) == [], number
    assert 0 < refused < TIMES
