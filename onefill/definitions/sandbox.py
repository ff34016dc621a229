"""The one Jinja2 environment: strict, sandboxed, limited. Nothing of Python can be reached from it."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType, MethodType
from typing import Any, NoReturn

from jinja2 import TemplateSyntaxError, nodes
from jinja2.nodes import EvalContext
from jinja2.parser import Parser
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from markupsafe import Markup, escape

from onefill.definitions.arithmetic import OPERATORS, bounded_range, index, negative
from onefill.definitions.asking import Askable
from onefill.definitions.code import Code, ValueCode
from onefill.definitions.comparing import compare
from onefill.definitions.context import Exact, FactContext, FactTemplate, Unknown, printed
from onefill.definitions.empty import EMPTY, UNREAD, Empty, EmptyRead, first_empty
from onefill.definitions.expression_errors import (
    ExpressionBroken,
    ExpressionFailed,
    ExpressionTooLarge,
    UnknownName,
    broken,
    translated,
)
from onefill.definitions.grammar import examine
from onefill.definitions.limits import CALL, EXPRESSION, LONGEST, TEMPLATE, Limits
from onefill.definitions.values import Made, Reader, nests, reader_of, text_of


class FactEnvironment(ImmutableSandboxedEnvironment):
    """Paper's environment: an empty fact propagates and prints by the law."""

    template_class: type[FactTemplate] = FactTemplate
    context_class: type[FactContext] = FactContext
    code_generator_class = Code
    intercepted_binops = frozenset(OPERATORS)
    intercepted_unops = frozenset("+-")
    #: What ``a if b`` is without an else, when not b.
    nothing: Empty = EMPTY

    def __init__(
        self,
        filters: Mapping[str, Any],
        tests: Mapping[str, Any],
        *,
        autoescape: bool = False,
        limits: Limits = TEMPLATE,
    ) -> None:
        super().__init__(
            undefined=Unknown, finalize=printed, autoescape=autoescape, optimized=False, cache_size=0,
            keep_trailing_newline=True,
        )  # fmt: skip
        self.filters = dict(filters)
        self.tests = dict(tests)
        self.globals = {"range": bounded_range, "namespace": Namespace}
        self.limits = limits
        self.exact = Exact()
        self.eval_ctx = EvalContext(self)
        self._readers: dict[type, Reader] = {}

    # -- empty facts ---------------------------------------------------------------------------------------

    def seen(self, value: Empty | None) -> Empty:
        """An empty fact that was looked up, not yet read."""
        return EMPTY if value is None else value

    def read(self, *values: object) -> Any:
        """What comes of working with an empty fact: that fact."""
        return first_empty(values)

    def empty_text(self, value: Empty) -> str:
        """What an empty fact prints."""
        return str(value)

    def answer(self, value: Empty | None) -> Empty:
        """What an evaluation answers when the value is empty."""
        return EMPTY if value is None else value

    #: Whether lists keep members that cannot be grouped: on paper nobody may be lost.
    keeps_empty = True

    # -- compiling -----------------------------------------------------------------------------------------

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            return super()._parse(source, name, filename)
        except RecursionError as error:
            raise ExpressionBroken("嵌套太深") from error
        except (ValueError, UnicodeError) as error:
            raise ExpressionBroken("有不认识的数或字符") from error

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        examine(source, self.filters, self.tests)
        try:
            return super()._generate(source, name, filename, defer_init)
        except RecursionError as error:
            raise ExpressionBroken("嵌套太深") from error

    def _compile(self, source: str, filename: str) -> CodeType:
        try:
            return super()._compile(source, filename)
        except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
            raise ExpressionBroken("嵌套太深，或写法不对") from error

    def parse_expression(self, source: str) -> nodes.Expr:
        """The tree of an expression without braces.

        Raises:
            ExpressionBroken: It cannot be understood.
        """
        if len(source) > LONGEST:
            raise ExpressionBroken("表达式太长")
        try:
            parser = Parser(self, source, state="variable")
            tree = parser.parse_expression()
            if not parser.stream.eos:
                raise ExpressionBroken(f"后面多出了“{parser.stream.current.value}”", parser.stream.current.lineno)
        except TemplateSyntaxError as error:
            raise broken(error) from error
        except RecursionError as error:
            raise ExpressionBroken("嵌套太深") from error
        except ValueError as error:
            raise ExpressionBroken("有不认识的数或字符") from error
        tree.set_environment(self)
        return tree

    def value_of(self, tree: nodes.Expr) -> Callable[[FactContext], Iterator[Any]]:
        """The code of an expression: called with a context, it yields the value."""
        root = nodes.Template([nodes.Output([tree], lineno=tree.lineno)], lineno=1)
        root.set_environment(self)
        examine(root, self.filters, self.tests)
        code = ValueCode(self, None, None, optimized=False)
        try:
            code.visit(root)
        except TemplateSyntaxError as error:
            raise broken(error) from error
        compiled = self._compile(code.stream.getvalue(), "<expression>")  # type: ignore[attr-defined]
        return FactTemplate.from_code(self, compiled, {}).root_render_func

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """Jinja2 calls this with the error at hand."""
        error = sys.exc_info()[1]
        assert isinstance(error, Exception)
        raise translated(error) from error

    # -- what generated code calls -------------------------------------------------------------------------

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A key of a mapping, or one of the few attributes values show."""
        kind = type(obj)
        reader = self._readers.get(kind)
        if reader is None:
            if isinstance(obj, Empty):
                return self.read(obj)
            reader = self._readers[kind] = reader_of(obj)
        value = reader(obj, attribute)
        if value is None or isinstance(value, Empty):
            return self.seen(value)
        return value

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The same for ``x['key']``; a number counts from 0 in a list or a text."""
        if isinstance(obj, Empty) or isinstance(argument, Empty):
            return self.read(obj, argument)
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, Mapping):
            if argument not in obj:
                raise UnknownName(text_of(argument))
            return obj[argument]
        if not isinstance(obj, list | tuple | str):
            raise ExpressionFailed("只有列表和文字能按第几个来取")
        try:
            value = obj[index(argument)]
        except IndexError:
            return self.seen(None)
        return self.seen(value) if value is None or isinstance(value, Empty) else value

    def sliced(self, context: FactContext, parts: tuple[Any, Any, Any, Any]) -> Any:
        """``x[a:b:c]`` of a text or a list."""
        if any(isinstance(part, Empty) for part in parts):
            return self.read(*parts)
        items, *bounds = parts
        if not isinstance(items, list | tuple | str):
            raise ExpressionFailed("只有列表和文字能截取")
        return items[slice(*(None if bound is None else index(bound) for bound in bounds))]

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """An operator between two values."""
        if isinstance(left, Empty) or isinstance(right, Empty):
            return self.read(left, right)
        return OPERATORS[operator](context.budget, left, right)

    def call_unop(self, context: Any, operator: str, arg: Any) -> Any:
        """A sign before a number."""
        if isinstance(arg, Empty):
            return self.read(arg)
        value = negative(arg)
        return value if operator == "-" else negative(value)

    def compared(self, context: FactContext, values: tuple[Any, ...], operators: tuple[str, ...]) -> Any:
        """``a < b <= c``, ``a in b``."""
        for value in values:
            if isinstance(value, Empty):
                return self.read(*values)
        if len(operators) == 1:
            return compare(context.budget, values[0], operators[0], values[1])
        return all(
            compare(context.budget, left, operator, right)
            for left, operator, right in zip(values, operators, values[1:], strict=False)
        )

    def join_text(self, context: FactContext, parts: tuple[Any, ...]) -> Any:
        """``a ~ b``."""
        if any(isinstance(part, Empty) for part in parts):
            return self.read(*parts)
        texts = [part if isinstance(part, str) else text_of(part) for part in parts]
        context.budget.build_text(sum(map(len, texts)))
        if any(isinstance(text, Markup) for text in texts):
            return Markup("").join(escape(text) for text in texts)
        return "".join(texts)

    def turns(self, context: FactContext, items: Any, weight: int) -> Any:
        """What a loop goes through, counted beforehand with the text each turn writes."""
        if isinstance(items, Empty) or items is None:
            return () if items is None else self.members(items)
        if not isinstance(items, list | tuple | str | range):
            raise ExpressionFailed("不是列表，不能逐项列出")
        context.budget.turn(len(items))
        context.budget.text(len(items) * weight)
        return items

    def members(self, empty: Empty) -> Iterable[Any]:
        """What an empty fact holds when it is gone through as a list."""
        return ()

    def listed(self, items: Any) -> Any:
        """A list, tuple or mapping written out; lists nest twice at most, so that none can grow out of itself."""
        for item in items.values() if isinstance(items, dict) else items:
            if nests(item):
                inner = item.values() if isinstance(item, Made) else item
                if any(nests(part) for part in inner):
                    raise ExpressionTooLarge("列表套得太深")
        return Made(items) if isinstance(items, dict) else items

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a macro, a question, ``range``, ``namespace``, ``loop.cycle`` or ``loop.changed``; nothing else."""
        if isinstance(__obj, Empty):
            return __self.read(__obj)
        budget = __context.budget
        budget.turn(CALL)
        if type(__obj) is Macro:
            text = __context.call(__obj, *args, **kwargs)
            budget.text(len(text))
            return text
        kwargs.pop("_loop_vars", None)
        if isinstance(__obj, Askable):
            if (empty := first_empty((*args, *kwargs.values()))) is not None:
                return __self.read(empty)
            answer = __obj.ask(args, kwargs)
            return __self.seen(answer) if isinstance(answer, Empty) else answer
        if __obj is bounded_range and (empty := first_empty(args)) is not None:
            return __self.read(empty)
        if __obj is bounded_range or __obj is Namespace:
            return __obj(*args, **kwargs)
        if isinstance(__obj, MethodType) and isinstance(__obj.__self__, LoopContext):
            return __obj(*args, **kwargs)
        raise ExpressionFailed("这里没有能调用的函数，用过滤器“|”来写")


class ExpressionEnvironment(FactEnvironment):
    """The environment of expressions: reading an empty fact ends the evaluation."""

    nothing: Empty = UNREAD

    def __init__(self, filters: Mapping[str, Any], tests: Mapping[str, Any]) -> None:
        super().__init__(filters, tests, limits=EXPRESSION)

    def seen(self, value: Empty | None) -> Empty:
        """An empty fact that was looked up, not yet read."""
        return UNREAD

    def read(self, *values: object) -> NoReturn:
        """What comes of working with an empty fact."""
        raise EmptyRead

    def answer(self, value: Empty | None) -> Empty:
        """What an evaluation answers when the value is empty."""
        return EMPTY

    keeps_empty = False

    def members(self, empty: Empty) -> NoReturn:
        """An empty fact is not a list."""
        raise EmptyRead


class TextEnvironment(FactEnvironment):
    """The environment of labels and messages: empty facts print nothing."""

    def empty_text(self, value: Empty) -> str:
        """Nothing."""
        return ""
