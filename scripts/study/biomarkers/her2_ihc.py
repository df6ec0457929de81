"""HER2 immunohistochemistry: the score from the staining, or as recorded."""

import pandas as pd

from schemas.decision_tables import HER2_IHC
from study.biomarkers.binning import bin_values
from study.biomarkers.decision import Decision, decide, is_known, recorded_counts
from study.biomarkers.lookup import look_up, name_missing, select_edition
from study.cohort.units import unit

STAINING = [
    "her2_staining_intensity",
    "her2_staining_completeness",
    "her2_staining_pattern",
    "her2_staining_percent",
]


def decide_her2_ihc(cohort: pd.DataFrame, edition: str, precedence: str) -> Decision:
    """Return the score by an edition: 0, 1+, 2+, 3+, undefined or unknown.

    Undefined: the staining is described, and the edition's definitions do not cover it, or the
    description contradicts itself. A recorded score stands in for undefined and for unknown.

    Raises
    ------
    StudyError
        If the decision table has no such edition.
    """
    table = select_edition(HER2_IHC, "edition", edition, "her2_ihc.csv")
    findings = look_up(_staining(cohort, edition), table)
    findings = findings[["her2_ihc", "rule", "edition", "row", "flags"]]
    findings = findings.assign(her2_ihc=findings["her2_ihc"].replace("missing", "unknown"))
    recorded = name_missing(cohort["her2_ihc"], "unknown")
    by_staining = findings["her2_ihc"]
    undefined = by_staining.eq("undefined")
    return decide(
        unit(cohort),
        cohort[[*STAINING, "her2_ihc"]],
        findings.assign(grade=_grade(by_staining)),
        recorded,
        use_recorded=recorded_counts(by_staining.mask(undefined, "unknown"), recorded, precedence),
        disagree=is_known(by_staining) & is_known(recorded) & by_staining.ne(recorded),
    )


def _grade(score: pd.Series) -> pd.Series:
    return pd.Series("findings", score.index).mask(score.isin(["undefined", "unknown"]), "none")


def _staining(cohort: pd.DataFrame, edition: str) -> pd.DataFrame:
    intensity = name_missing(cohort["her2_staining_intensity"])
    completeness = name_missing(cohort["her2_staining_completeness"])
    # ASSUME: a score of 3+ with a percentage and no other description is intense and complete
    # staining of that percentage of cells, so that an edition with another percentage reads it
    # anew (3+ in 20% of cells is 2+ by the >30% of 2007). Source: 3+ means that in all editions.
    only_percent = intensity.eq("missing") & completeness.eq("missing")
    strong = cohort["her2_ihc"].eq("3+") & only_percent & cohort["her2_staining_percent"].gt(0)
    return pd.DataFrame(
        {
            "intensity": intensity.mask(strong, "intense"),
            "completeness": completeness.mask(strong, "complete"),
            # ASSUME: a pattern that is not described is none of the unusual ones. Source: none;
            # reports name what is unusual.
            "pattern": name_missing(cohort["her2_staining_pattern"]),
            "percent": bin_values(
                cohort["her2_staining_percent"], "her2_staining_percent", edition
            ),
        }
    )
