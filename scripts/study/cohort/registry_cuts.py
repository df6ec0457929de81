"""Which values of a field mean the same to every decision, so that a registry may group them.

A field is divided where a decision table, a check or the configuration divides it, be it under an
alternative definition. Nothing that is computed of a grouped cohort may look at a number more
closely than this; what does (means, quartiles, tests of age and Ki-67) is computed from
`study.cohort.registry_values.count_values`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from schemas.decision_tables import THRESHOLDS
from schemas.dictionary import fields
from study.cohort.cohort_file import Entry
from study.cohort.consistency import NEGATIVE_BELOW_PERCENT, POSITIVE_FROM_PERCENT
from study.cohort.plausibility import YOUNG_BELOW_YEARS
from study.cohort.strata import AGE_CUTOFF

# The quantity of thresholds.csv by which a field is binned, where it has another name.
_BINNED_AS = {"her2_recount_ratio": "her2_ratio", "her2_recount_copies": "her2_copies"}
_PERCENTAGES = (
    "density_percent",
    "er_percent",
    "pr_percent",
    "her2_staining_percent",
    "ki67_percent",
)


class Cut(NamedTuple):
    """From here on a value means something else: from `at` itself, or only above it."""

    at: float
    above: bool = False

    def condition(self, number: str) -> str:
        """Return in SQL that a number lies below the cut."""
        # A whole number is written as such, so that whole numbers are compared with whole numbers.
        limit = int(self.at) if float(self.at).is_integer() else self.at
        return f"{number} {'<=' if self.above else '<'} {limit!r}"


@dataclass(frozen=True)
class GroupingRules:
    """The decisions by which numbers and dates are divided; see config/README.md.

    Of a cut-off all values are named, those of the alternative definitions too.
    """

    er_positive_from_percent: Collection[float]
    pr_positive_from_percent: Collection[float]
    ki67_high_from_percent: Collection[float]
    density_upper_edges_percent: Mapping[str, float]
    study_period: Mapping[str, str] | None


def cuts_of_fields(
    codebook: Mapping[str, Entry], rules: GroupingRules
) -> dict[str, tuple[Cut, ...]]:
    """Return the cuts of every number that can be grouped, in rising order.

    A field that is not named is needed as it is.
    """
    cuts = {name: _fractions() for name in _PERCENTAGES}
    cuts["ki67_percent"] |= {Cut(limit) for limit in rules.ki67_high_from_percent}
    cuts["er_percent"] |= {Cut(limit) for limit in rules.er_positive_from_percent}
    cuts["pr_percent"] |= {Cut(limit) for limit in rules.pr_positive_from_percent}
    edges = rules.density_upper_edges_percent.values()
    # An edge is a class of its own, whichever side it belongs to.
    cuts["density_percent"] |= {Cut(edge, above) for edge in edges for above in (False, True)}
    for receptor in ("er", "pr"):
        if f"{receptor}_recorded" in codebook:
            limits = (POSITIVE_FROM_PERCENT, NEGATIVE_BELOW_PERCENT)
            cuts[f"{receptor}_percent"] |= {Cut(limit) for limit in limits}
    # Over fifty unrounded, and from her 51st birthday on in completed years.
    over_fifty = {Cut(AGE_CUTOFF, above=True), Cut(AGE_CUTOFF + 1)}
    cuts["age_recorded"] = {Cut(YOUNG_BELOW_YEARS), *over_fifty}
    for name in ("her2_recount_ratio", "her2_recount_copies", "her2_recount_cells"):
        cuts[name] = set()
    # With CEP17 the three are multiplied and divided, so that each is needed as it is.
    if "cep17_copies" not in codebook:
        cuts |= {"her2_ratio": set(), "her2_copies": set()}
    return {
        name: _legal(name, own | _bins(_BINNED_AS.get(name, name)))
        for name, own in cuts.items()
        if name in codebook
    }


def classes_in_sql(numbers: Mapping[str, tuple[Cut, ...]]) -> str:
    """Return the SQL of one number that says of every number (in SQL, with its cuts) its class.

    The class is how many cuts a number has passed; what is not known is a class of its own. One
    column to group by takes half the time of several.
    """
    terms, weight = [], 1
    for number, cuts in numbers.items():
        cases = [f"WHEN {c.condition(number)} THEN {n * weight}" for n, c in enumerate(cuts)]
        cases.append(f"WHEN {number} IS NOT NULL THEN {len(cuts) * weight}")
        terms.append(f"CASE {' '.join(cases)} ELSE {(len(cuts) + 1) * weight} END")
        weight *= len(cuts) + 2
    return " + ".join(f"({term})::UBIGINT" for term in terms)


def _legal(name: str, cuts: set[Cut]) -> tuple[Cut, ...]:
    """Return the cuts that divide the legal range of a field; what lies outside stays as it is."""
    low, high = float(fields()[name].minimum), float(fields()[name].maximum)
    lowest, highest = Cut(low, above=True), Cut(high)
    return tuple(sorted(cut for cut in cuts if lowest <= cut <= highest))


def _fractions() -> set[Cut]:
    """Return the cuts between zero, what may be a fraction, and a percentage."""
    return {Cut(0.0, above=True), Cut(1.0)}


def _bins(quantity: str) -> set[Cut]:
    bins = THRESHOLDS[THRESHOLDS["quantity"] == quantity]
    lower = {Cut(row.lower, row.lower_included == "no") for row in bins.itertuples()}
    upper = {Cut(row.upper, row.upper_included == "yes") for row in bins.itertuples()}
    return lower | upper
