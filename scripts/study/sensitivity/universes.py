"""Which universes there are: options of a cohort, constraints between them, the list."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod
from typing import Any

import numpy as np
import pandas as pd

from study.problems import StudyError
from study.sensitivity.specification import specify

PRIMARY = "primary"
# A draw that gives a universe already listed is repeated; so often in a row, the space is used up.
MOST_REPEATS = 10_000

Dimensions = Mapping[str, Mapping[str, Mapping[str, Any]]]
Constraints = Sequence[Mapping[str, Mapping[str, str]]]
OnlyAlone = Mapping[str, Sequence[str]]


def options_of_cohort(analysis: Mapping[str, Any], dimensions: Dimensions) -> dict[str, list[str]]:
    """Return per dimension the options that a cohort has, its primary one first.

    The primary option is the first that changes nothing in the cohort's configuration; others
    that change nothing are the same analysis under another name, and left out. So is a dimension
    of which only one option is left.

    Raises
    ------
    StudyError
        If a dimension has no option that is the primary analysis.
    """
    primary = specify(analysis)
    found, lacking = {}, []
    for dimension, options in dimensions.items():
        same = [name for name, change in options.items() if specify(analysis, [change]) == primary]
        if not same:
            lacking.append(dimension)
            continue
        found[dimension] = [same[0], *(name for name in options if name not in same)]
    if lacking:
        raise StudyError(
            f"Sensitivity analysis: no option of {', '.join(lacking)} is what the primary "
            "analysis decides, so that it would be no universe. Add an option with the primary's "
            "value (or `{}`) to each."
        )
    return {dimension: names for dimension, names in found.items() if len(names) > 1}


def check_conflicts(
    options: Mapping[str, Sequence[str]], dimensions: Dimensions, only_alone: OnlyAlone
) -> None:
    """Raise a StudyError if the order of the file would decide what a universe is.

    That is so where options of two dimensions, which universes combine, set a key to different
    values. Those of `only_alone`, and the primary ones (the first of `options`), meet no others.
    """
    values: dict[tuple[str, str], dict[str, list[object]]] = {}
    for dimension, names in options.items():
        for name in [own for own in names[1:] if own not in only_alone.get(dimension, ())]:
            for part, change in dimensions[dimension][name].items():
                for key, value in change.items():
                    values.setdefault((part, key), {}).setdefault(dimension, []).append(value)
    problems = [
        f"  {part}, {key}: {' and '.join(owners)}"
        for (part, key), owners in values.items()
        if len(owners) > 1 and _differ([value for own in owners.values() for value in own])
    ]
    if problems:
        raise StudyError(
            "Sensitivity analysis: dimensions set the same key to different values, so that "
            "their order would decide what is analysed:\n" + "\n".join(problems) + "\nMake them "
            "options of one dimension, or list those of all but one under only_alone."
        )


def _differ(values: Sequence[object]) -> bool:
    return any(value != values[0] for value in values)


def list_universes(
    options: Mapping[str, Sequence[str]],
    constraints: Constraints,
    only_alone: OnlyAlone,
    universes: int,
    seed: int,
) -> pd.DataFrame:
    """Return the universes: the primary one, every option alone, and others drawn at random.

    Columns: universe (``primary``, then ``u00001``, …), one per dimension, is_primary, is_drawn
    (at random, or one of all combinations where all are listed). Every
    combination that the constraints leave is equally likely to be drawn, and none is drawn
    twice; where there are no more than `universes`, all are listed. Every option occurs even if
    `universes` is too small for it; those of `only_alone` in no other.
    Those that share their first dimensions stand together.
    """
    primary = {dimension: names[0] for dimension, names in options.items()}
    alone = [
        primary | {dimension: name} for dimension, names in options.items() for name in names[1:]
    ]
    listed = {_key(held(universe, constraints)): None for universe in [primary, *alone]}
    combined = {
        name: [option for option in names if option not in only_alone.get(name, ())]
        for name, names in options.items()
    }
    few = prod(len(names) for names in combined.values()) <= universes
    others = _all(combined, constraints) if few else _drawn(combined, constraints, seed, listed)
    drawn = set()
    for universe in others:
        if len(listed) >= universes and not few:
            break
        listed[_key(universe)] = None
        drawn.add(_key(universe))
    return _frame(options, list(listed), drawn)


def held(universe: Mapping[str, str], constraints: Constraints) -> dict[str, str]:
    """Return the universe with what its choices leave without meaning as the constraints hold it.

    A dimension that the cohort does not have is not held.
    """
    kept = dict(universe)
    for constraint in constraints:
        if all(kept.get(name) == option for name, option in constraint["when"].items()):
            kept |= {name: option for name, option in constraint["hold"].items() if name in kept}
    return kept


def is_bound(universes: pd.DataFrame, only_alone: OnlyAlone) -> pd.Series:
    """Return which universes are bounds and no defensible analyses."""
    bound = pd.Series(False, universes.index)
    for name, names in only_alone.items():
        if name in universes:
            bound |= universes[name].isin(names)
    return bound


def _key(universe: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(universe.values())


def _all(options: Mapping[str, Sequence[str]], constraints: Constraints) -> list[dict[str, str]]:
    combinations = product(*options.values())
    return [held(dict(zip(options, one, strict=True)), constraints) for one in combinations]


def _drawn(
    options: Mapping[str, Sequence[str]],
    constraints: Constraints,
    seed: int,
    listed: Mapping[tuple[str, ...], None],
) -> Iterator[dict[str, str]]:
    """Yield universes that are not listed yet, until none is found any more.

    A combination that the constraints would change is drawn anew: were it changed instead, what
    they hold would be drawn more often than other universes.
    """
    generator = np.random.default_rng(seed)
    sizes = [len(names) for names in options.values()]
    failures = 0
    while failures < MOST_REPEATS:
        for row in generator.integers(0, sizes, size=(1000, len(sizes))):
            universe = {
                name: names[i] for (name, names), i in zip(options.items(), row, strict=True)
            }
            failures += 1
            if held(universe, constraints) == universe and _key(universe) not in listed:
                failures = 0
                yield universe


def _frame(
    options: Mapping[str, Sequence[str]],
    listed: Sequence[tuple[str, ...]],
    drawn: Collection[tuple[str, ...]],
) -> pd.DataFrame:
    rank = [{name: i for i, name in enumerate(names)} for names in options.values()]
    rest = sorted(
        islice(listed, 1, None),
        key=lambda row: [ranks[name] for ranks, name in zip(rank, row, strict=True)],
    )
    frame = pd.DataFrame([listed[0], *rest], columns=list(options), dtype="str")
    names = [PRIMARY, *(f"u{i:05d}" for i in range(1, len(frame)))]
    frame.insert(0, "universe", names)
    return frame.assign(
        is_primary=frame["universe"].eq(PRIMARY),
        is_drawn=[row in drawn for row in (listed[0], *rest)],
    )
