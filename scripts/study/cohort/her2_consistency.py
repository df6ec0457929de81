"""HER2 findings of one patient that contradict each other."""

import pandas as pd

from schemas.dictionary import MISSING
from schemas.thresholds import lower_end
from study.cohort.source import Finding

RECOUNT_CELLS = int(lower_end("her2_recount_cells", "asco_cap_2018", "enough"))
AMPLIFIED_FROM_RATIO = lower_end("her2_ratio", "asco_cap_2018", "from_2")
CORRECT = "Correct whichever of the cells is wrong."
CHECK = "Check the cells; both are kept."


def her2_contradictions(cohort: pd.DataFrame) -> list[Finding]:
    """Return what cannot be true of one patient (errors) or hardly is (warnings)."""
    return [
        *_verdicts(cohort),
        *_absences(cohort),
        *_numbers(cohort),
        *_staining(cohort),
    ]


def _verdicts(cohort: pd.DataFrame) -> list[Finding]:
    ihc, ish, recorded = cohort["her2_ihc"], cohort["her2_ish"], cohort["her2_recorded"]
    low = ihc.isin(["0", "1+"])
    # With numbers the edition decides, not the verdict; derivation lists who differs from it.
    counted = cohort[["her2_ratio", "her2_copies"]].notna().any(axis="columns")
    cases = [
        (
            ihc.eq("3+") & recorded.isin(["negative", "equivocal"]),
            "her2_recorded",
            "does not mean positive, but IHC is 3+.",
        ),
        (
            low & recorded.isin(["positive", "equivocal"]),
            "her2_recorded",
            "does not mean negative, but IHC is 0 or 1+.",
        ),
        (
            ihc.eq("2+") & _known(ish) & _known(recorded) & recorded.ne(ish) & ~counted,
            "her2_recorded",
            "does not agree with ISH.",
        ),
        (ihc.eq("3+") & ish.eq("negative"), "her2_ish", "means negative, but IHC is 3+."),
        (low & ish.eq("positive"), "her2_ish", "means positive, but IHC is 0 or 1+."),
    ]
    return [Finding(rows, name, rule, CHECK, "warning") for rows, name, rule in cases]


def _absences(cohort: pd.DataFrame) -> list[Finding]:
    """Return verdicts that stand alone, where the finding they rest on is missing."""
    ihc, ish, recorded = cohort["her2_ihc"], cohort["her2_ish"], cohort["her2_recorded"]
    verdict = recorded.isin(["positive", "negative"])
    counted = cohort[["her2_ratio", "her2_copies"]].notna().any(axis="columns")
    hybridised = _known(ish) | counted
    stained = _known(ihc) | _known(cohort["her2_staining_intensity"])
    alone = "is not what the findings say: {} leaves the status unknown{}."
    cases = [
        (
            ihc.eq("2+") & ~hybridised & verdict,
            "her2_recorded",
            alone.format("IHC 2+ without ISH", ""),
            "her2_ish",
        ),
        (
            ~stained & _known(ish) & verdict & recorded.ne(ish),
            "her2_recorded",
            alone.format("ISH without IHC", " by the study's rule"),
            "her2_ihc",
        ),
        (
            _known(ish) & ~stained,
            "her2_ish",
            "is recorded, but the IHC score is missing.",
            "her2_ihc",
        ),
    ]
    return [
        Finding(rows, name, rule, CHECK, "warning", absent) for rows, name, rule, absent in cases
    ]


def _numbers(cohort: pd.DataFrame) -> list[Finding]:
    ratio, copies, cep17 = cohort["her2_ratio"], cohort["her2_copies"], cohort["cep17_copies"]
    d_ratio, d_copies, d_cep17 = _last_decimal(ratio), _last_decimal(copies), _last_decimal(cep17)
    # The quotient's limits where each number is what is written, or up to a last decimal away.
    lowest = (copies - d_copies).clip(lower=0) / (cep17 + d_cep17) - d_ratio
    highest = (copies + d_copies) / (cep17 - d_cep17).where(cep17 > d_cep17) + d_ratio
    wrong = (ratio < lowest) | (ratio > highest)
    quotient = (copies / cep17).round(10)
    recounted = cohort[["her2_recount_ratio", "her2_recount_copies"]].notna().any(axis="columns")
    return [
        Finding(
            wrong,
            "her2_ratio",
            "is not the quotient of the HER2 and CEP17 copy numbers, even if all are rounded.",
            f"{CORRECT} If none can be checked, empty the doubtful ones in a copy of the workbook.",
        ),
        Finding(
            (ratio.ge(AMPLIFIED_FROM_RATIO) != quotient.ge(AMPLIFIED_FROM_RATIO))
            & ratio.notna()
            & quotient.notna()
            & ~wrong,
            "her2_ratio",
            f"lies on the other side of {AMPLIFIED_FROM_RATIO:g} than the quotient of the copies.",
            "Check the cells; the ratio as written is used.",
            "warning",
        ),
        Finding(
            recounted & cohort["her2_recount_cells"].lt(RECOUNT_CELLS),
            "her2_recount_cells",
            f"is less than {RECOUNT_CELLS}: the recount does not count.",
            CHECK,
            "warning",
        ),
        Finding(
            recounted & ratio.isna() & copies.isna(),
            "her2_recount_ratio",
            "is a recount, but the first count is missing.",
            "Write the first count too: without it the recount has nothing to confirm.",
            "warning",
            "her2_ratio",
        ),
    ]


def _last_decimal(numbers: pd.Series) -> pd.Series:
    """Return one unit of the last decimal that a number is written with, 0.1 at most."""
    # ASSUME: a count is rounded, or cut off, at its last decimal, a whole number at its first;
    # what that cannot explain is a wrong cell. Source: registries ask for one decimal, cut off
    # (NAACCR items 3851 to 3853).
    decimals = numbers.map(
        lambda number: len(f"{number:.6f}".rstrip("0").split(".")[1]), na_action="ignore"
    )
    return 0.1 ** decimals.clip(lower=1)


def _staining(cohort: pd.DataFrame) -> list[Finding]:
    absent = cohort["her2_staining_percent"].eq(0) | cohort["her2_staining_intensity"].eq("none")
    return [
        Finding(
            cohort["her2_ihc"].isin(["1+", "2+", "3+"]) & absent,
            "her2_ihc",
            "is not 0, but the staining is described as absent or in 0% of the cells.",
            "Check the cells; the score is used. A 0 that stands for nothing recorded belongs "
            "under missing.",
            "warning",
        )
    ]


def _known(column: pd.Series) -> pd.Series:
    return ~column.isin(MISSING)
