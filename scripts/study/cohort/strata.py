"""The groups that tables and models compare, and the analysis cohort made of them."""

from collections.abc import Mapping

import pandas as pd

from schemas.analysis import ANALYSIS
from schemas.dictionary import MISSING
from study.problems import StudyError

# Facts that a table or a model either knows or does not: what is not known is empty there.
_EMPTY_IF_UNKNOWN = [
    "microcalcifications",
    "her2_status",
    "hr_status",
    "subtype",
    "density",
    "histology",
]
# In situ cancer is no type of invasive cancer; it is seen here only if it is not excluded.
_NOT_KNOWN = [*MISSING, "unresolved", "in_situ"]
# The names of the age groups, which the output contract fixes, say it too.
_AGE_CUTOFF = 50
_DENSITY_GROUPS = {"A": "A-B", "B": "A-B", "C": "C-D", "D": "C-D"}


def describe_in_situ(included: pd.DataFrame) -> str:
    """Return what happens to in situ cancers among the included; empty if there is none."""
    women = int(included["histology"].eq("in_situ").sum())
    if not women:
        return ""
    return (
        f"In situ cancers analysed: {women}. The analysis has no such histological type, which is "
        "left empty for them. To leave them out, add not_invasive to exclusions.order."
    )


def stratify(
    included: pd.DataFrame, *, age_coding: str, idc_with_dcis_is_idc: bool
) -> pd.DataFrame:
    """Return the analysis cohort: contract columns in the contract's order, new index.

    What is not known is NaN, except in `her2_ihc` and `her2_ish`, which keep its name. The two
    are the score and the reading that the HER2 status rests on.
    """
    facts = included[_EMPTY_IF_UNKNOWN]
    analysis = included.assign(**facts.mask(facts.isin(_NOT_KNOWN)))
    analysis = analysis.assign(
        age_group=derive_age_group(included, age_coding),
        density_group=_grouped(analysis["density"], _DENSITY_GROUPS),
        histology_group=derive_histology_group(analysis["histology"], idc_with_dcis_is_idc),
        luminal_b_her2_positive=derive_luminal_b_her2_positive(analysis["subtype"]),
        her2_ihc=_filled(included["her2_ihc"], included["her2_ihc_used"]),
        her2_ish=_filled(included["her2_ish"], included["her2_ish_reading"]),
    )
    return analysis[list(ANALYSIS.columns)].reset_index(drop=True)


def derive_age_group(cohort: pd.DataFrame, coding: str) -> pd.Series:
    """Return ``<=50`` or ``>50``; NaN where the age is not known.

    Parameters
    ----------
    coding : str
        ``completed_years``: a woman of 50.4 is 50; ``unrounded``: she is over 50.
    """
    columns = {"completed_years": "age_completed_years", "unrounded": "age_years"}
    if coding not in columns:
        raise StudyError(f"age_coding is '{coding}'. Allowed: {', '.join(columns)}.")
    age = cohort[columns[coding]]
    older = pd.Series("<=50", cohort.index).mask(age > _AGE_CUTOFF, ">50")
    return older.where(age.notna())


def derive_histology_group(histology: pd.Series, idc_with_dcis_is_idc: bool) -> pd.Series:
    """Return ``IDC`` or ``other``; NaN where the type is not known."""
    groups = {name: "other" for name in ("IDC+DCIS", "ILC", "ILC+LCIS", "other")} | {"IDC": "IDC"}
    if idc_with_dcis_is_idc:
        groups["IDC+DCIS"] = "IDC"
    return _grouped(histology, groups)


def derive_luminal_b_her2_positive(subtype: pd.Series) -> pd.Series:
    """Return ``yes`` or ``no``; NaN where the subtype is not known.

    Luminal cancer without Ki-67 is HER2-negative, so it is a known ``no``.
    """
    answer = pd.Series("no", subtype.index).mask(subtype.eq("luminal_b_her2_positive"), "yes")
    return answer.where(subtype.notna())


def _filled(recorded: pd.Series, used: pd.Series) -> pd.Series:
    """Return what was used; where that is nothing, the name under which it is missing."""
    nothing = used.isin(["unknown", "undefined", "contradictory"])
    named = recorded.where(recorded.isin(MISSING), "unknown")
    return used.mask(nothing, named)


def _grouped(values: pd.Series, groups: Mapping[str, str]) -> pd.Series:
    return values.map(groups).astype("str")
