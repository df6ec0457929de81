"""From a validated cohort to what universes share: derived facts, verdicts, coded variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from study.biomarkers.derivation import Decided, DerivationRules, derive_facts
from study.cohort.eligibility import Criterion
from study.cohort.strata import stratify
from study.statistics.redefinition import FINDINGS, have_any
from study.statistics.spline import Spline, place_knots

# The criterion that is about the outcome itself.
ABOUT_THE_OUTCOME = "microcalcifications_not_reported"
DESCRIBED, UNDESCRIBED = ("yes", "no"), "undescribed"
AGE_DECADES = {"<40": 40, "40-49": 50, "50-59": 60, "60-69": 70, ">=70": np.inf}
_DENSITY_SCORES = {"A": 0.0, "B": 1.0, "C": 2.0, "D": 3.0}
# Rules of derivation that change nobody where none of their findings is recorded. The scheme of
# subtypes is not among them: it also reads the receptors' status.
_BY_FINDINGS = (
    "her2_edition",
    "er_positive_from_percent",
    "pr_positive_from_percent",
    "ki67_high_from_percent",
)


@dataclass(frozen=True)
class Women:
    """All women read, under one set of derivation rules and one grouping of age and histology.

    Attributes
    ----------
    coded : DataFrame
        The columns of the analysis cohort and the further codings of `code_variables`.
    fails : DataFrame of bool
        One column per criterion of exclusion.
    reported : ndarray of bool
        Of whom there is a report, whatever it says.
    """

    coded: pd.DataFrame
    fails: pd.DataFrame
    reported: np.ndarray

    def included(self, criteria: Sequence[str]) -> np.ndarray:
        """Return who fails none of the criteria."""
        return ~self.fails[list(criteria)].to_numpy().any(axis=1)

    def countable(self, criteria: Sequence[str]) -> np.ndarray:
        """Return who would be included if her report said whether she has the outcome."""
        others = [name for name in criteria if name != ABOUT_THE_OUTCOME]
        return self.included(others) & self.reported


def is_reported(recorded: pd.Series) -> np.ndarray:
    """Return of whom there is a report, be it silent about microcalcifications."""
    return recorded.isin([*DESCRIBED, UNDESCRIBED]).to_numpy()


@dataclass(frozen=True)
class Reference:
    """The women of the primary universe, which those of the others are held against.

    Attributes
    ----------
    values : DataFrame
        Outcome, exposure and candidates of all women read, in the primary coding.
    included, known : ndarray of bool
        Who is in it, and of whom the outcome is known.
    """

    values: pd.DataFrame
    included: np.ndarray
    known: np.ndarray

    def differing(self, women: Women) -> np.ndarray:
        """Return who has another value of any of `values`; the women read are the same."""
        changed = np.zeros(len(self.values), dtype=bool)
        for name, mine in self.values.items():
            theirs = women.coded[str(name)]
            changed |= (mine.ne(theirs) & ~(mine.isna() & theirs.isna())).to_numpy(dtype=bool)
        return changed

    def count_changed(self, differing: np.ndarray, included: np.ndarray, known: np.ndarray) -> int:
        """Return how many women are in one of the two universes only, or in both and differ.

        Whose outcome is unknown in both can be in no model, and is not counted.
        """
        changed = (included != self.included) | (included & differing)
        return int((changed & (known | self.known)).sum())


@dataclass(frozen=True)
class Derived:
    """The derived cohort and who fails which criterion."""

    cohort: pd.DataFrame
    fails: pd.DataFrame


def derive_women(
    validated: pd.DataFrame,
    rules: DerivationRules,
    criteria: Sequence[Criterion],
    known: dict[str, Decided] | None = None,
) -> Derived:
    """Return the derived cohort, and the verdict of every criterion on every woman.

    `known` is that of `derive_facts`.
    """
    cohort = derive_facts(validated, rules, known).cohort
    fails = {one.name: one.fails(cohort).fillna(False).astype(bool) for one in criteria}
    return Derived(cohort, pd.DataFrame(fails).reset_index(drop=True))


def code_women(derived: Derived, age_coding: str, idc_with_dcis_is_idc: bool) -> Women:
    """Return all women with every variable that a universe may have."""
    grouped = stratify(
        derived.cohort, age_coding=age_coding, idc_with_dcis_is_idc=idc_with_dcis_is_idc
    )
    completed = derived.cohort["age_completed_years"].reset_index(drop=True)
    reported = is_reported(derived.cohort["microcalcifications_recorded"])
    return Women(code_variables(grouped, completed), derived.fails, reported)


def code_variables(grouped: pd.DataFrame, completed_years: pd.Series) -> pd.DataFrame:
    """Return an analysis cohort with its further codings; what is missing stays so.

    ``age_decade`` (of completed years), ``age_spline`` (the age in years, to be bent by the
    spline of `levels_with_spline`), ``density_trend`` (A to D as 0 to 3).
    """
    bins = pd.cut(
        completed_years, [-np.inf, *AGE_DECADES.values()], right=False, labels=list(AGE_DECADES)
    )
    return grouped.assign(
        age_decade=bins.astype("str").where(bins.notna()),
        age_spline=grouped["age_years"],
        density_trend=grouped["density"].map(_DENSITY_SCORES).astype(float),
    )


def levels_with_spline(
    coded: pd.DataFrame, levels: Mapping[str, Sequence[str] | Spline]
) -> dict[str, Sequence[str] | Spline]:
    """Return the levels of every coding, the spline of age among them.

    Its knots stand at the same ages in all universes, whoever they exclude: at Harrell's shares
    of all women read.
    """
    spline = place_knots(coded["age_years"].to_numpy())
    bent = {"age_spline": spline} if spline else {}
    return {**levels, "age_decade": list(AGE_DECADES), **bent}


def silent_rules(validated: pd.DataFrame, primary: DerivationRules) -> dict[str, Any]:
    """Return the derivation rules that change nobody in this cohort, with the primary's value.

    They read findings that nobody has: the recorded verdict stays whatever they say.
    """
    silent = [rule for rule in _BY_FINDINGS if not have_any(validated, list(FINDINGS[rule])).any()]
    if not validated["microcalcifications_recorded"].eq(UNDESCRIBED).any():
        silent.append("undescribed_microcalcifications")
    return {rule: getattr(primary, rule) for rule in silent}
