"""The shape of a theorem's worlds: which tensors are drawn, which are computed from them, at what sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby, product

import sympy as sp

from derive.proof.evaluate import Meaning, evaluate, meaning
from derive.proof.laws import Law
from derive.proof.terms import Tensor
from derive.proof.world import Env, Key, World

Bounds = tuple[tuple[sp.Symbol, sp.Expr, sp.Expr], ...]


@dataclass(frozen=True)
class Drawn:
    """A tensor that the world draws, with the size expressions of its entries.

    In a deep network `layers` is (symbol, first, last) and `shape` may depend on the symbol.
    """

    tensor: Tensor
    shape: tuple[sp.Expr, ...]
    layers: tuple[sp.Symbol, sp.Expr, sp.Expr] | None = None


@dataclass(frozen=True)
class Defined:
    """A tensor computed from others: `target = value` for all indices within `ranges`."""

    target: sp.Indexed
    value: sp.Expr
    ranges: Bounds


@dataclass(frozen=True)
class Size:
    """One choice of sizes: of the plain size symbols, and of widths n[0], n[1], ... in a deep network."""

    plain: Mapping[str, int]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Layout:
    """Everything that a finite world of a theorem must give, at each of the sizes worth trying."""

    sizes: tuple[Size, ...]
    drawn: tuple[Drawn, ...]
    defined: tuple[Defined, ...] = ()
    constants: tuple[sp.Symbol, ...] = ()
    functions: Mapping[str, sp.Expr | None] = field(
        default_factory=dict
    )  # in x; None for an arbitrary function
    ranges: Bounds = ()  # of the free indices that a step of the proof may have

    def tensors(self) -> dict[str, int]:
        """The rank in all (layer index included) of every random tensor, by name."""
        ranks = {d.tensor.name: len(d.shape) + (d.layers is not None) for d in self.drawn}
        return ranks | {str(d.target.base.label): len(d.target.indices) for d in self.defined}


@dataclass(frozen=True)
class Block:
    """The entries that are drawn together: one tensor, in one layer."""

    name: str
    keys: tuple[Key, ...]
    layered: bool = False


Function = Callable[[Fraction], Fraction]

# What an arbitrary function may be in a finite world: a step, a shifted parabola, a line off the origin.
ARBITRARY: tuple[Function, ...] = (
    lambda t: Fraction(int(t > 0)),
    lambda t: t * t - Fraction(1, 3),
    lambda t: 1 + t / 2,
)


def empty_world(
    layout: Layout, size: Size, constants: Mapping[str, Fraction], arbitrary: Function = ARBITRARY[0]
) -> World:
    """A world with its sizes, constants and functions and no outcome yet."""
    arrays = {"n": dict(enumerate(size.widths))} if size.widths else {}
    functions = {name: _function(body, constants) or arbitrary for name, body in layout.functions.items()}
    return World(size.plain, (), constants, arrays, functions, layout.tensors())


def _function(body: sp.Expr | None, constants: Mapping[str, Fraction]) -> Function | None:
    if body is None:
        return None
    where = World({}, (), constants)
    return lambda t: evaluate(body, where, {"x": t})


def blocks(layout: Layout, world: World) -> tuple[Block, ...]:
    """The blocks to draw, in the order of the layout."""
    return tuple(block for drawn in layout.drawn for block in _blocks(drawn, world))


def _blocks(drawn: Drawn, world: World) -> Iterator[Block]:
    if drawn.layers is None:
        fixed = _fixed_layer(drawn)
        yield Block(drawn.tensor.name, _keys(drawn, world, {}, fixed), bool(fixed))
        return
    symbol, first, last = drawn.layers
    for at in _span(first, last, world, {}):
        yield Block(drawn.tensor.name, _keys(drawn, world, {symbol.name: Fraction(at)}, (at,)), True)


def _fixed_layer(drawn: Drawn) -> tuple[int, ...]:
    return () if drawn.tensor.layer is None else (int(drawn.tensor.layer),)


def _keys(drawn: Drawn, world: World, env: dict[str, Fraction], prefix: tuple[int, ...]) -> tuple[Key, ...]:
    spans = [_span(sp.Integer(1), size, world, env) for size in drawn.shape]
    return tuple((drawn.tensor.name, (*prefix, *units)) for units in product(*spans))


def _span(first: sp.Expr, last: sp.Expr, world: World, env: Mapping[str, Fraction]) -> range:
    return range(int(evaluate(first, world, env)), int(evaluate(last, world, env)) + 1)


def points(ranges: Bounds, world: World) -> Iterator[dict[str, Fraction]]:
    """Every assignment of the indices in `ranges`; later bounds may depend on earlier indices."""

    def grow(env: dict[str, Fraction], rest: Bounds) -> Iterator[dict[str, Fraction]]:
        if not rest:
            yield env
            return
        symbol, first, last = rest[0]
        for at in _span(first, last, world, env):
            yield from grow({**env, symbol.name: Fraction(at)}, rest[1:])

    yield from grow({}, ranges)


def world_of(layout: Layout, empty: World, draws: Sequence[tuple[Fraction, Mapping[Key, Fraction]]]) -> World:
    """The world whose primitive tensors take the given joint values, with every defined tensor computed."""
    plan = _plan(layout, empty)
    outcomes = []
    for p, values in draws:
        outcome = dict(values)
        for key, body, env in plan:
            outcome[key] = body(empty, env, outcome)
        outcomes.append((p, outcome))
    return World(empty.sizes, tuple(outcomes), empty.constants, empty.arrays, empty.functions, empty.ranks)


def _plan(layout: Layout, world: World) -> list[tuple[Key, Meaning, Env]]:
    """Which entries to compute, in which order: the same for every outcome, so worked out once a world."""
    plan = []
    # Definitions with the same first range (the layer) advance together: z[1], x[1], z[2], x[2], ...
    for first, group in groupby(layout.defined, key=lambda d: d.ranges[0]):
        together = tuple(group)
        for env in points((first,), world):
            plan += [entry for definition in together for entry in _entries(definition, world, env)]
    return plan


def _entries(definition: Defined, world: World, env: Env) -> Iterator[tuple[Key, Meaning, Env]]:
    symbol = definition.ranges[0][0]
    here = sp.Integer(int(env[symbol.name]))
    name, body = str(definition.target.base.label), meaning(definition.value)
    for at in points(((symbol, here, here), *definition.ranges[1:]), world):
        yield (name, tuple(int(evaluate(i, world, at)) for i in definition.target.indices)), body, at


def joint(laws: Sequence[tuple[Block, Law]]) -> list[tuple[Fraction, dict[Key, Fraction]]]:
    """The product law of independent blocks."""
    out = []
    for point in product(*(law for _, law in laws)):
        p = Fraction(1)
        values: dict[Key, Fraction] = {}
        for (block, _), (q, vs) in zip(laws, point, strict=True):
            p *= q
            values.update(zip(block.keys, vs, strict=True))
        out.append((p, values))
    return out
