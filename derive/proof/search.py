"""Worlds in which given facts hold: random ones to check steps, simple ones that refute a conclusion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, permutations, product
from math import prod
from random import Random

import sympy as sp

from derive.proof.facts import About, Fact, Independent, LayersIndependent, SlopeIndependent
from derive.proof.laws import Law, random_law, stock
from derive.proof.layout import ARBITRARY, Block, Layout, Size, blocks, empty_world, joint, world_of
from derive.proof.world import Key, World

MOST_OUTCOMES = 130  # of a random world
SIMPLE_OUTCOMES = 64  # of a countermodel, which a person should be able to read
INDEPENDENCE = (Independent, LayersIndependent, SlopeIndependent)
Draws = list[tuple[Fraction, dict[Key, Fraction]]]
COUPLINGS: tuple[Callable[[Fraction], Fraction], ...] = (lambda v: v, abs, lambda v: max(v, Fraction(0)))


def random_worlds(layout: Layout, facts: Sequence[Fact], count: int, seed: int = 0) -> tuple[World, ...]:
    """`count` random worlds in which every fact holds, sizes taken in turn; fewer only if tries run out.

    Errors: LookupError when no world satisfies the facts, which means that they contradict each other or
    that the layout cannot express them.
    """
    rng = Random(f"worlds {seed}")
    found = tuple(islice(_satisfying(layout, facts, rng, tries=600 * count), count))
    if len(found) < count:
        raise LookupError(f"found {len(found)} of {count} worlds for {[f.name for f in facts]}")
    return found


def _satisfying(layout: Layout, facts: Sequence[Fact], rng: Random, tries: int) -> Iterator[World]:
    turn = 0
    for _ in range(tries):
        world = _random_world(layout, layout.sizes[turn % len(layout.sizes)], facts, rng)
        if world is not None and all(fact.holds(world) for fact in facts):
            turn += 1
            yield world


def _random_world(layout: Layout, size: Size, facts: Sequence[Fact], rng: Random) -> World | None:
    constants = {c.name: Fraction(rng.randint(-4, 7), rng.randint(1, 5)) for c in layout.constants}
    empty = empty_world(layout, size, constants, rng.choice(ARBITRARY))
    laws = [(block, _random_law(block, facts, rng)) for block in blocks(layout, empty)]
    if prod(len(law) for _, law in laws) > MOST_OUTCOMES:
        return None
    return world_of(layout, empty, joint(laws))


def _random_law(block: Block, facts: Sequence[Fact], rng: Random, tries: int = 60) -> Law:
    """A random law of one block that satisfies the facts about this block alone; where no try does, as for
    weights that are zero, the simplest stock law that does."""
    for _ in range(tries):
        law = random_law(len(block.keys), rng)
        if fits(block, law, facts):
            return law
    return next((known for known in stock(len(block.keys)) if fits(block, known, facts)), law)


def fits(block: Block, law: Law, facts: Sequence[Fact]) -> bool:
    """Whether the law satisfies those facts that speak of the block's tensor alone."""
    alone = World({}, tuple((p, dict(zip(block.keys, values, strict=True))) for p, values in law))
    mine = [f for f in facts if isinstance(f, About) and f.tensor.name == block.name]
    return all(fact.holds(alone) for fact in mine)


def simplest_world(
    layout: Layout,
    failing: Fact,
    others: Sequence[Fact],
    accept: Callable[[World], bool],
    constants: Mapping[str, Fraction],
) -> World | None:
    """The first world, by size and then simplicity, where `failing` fails, `others` hold and `accept` agrees."""
    for candidates in (_apart, _coupled_draws):
        # Blocks drawn independently of each other cannot break a statement of independence.
        if candidates is _apart and isinstance(failing, INDEPENDENCE):
            continue
        for size in layout.sizes:
            empty = empty_world(layout, size, constants)
            for draws in candidates(blocks(layout, empty), failing, others):
                world = world_of(layout, empty, draws)
                if not failing.holds(world) and accept(world) and all(f.holds(world) for f in others):
                    return world
    return None


def _apart(parts: Sequence[Block], failing: Fact, others: Sequence[Fact]) -> Iterator[Draws]:
    """Draws in which the blocks are independent of each other."""
    yield from (joint(laws) for laws in _by_simplicity(parts, failing, others))


def _by_simplicity(
    parts: Sequence[Block], failing: Fact | None, others: Sequence[Fact]
) -> list[list[tuple[Block, Law]]]:
    """Choices of one stock law a block, fewest outcomes first, that satisfy what the facts say of single blocks.

    Where `failing` speaks of one block that is drawn, it must fail there in some layer.
    """
    menus = [[(part, law) for law in stock(len(part.keys)) if fits(part, law, others)] for part in parts]
    broken = {
        (part, law) for menu in menus for part, law in menu if failing and not fits(part, law, (failing,))
    }
    choices = (c for c in product(*menus) if prod(len(law) for _, law in c) <= SIMPLE_OUTCOMES)
    wanted = [c for c in choices if not _speaks_of_one(failing, parts) or any(pair in broken for pair in c)]
    return sorted((list(c) for c in wanted), key=lambda c: prod(len(law) for _, law in c))


def _speaks_of_one(failing: Fact | None, parts: Sequence[Block]) -> bool:
    return isinstance(failing, About) and any(part.name == failing.tensor.name for part in parts)


def _coupled_draws(parts: Sequence[Block], _: Fact, others: Sequence[Fact]) -> Iterator[Draws]:
    """Draws in which one block is a function of another, entry by entry."""
    for source, target in permutations(range(len(parts)), 2):
        free = [part for i, part in enumerate(parts) if i != target]
        for laws, couple in product(_by_simplicity(free, None, others), COUPLINGS):
            yield [(p, _coupled(values, parts[source], parts[target], couple)) for p, values in joint(laws)]


def _coupled(
    values: dict[Key, Fraction], source: Block, target: Block, couple: Callable[[Fraction], Fraction]
) -> dict[Key, Fraction]:
    copied = {key: couple(values[source.keys[i % len(source.keys)]]) for i, key in enumerate(target.keys)}
    return {**values, **copied}


def describe(world: World, layout: Layout) -> str:
    """The drawn tensors of a world in one English sentence, sizes first."""
    sizes = [f"{name} = {value}" for name, value in world.sizes.items() if len(name) == 1]
    widths = [f"n_{i} = {v}" for i, v in world.arrays.get("n", {}).items()]
    constants = [f"{name} = {value}" for name, value in world.constants.items()]
    head = ", ".join(sizes + widths + constants)
    words = _joint_words(world, blocks(layout, world))
    return f"{head}; {words}" if head else words


def _joint_words(world: World, parts: Sequence[Block]) -> str:
    rows: dict[str, Fraction] = {}
    for p, outcome in world.outcomes:
        words = ", ".join(f"{_label(part)} = {_vector(outcome, part)}" for part in parts)
        rows[words] = rows.get(words, Fraction(0)) + p
    if len(rows) == 1:
        return f"{next(iter(rows))} always"
    if len(set(rows.values())) == 1:
        return f"{_listed(list(rows))}, each with probability {next(iter(rows.values()))}"
    return _listed([f"{words} with probability {p}" for words, p in rows.items()])


def _listed(items: list[str]) -> str:
    more = f"; and {len(items) - 4} more" if len(items) > 4 else ""
    return "; ".join(items[:4]) + more


def _label(part: Block) -> str:
    layered = len({key[1][0] for key in part.keys}) == 1 and part.layered
    return f"{part.name}[{part.keys[0][1][0]}]" if layered else part.name


def _vector(outcome: Mapping[Key, Fraction], part: Block) -> str:
    values = [str(outcome[key]) for key in part.keys]
    return values[0] if len(values) == 1 else f"({', '.join(values)})"


def rational(value: Fraction) -> sp.Rational:
    """A Fraction as a sympy Rational."""
    return sp.Rational(value.numerator, value.denominator)
