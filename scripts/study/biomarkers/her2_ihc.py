"""HER2 immunohistochemistry: the score from the staining, or as recorded."""

import pandas as pd

from schemas.decision_tables import HER2_IHC
from study.biomarkers.binning import bin_values
from study.biomarkers.decision import Decision, decide, is_known, recorded_counts
from study.biomarkers.lookup import look_up, name_missing, select_edition

STAINING = [
    "her2_staining_intensity",
    "her2_staining_completeness",
    "her2_staining_pattern",
    "her2_staining_percent",
]


def decide_her2_ihc(cohort: pd.DataFrame, edition: str, precedence: str) -> Decision:
    """Return the score by an edition: 0, 1+, 2+, 3+, undefined, contradictory or unknown.

    Undefined: the edition's definitions do not cover the staining. Contradictory: its description
    cannot be true as it stands. A recorded score stands in for either, and for unknown.

    Raises
    ------
    StudyError
        If the decision table has no such edition.
    """
    table = select_edition(HER2_IHC, "edition", edition, "her2_ihc.csv")
    columns = ["her2_ihc", "rule", "edition", "row", "flags"]
    findings = look_up(_staining(cohort, edition), table)[columns].replace("missing", "unknown")
    recorded = name_missing(cohort["her2_ihc"], "unknown")
    score = findings["her2_ihc"]
    is_score = is_known(score) & ~score.isin(["undefined", "contradictory"])
    return decide(
        cohort["patient_id"],
        cohort[[*STAINING, "her2_ihc"]],
        findings.assign(grade=pd.Series("none", score.index).mask(is_score, "findings")),
        recorded,
        use_recorded=recorded_counts(score.where(is_score, "unknown"), recorded, precedence),
        disagree=is_known(score) & is_known(recorded) & score.ne(recorded),
    )


def _staining(cohort: pd.DataFrame, edition: str) -> pd.DataFrame:
    # ASSUME: a score of 3+ with a percentage of cells is intense and complete staining of that
    # percentage, so that an edition with another percentage reads it anew. Source: 3+ means that in
    # every edition.
    # ASSUME: a pattern that is not described is none of the unusual ones. Source: none; reports
    # name what is unusual.
    percent = cohort["her2_staining_percent"]
    return pd.DataFrame(
        {
            "intensity": name_missing(cohort["her2_staining_intensity"]),
            "completeness": name_missing(cohort["her2_staining_completeness"]),
            "pattern": name_missing(cohort["her2_staining_pattern"]),
            "percent": bin_values(percent, "her2_staining_percent", edition),
            "score": name_missing(cohort["her2_ihc"]),
        }
    )
