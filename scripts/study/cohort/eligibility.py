"""Who is analysed, and why the others are not.

Each criterion is written once, here, and yields filter, flow row and label. Logic is
three-valued: a fact that is not recorded does not fail a criterion, it is not assessable.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import compress

import pandas as pd

from schemas.dictionary import MISSING
from study.cohort.units import patients, unit
from study.problems import StudyError

_UNDECIDED = ["unknown", "unresolved"]


@dataclass(frozen=True)
class Criterion:
    """A reason for exclusion.

    Attributes
    ----------
    fails : callable
        From the derived cohort to a ``boolean`` series: True, False, or NA where the facts
        do not allow to say.
    """

    name: str
    label: str
    fails: Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Eligibility:
    """Who is included, the disposition of every patient, and the flow from all to analysed."""

    included: pd.DataFrame
    disposition: pd.DataFrame
    flow: pd.DataFrame


def select_criteria(
    order: Sequence[str] | None,
    *,
    positive_birads: Sequence[str],
    luminal_unspecified_is_unknown: bool,
    study_period: Mapping[str, str] | None,
) -> list[Criterion]:
    """Return the criteria named, in that order; for None all that there are.

    Parameters
    ----------
    study_period : mapping, optional
        ISO dates ``start`` and ``end``, both within the period; one that is absent does not limit.

    Raises
    ------
    StudyError
        If a criterion does not exist; the message names those that do.
    """
    criteria = (
        *_PLAIN_CRITERIA,
        _outside_study_period(study_period),
        _no_positive_mammography(positive_birads),
        _subtype_unknown(luminal_unspecified_is_unknown),
    )
    known = {criterion.name: criterion for criterion in criteria}
    if order is None:
        return list(criteria)
    for name in order:
        if name not in known:
            nearest = get_close_matches(name, known, n=1)
            hint = f" Did you mean '{nearest[0]}'?" if nearest else ""
            raise StudyError(
                f"exclusions.order: there is no criterion '{name}'.{hint} "
                f"Known: {', '.join(sorted(known))}."
            )
    return [known[name] for name in order]


def apply_criteria(
    derived: pd.DataFrame, criteria: Sequence[Criterion], *, may_be_empty: bool = False
) -> Eligibility:
    """Return the patients left by the criteria, and what became of every patient.

    A patient is excluded by the first criterion she fails; all that she fails are listed.

    Raises
    ------
    StudyError
        If nobody is left and somebody must be; it says which criterion took how many.
    """
    verdicts = pd.DataFrame(
        {criterion.name: criterion.fails(derived) for criterion in criteria},
        index=derived.index,
        dtype="boolean",
    )
    fails = verdicts.fillna(False).astype(bool)
    rows = list(fails.itertuples(index=False, name=None))
    said = {row: "; ".join(compress(fails.columns, row)) for row in set(rows)}
    reasons = pd.Series([said[row] for row in rows], derived.index, dtype="str")
    all_reasons = reasons.mask(reasons == "")
    who = unit(derived)
    disposition = pd.DataFrame(
        {
            str(who.name): who,
            "included": all_reasons.isna(),
            "excluded_by": all_reasons.str.replace(";.*", "", regex=True),
            "all_reasons": all_reasons,
        }
    )
    flow = _flow(verdicts, disposition["excluded_by"], criteria, patients(derived))
    if not (may_be_empty or disposition["included"].any()):
        raise StudyError(_nobody_left(flow))
    return Eligibility(derived[disposition["included"]], disposition, flow)


def _flow(
    verdicts: pd.DataFrame,
    excluded_by: pd.Series,
    criteria: Sequence[Criterion],
    counts: pd.Series,
) -> pd.DataFrame:
    """One row per step; `not_assessable` is counted among those who reach the criterion."""
    remaining = pd.Series(True, verdicts.index)
    rows: list[tuple] = [("assessed", "Assessed for eligibility", 0, 0, int(counts.sum()))]
    for criterion in criteria:
        taken = excluded_by.eq(criterion.name).fillna(False)
        not_assessable = int(counts[remaining & verdicts[criterion.name].isna()].sum())
        remaining = remaining & ~taken
        row = (criterion.name, criterion.label, int(counts[taken].sum()), not_assessable)
        rows.append((*row, int(counts[remaining].sum())))
    rows.append(("analysed", "Analysed", 0, 0, int(counts[remaining].sum())))
    columns = ["criterion", "label", "excluded", "not_assessable", "remaining"]
    flow = pd.DataFrame(rows, columns=columns)
    flow.insert(0, "step", range(len(flow)))
    return flow


def flow_in_words(flow: pd.DataFrame) -> list[str]:
    """Return a line for each step, without the criteria that all women were seen to pass."""
    lines = []
    before = 0
    for row in flow.itertuples():
        blind = f", not assessable in {row.not_assessable} of {before}"
        if row.criterion in ("assessed", "analysed"):
            lines.append(f"{row.label}: {row.remaining}")
        elif row.excluded or row.not_assessable:
            unseen = blind if row.not_assessable else ""
            lines.append(f"{row.label}: {row.excluded} excluded{unseen}, {row.remaining} remain")
        before = row.remaining
    return lines


def _nobody_left(flow: pd.DataFrame) -> str:
    assessed = flow["remaining"].iloc[0]
    taken = flow[flow["excluded"] > 0]
    steps = [f"  {row.label} ({row.criterion}): {row.excluded}" for row in taken.itertuples()]
    return "\n".join(
        [
            f"No patient is left to analyse: {assessed} were read, and the criteria took",
            *steps,
            "Check that the codebook maps the fields these criteria need, "
            "or leave a criterion out of exclusions.order.",
        ]
    )


def _is(values: pd.Series, *levels: str) -> pd.Series:
    """Whether the value is one of the levels; NA where it is missing under any name."""
    verdict = values.isin(levels).astype("boolean")
    return verdict.mask(values.isna() | values.isin(MISSING))


def _sure(verdict: pd.Series) -> pd.Series:
    return verdict.astype("boolean")


def _not_invasive(cohort: pd.DataFrame) -> pd.Series:
    # Where the invasive component is not recorded, the histological type says it.
    return _is(cohort["invasive"], "no").fillna(_is(cohort["histology"], "in_situ"))


def _receptors_unknown(cohort: pd.DataFrame) -> pd.Series:
    unknown = cohort["her2_status"].isin(_UNDECIDED) | cohort["hr_status"].isin(_UNDECIDED)
    return _sure(unknown)


def _missing_model_data(cohort: pd.DataFrame) -> pd.Series:
    unknown = cohort[["density", "histology"]].isin(MISSING).any(axis="columns")
    return _sure(unknown | cohort["age_years"].isna())


def _outside_study_period(period: Mapping[str, str] | None) -> Criterion:
    # ASSUME: the date that counts is that of diagnosis. Source: "consecutive women ... January
    # 2018 - December 2023" of the reference study, J Clin Med 2025;14:5056.
    def fails(cohort: pd.DataFrame) -> pd.Series:
        date = cohort["diagnosis_date"]
        if period is None:
            return _sure(pd.Series(False, cohort.index))
        start, end = pd.Timestamp(period.get("start")), pd.Timestamp(period.get("end"))
        day = date.dt.normalize()
        within = (pd.isna(start) | (day >= start)) & (pd.isna(end) | (day <= end))
        return _sure(~within).mask(date.isna())

    limits = f"{period.get('start', '…')} to {period.get('end', '…')}" if period else "none set"
    return Criterion("outside_study_period", f"Outside the study period ({limits})", fails)


def _no_positive_mammography(positive_birads: Sequence[str]) -> Criterion:
    def fails(cohort: pd.DataFrame) -> pd.Series:
        # Three-valued `or`: a biopsy not done fails whatever the BI-RADS category is.
        return ~_is(cohort["birads"], *positive_birads) | _is(cohort["biopsy"], "no")

    categories = ", ".join(positive_birads)
    label = f"No positive mammography (BI-RADS {categories}) with biopsy"
    return Criterion("no_positive_mammography", label, fails)


def _subtype_unknown(luminal_unspecified_is_unknown: bool) -> Criterion:
    undetermined = ["unknown", *(["luminal_unspecified"] if luminal_unspecified_is_unknown else [])]

    def fails(cohort: pd.DataFrame) -> pd.Series:
        return _sure(cohort["subtype"].isin(undetermined)) & ~_receptors_unknown(cohort)

    return Criterion("subtype_unknown", "Receptors known, subtype unknown", fails)


_PLAIN_CRITERIA = (
    Criterion("not_invasive", "Not invasive (in situ only)", _not_invasive),
    Criterion("bilateral", "Synchronous bilateral cancer", lambda c: _is(c["bilateral"], "yes")),
    Criterion("local_recurrence", "Local recurrence", lambda c: _is(c["local_recurrence"], "yes")),
    Criterion(
        "microcalcifications_not_reported",
        "Microcalcifications not reported",
        # This criterion is about what is missing, so that unknown fails it.
        lambda c: _sure(~c["microcalcifications"].isin(["yes", "no"])),
    ),
    Criterion(
        "diagnostic_path_incomplete",
        "Diagnostic path cannot be reconstructed",
        lambda c: _is(c["diagnostic_path_complete"], "no"),
    ),
    Criterion("receptors_unknown", "HER2 or hormone-receptor status unknown", _receptors_unknown),
    Criterion("missing_model_data", "Age, density or histology missing", _missing_model_data),
)
