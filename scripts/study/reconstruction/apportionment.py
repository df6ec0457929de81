"""Whole numbers in proportion, and sequences in which every level is spread evenly."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor, gcd


def largest_remainder(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share `total` over the levels in proportion to their weights, by largest remainder.

    Ties go to the level listed first. The arithmetic is exact, so a tie falls the same everywhere.
    """
    whole = sum(weights.values())
    quotas = {level: Fraction(total * weight, whole) for level, weight in weights.items()}
    shares = {level: floor(quota) for level, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda level: shares[level] - quotas[level])
    for level in by_remainder[: total - sum(shares.values())]:
        shares[level] += 1
    return shares


def spread(counts: Mapping[str, int]) -> list[str]:
    """Return every level as often as its count, each spread evenly over the whole sequence."""
    places = [
        (Fraction(2 * k + 1, 2 * count), level)
        for level, count in counts.items()
        for k in range(count)
    ]
    return [level for _, level in sorted(places, key=lambda place: place[0])]


def scatter(n: int) -> list[int]:
    """Return 0 to n−1 in an order in which neighbours are far apart.

    The steps are 0.697 of n (one less the inverse of the bronze mean, which, like the golden
    section, no small fraction comes near), lengthened until they reach every number.
    """
    step = max(1, n * 697 // 1000)
    while gcd(step, n) != 1:
        step += 1
    return [k * step % n for k in range(n)]


def scatter_within(groups: Sequence[str]) -> list[int]:
    """Return every position once: groups keep their places, members are scattered over them."""
    places: dict[str, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    order = [0] * len(groups)
    for own in places.values():
        for place, member in zip(own, scatter(len(own)), strict=True):
            order[place] = own[member]
    return order
