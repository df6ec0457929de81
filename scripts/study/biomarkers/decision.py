"""One fact from two sources: what the findings say, and what the workbook recorded.

The first source by precedence counts wherever it says anything; the other stands in where
it is silent. Where both speak and differ, the patient is listed.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.dictionary import MISSING

UNDECIDED = [*MISSING, "unresolved", "undefined", "contradictory"]
# Between two flags of one fact.
SEPARATOR = "; "
RECORDED_RULE = "recorded value used; the findings alone: "


@dataclass(frozen=True)
class Decision:
    """A derived fact with its reasons.

    Attributes
    ----------
    fact : pandas.Series
        Named by the fact, on the index of the cohort.
    trace : pandas.DataFrame
        One row per patient: patient_id, biomarker, inputs, rule, edition, row, grade, flags.
    disagreements : pandas.DataFrame
        patient_id, fact, recorded, derived, used (``recorded`` or ``derived``).
    recorded_and_derived : pandas.DataFrame
        The same for every patient, and whether she is ``discordant``. Two levels that differ and
        are not discordant say the same, one less specifically.
    """

    fact: pd.Series
    trace: pd.DataFrame
    disagreements: pd.DataFrame
    recorded_and_derived: pd.DataFrame

    @property
    def grade(self) -> pd.Series:
        """How strong the evidence is: one of `GRADES`, on the index of the cohort."""
        return self.trace["grade"]


# From the strongest evidence to none.
GRADES = ["findings", "partial", "ish_verdict", "recorded", "none"]


def weakest(*grades: pd.Series) -> pd.Series:
    """Return for each patient the weakest of several grades of evidence."""
    ranks = pd.concat([grade.map(GRADES.index) for grade in grades], axis="columns").max(axis=1)
    return ranks.map(dict(enumerate(GRADES)))


def is_known(values: pd.Series) -> pd.Series:
    """Return whether there is a value that is not one of the names of a missing value."""
    return values.notna() & ~values.isin(MISSING)


def recorded_counts(found: pd.Series, recorded: pd.Series, precedence: str) -> pd.Series:
    """Return whether the recorded value is the one to use; neither known means no."""
    first = {"recorded": True, "findings": False}[precedence]
    return is_known(recorded) & (first | ~is_known(found))


def say_rule(rule: str, applies: pd.Series, otherwise: str) -> pd.Series:
    """Return for each patient the rule that applied, or why it could not."""
    return pd.Series(rule, applies.index).where(applies, otherwise)


def decide(
    patient_id: pd.Series,
    inputs: pd.DataFrame,
    findings: pd.DataFrame,
    recorded: pd.Series,
    *,
    use_recorded: pd.Series,
    disagree: pd.Series | None = None,
) -> Decision:
    """Return the fact, its trace and what the two sources say of every patient.

    Parameters
    ----------
    inputs : pandas.DataFrame
        What the decision saw, for the trace.
    findings : pandas.DataFrame
        First column: the fact by findings, under its name. Beside it `rule`, and where they
        apply `edition`, `row`, `grade` and `flags`.
    recorded : pandas.Series
        The fact as recorded, in the vocabulary of the findings.
    use_recorded : pandas.Series
        Where the recorded value counts (`recorded_counts`).
    disagree : pandas.Series, optional
        Where the sources differ; by default, where both are known and not equal.
    """
    found = findings.iloc[:, 0]
    if disagree is None:
        disagree = is_known(found) & is_known(recorded) & found.ne(recorded)
    listed = pd.DataFrame(
        {
            "patient_id": patient_id,
            "fact": found.name,
            "recorded": _as_text(recorded),
            "derived": _as_text(found),
            "used": pd.Series("derived", found.index).mask(use_recorded, "recorded"),
        }
    )
    return Decision(
        found.mask(use_recorded, recorded),
        _trace(patient_id, inputs, findings, use_recorded),
        listed[disagree],
        listed.assign(discordant=disagree),
    )


def _trace(
    patient_id: pd.Series, inputs: pd.DataFrame, findings: pd.DataFrame, use_recorded: pd.Series
) -> pd.DataFrame:
    found = findings.iloc[:, 0]
    return pd.DataFrame(
        {
            "patient_id": patient_id,
            "biomarker": found.name,
            "inputs": _in_words(inputs),
            "rule": findings["rule"].mask(use_recorded, RECORDED_RULE + findings["rule"]),
            "edition": _optional(findings, "edition"),
            "row": _optional(findings, "row"),
            "grade": _grade(findings, found).mask(use_recorded, "recorded"),
            "flags": _optional(findings, "flags"),
        }
    )


def _grade(findings: pd.DataFrame, found: pd.Series) -> pd.Series:
    if "grade" in findings:
        return findings["grade"]
    return pd.Series("findings", found.index).where(is_known(found), "none")


def _optional(findings: pd.DataFrame, column: str) -> pd.Series:
    if column not in findings:
        return pd.Series(np.nan, findings.index, dtype="str")
    return findings[column].mask(findings[column] == "")


def _in_words(inputs: pd.DataFrame) -> pd.Series:
    parts = [name + "=" + _as_text(inputs[name]) for name in inputs]
    return parts[0].str.cat(parts[1:], sep="; ")


def _as_text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        text = values.dt.strftime("%Y-%m-%d")
    elif pd.api.types.is_numeric_dtype(values):
        text = values.map("{:.15g}".format, na_action="ignore")
    else:
        text = values
    return text.astype("str").fillna("unknown")
