"""Small edits of a source text, such as a slip of the pen would make."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from itertools import pairwise

Edit = tuple[int, int, str]
"""Where it begins and ends, in bytes, and the text to put there."""

SYMBOLS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.And: "and",
    ast.Or: "or",
}
SWAPS = {
    **{"+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "//": ["/"], "%": ["//"], "**": ["*"]},
    **{"&": ["|"], "|": ["&"], "and": ["or"], "or": ["and"]},
    **{"<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"]},
    **{"==": ["!="], "!=": ["=="], "is": ["is not"], "is not": ["is"]},
    **{"in": ["not in"], "not in": ["in"]},
}
_PAIRS = [
    *[("min", "max"), ("amin", "amax"), ("argmin", "argmax"), ("minimum", "maximum")],
    *[("sum", "mean"), ("any", "all"), ("floor", "ceil"), ("sin", "cos")],
    *[("zeros", "ones"), ("zeros_like", "ones_like")],
]
TWINS = dict(_PAIRS) | {b: a for a, b in _PAIRS}
CALLS_DROPPED = {"conj", "detach", "clamp", "abs", "clone", "square", "sqrt", "flip", "eval"}
CALLS_DROPPED |= {"requires_grad_", "transpose", "exp", "log"}
ATTRIBUTES_DROPPED = {"T", "mT", "H", "mH", "real"}
MODULES = {"torch", "math", "np", "F"}
# Without these, or with two arguments swapped, the code breaks at once or means the same.
KEPT = {"len", "range", "list", "tuple", "dict", "set", "type", "iter", "next", "super", "str"}
KEPT |= {"int", "float", "bool", "enumerate", "zip", "isinstance", "getattr", "hasattr", "cast"}
SYMMETRIC = {"min", "max", "minimum", "maximum", "isinstance", "getattr", "hasattr", "mse_loss"}
SYMMETRIC |= {"same_shape"}


class Source:
    """A text whose nodes can be found: `ast` counts columns in bytes."""

    def __init__(self, text: str) -> None:
        self.bytes = text.encode()
        self.starts = [0]
        for line in self.bytes.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def __getitem__(self, part: slice) -> str:
        return self.bytes[part].decode()

    def span(self, node: ast.AST) -> tuple[int, int]:
        start = self.starts[node.lineno - 1] + node.col_offset
        return start, self.starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.AST) -> str:
        return self[slice(*self.span(node))]

    def between(self, a: ast.AST, b: ast.AST, symbol: str) -> tuple[int, int]:
        """Where a symbol stands after one node and before another, not in a comment."""
        start, stop = self.span(a)[1], self.span(b)[0]
        gap = re.sub(rb"#[^\n]*", lambda m: len(m[0]) * b" ", self.bytes[start:stop])
        at = start + gap.index(symbol.encode())
        return at, at + len(symbol)


def edits(node: ast.AST, s: Source) -> Iterator[Edit]:
    """Every edit of one node, but not of the nodes inside."""
    for kinds, find in _FINDERS:
        if isinstance(node, kinds):
            yield from find(node, s)


def _binary(node: ast.BinOp, s: Source) -> Iterator[Edit]:
    symbol = SYMBOLS.get(type(node.op))
    if symbol is None or (symbol == "%" and isinstance(node.left, (ast.Constant, ast.JoinedStr))):
        return
    at, after = s.between(node.left, node.right, symbol)
    for other in SWAPS.get(symbol, []):
        yield at, after, other
    start, end = s.span(node)
    left, right = s[start:at].rstrip(), s[after:end].lstrip()
    yield start, end, left
    if symbol in "+*":
        yield start, end, right
    if symbol == "@":
        yield start, end, f"{right} @ {left}"


def _augmented(node: ast.AugAssign, s: Source) -> Iterator[Edit]:
    symbol = SYMBOLS.get(type(node.op), "")
    for other in SWAPS.get(symbol, []):
        yield *s.between(node.target, node.value, f"{symbol}="), f"{other}="
    yield *s.span(node), "pass"


def _compare(node: ast.Compare, s: Source) -> Iterator[Edit]:
    for (a, b), op in zip(pairwise([node.left, *node.comparators]), node.ops):
        symbol = SYMBOLS[type(op)]
        for other in SWAPS[symbol]:
            yield *s.between(a, b, symbol), other


def _boolean(node: ast.BoolOp, s: Source) -> Iterator[Edit]:
    symbol = SYMBOLS[type(node.op)]
    for a, b in pairwise(node.values):
        yield *s.between(a, b, symbol), SWAPS[symbol][0]


def _unary(node: ast.UnaryOp, s: Source) -> Iterator[Edit]:
    if isinstance(node.op, (ast.USub, ast.Not)):
        start, end = s.span(node)
        yield start, end, re.sub(r"^(-|not\b)\s*", "", s[start:end])


def _condition(node: ast.If | ast.While | ast.IfExp, s: Source) -> Iterator[Edit]:
    yield from _negated(node.test, s)


def _filters(node: ast.comprehension, s: Source) -> Iterator[Edit]:
    for test in node.ifs:
        yield from _negated(test, s)


def _negated(test: ast.expr, s: Source) -> Iterator[Edit]:
    # A comparison and a `not` are turned round by their own edits.
    if isinstance(test, ast.Compare) or (
        isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    ):
        return
    yield *s.span(test), f"not ({s.text(test)})"


def _constant(node: ast.Constant, s: Source) -> Iterator[Edit]:
    x, span = node.value, s.span(node)
    if isinstance(x, bool):
        yield *span, str(not x)
    elif isinstance(x, int):
        yield from ((*span, str(n)) for n in (x + 1, 0) if n != x)
    elif isinstance(x, float) and math.isfinite(x):
        yield from ((*span, repr(y)) for y in ((2 * x, 0.0) if x else (1.0,)))


def _call(node: ast.Call, s: Source) -> Iterator[Edit]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    method = isinstance(node.func, ast.Attribute)
    of_module = method and getattr(node.func.value, "id", "") in MODULES
    end = s.span(node.func)[1]
    if name in TWINS and (method or name in ("min", "max", "any", "all")):
        yield end - len(name), end, TWINS[name]
    plain = not any(isinstance(a, ast.Starred) for a in node.args)
    if name in CALLS_DROPPED and method and not of_module:
        yield *s.span(node), s.text(node.func.value)
    elif plain and node.args and of_module and name in CALLS_DROPPED:
        yield *s.span(node), _atom(node.args[0], s)
    elif plain and len(node.args) == 1 and not node.keywords and name not in KEPT:
        if of_module or not method:
            yield *s.span(node), _atom(node.args[0], s)
    yield from _keywords(node, s)
    if name not in SYMMETRIC:
        yield from _swapped(node.args, s)


def _atom(node: ast.expr, s: Source) -> str:
    simple = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)
    return s.text(node) if isinstance(node, simple) else f"({s.text(node)})"


def _keywords(node: ast.Call, s: Source) -> Iterator[Edit]:
    parts = sorted(s.span(a) for a in [*node.args, *node.keywords])
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg == "stacklevel":
            continue
        start, end = s.span(keyword)
        at = parts.index((start, end))
        if at:
            yield parts[at - 1][1], end, ""
        else:
            yield start, parts[1][0] if len(parts) > 1 else end, ""


def _swapped(args: list[ast.expr], s: Source) -> Iterator[Edit]:
    for a, b in pairwise(args):
        left, right = s.text(a), s.text(b)
        words = any(isinstance(getattr(x, "value", None), str) for x in (a, b))
        if left == right or words or isinstance(a, ast.Starred) or isinstance(b, ast.Starred):
            continue
        (start, a_end), (b_start, end) = s.span(a), s.span(b)
        yield start, end, right + s[a_end:b_start] + left


def _attribute(node: ast.Attribute, s: Source) -> Iterator[Edit]:
    if node.attr in ATTRIBUTES_DROPPED and isinstance(node.ctx, ast.Load):
        start, end = s.span(node)
        yield start, end, s[start : end - len(node.attr)].rstrip().removesuffix(".")


def _slice(node: ast.Slice, s: Source) -> Iterator[Edit]:
    for bound in (node.lower, node.upper):
        if bound is not None and not isinstance(bound, (ast.Constant, ast.UnaryOp)):
            yield *s.span(bound), f"{s.text(bound)} + 1"


def _statement(node: ast.Expr, s: Source) -> Iterator[Edit]:
    if isinstance(node.value, ast.Call):
        yield *s.span(node), "pass"


def _stored(node: ast.Assign, s: Source) -> Iterator[Edit]:
    # Without an assignment to a name, the code breaks at once.
    if all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in node.targets):
        yield *s.span(node), "pass"


_FINDERS = [
    (ast.BinOp, _binary),
    (ast.AugAssign, _augmented),
    (ast.Compare, _compare),
    (ast.BoolOp, _boolean),
    (ast.UnaryOp, _unary),
    ((ast.If, ast.While, ast.IfExp), _condition),
    (ast.comprehension, _filters),
    (ast.Constant, _constant),
    (ast.Call, _call),
    (ast.Attribute, _attribute),
    (ast.Slice, _slice),
    (ast.Expr, _statement),
    (ast.Assign, _stored),
]
