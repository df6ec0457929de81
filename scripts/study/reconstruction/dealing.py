"""Facts dealt to women, one after the other, so that no two become associated."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from study.problems import StudyError

Table = Mapping[str, Mapping[str, int]]
"""Number of women: level of a fact → group of women → count."""


def group_sizes(tables: Mapping[str, Table]) -> dict[str, int]:
    """Return the women of each group, which every table must agree on.

    Raises
    ------
    StudyError
        Where the columns of two tables add up differently.
    """
    sizes = {fact: _column_sums(table) for fact, table in tables.items()}
    first = next(iter(sizes))
    for fact, found in sizes.items():
        if found != sizes[first]:
            raise StudyError(
                f"assumed.tables.{fact}: the columns add up to {found}, those of "
                f"assumed.tables.{first} to {sizes[first]}. Correct the table that is wrong."
            )
    return sizes[first]


def deal(groups: Sequence[str], tables: Mapping[str, Table]) -> dict[str, list[str]]:
    """Deal every fact to the women of `groups`, in turn.

    A woman receives the level of which the women like her (in each fact dealt before, within her
    group and over all groups) still lack most; among equals the level of which most are left, then
    the one listed first. This is minimisation as in clinical trials, without its coin.

    Parameters
    ----------
    groups : sequence of str
        Group of each woman.
    tables : mapping
        Table of each fact; the counts of a group add up to its women.

    Returns
    -------
    dict of list
        Level of each woman, by fact.
    """
    before: dict[str, tuple[Table, list[str]]] = {}
    for fact, table in tables.items():
        before[fact] = (table, _deal_one(groups, table, before))
    return {fact: before[fact][1] for fact in tables}


def _deal_one(
    groups: Sequence[str], table: Table, others: Mapping[str, tuple[Table, Sequence[str]]]
) -> list[str]:
    left = {(level, group): n for level, row in table.items() for group, n in row.items()}
    lack = {
        other: _expected_together(table, other_table) for other, (other_table, _) in others.items()
    }
    levels = []
    for woman, group in enumerate(groups):
        alike = {other: facts[woman] for other, (_, facts) in others.items()}
        open_levels = [level for level in table if left[level, group]]
        need = {level: _need(lack, alike, level, group) for level in open_levels}
        chosen = max(open_levels, key=lambda level: (need[level], left[level, group]))
        left[chosen, group] -= 1
        for other, fact in alike.items():
            lack[other][chosen, fact, group] -= 1
            lack[other][chosen, fact, ""] -= 1
        levels.append(chosen)
    return levels


def _need(lack: Mapping, alike: Mapping[str, str], level: str, group: str) -> Fraction:
    return sum(
        (lack[other][level, fact, key] for other, fact in alike.items() for key in (group, "")),
        Fraction(0),
    )


def _expected_together(one: Table, other: Table) -> dict[tuple[str, str, str], Fraction]:
    """Women with a level of each, were the two independent within groups; "" is all groups."""
    sizes = _column_sums(one)
    together = {}
    for level, row in one.items():
        for fact, other_row in other.items():
            cells = {g: Fraction(row[g] * other_row[g], n) for g, n in sizes.items() if n}
            together.update({(level, fact, group): cell for group, cell in cells.items()})
            together[level, fact, ""] = sum(cells.values(), Fraction(0))
    return together


def _column_sums(table: Table) -> dict[str, int]:
    groups = next(iter(table.values()))
    return {group: sum(row[group] for row in table.values()) for group in groups}
