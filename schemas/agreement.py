"""Schemas of the tables that set recorded facts against derived ones, among all patients read."""

import pandas as pd
import pandera.pandas as pa

from schemas.columns import integer, number, table, text

# Perfect agreement may come out of floating point a trifle beyond 1.
ROUNDING = 1e-9
_PARTS = ["n_both", "n_less_specific", "n_recorded_only", "n_derived_only", "n_neither"]


def _counts_every_patient_once(frame: pd.DataFrame) -> pd.Series:
    return frame[_PARTS].sum(axis="columns").eq(frame["n"])


def _agree_among_the_compared(frame: pd.DataFrame) -> pd.Series:
    return frame["n_agree"].le(frame["n_both"])


AGREEMENT: dict[str, pa.DataFrameSchema] = {
    "agreement": table(
        {"fact": text(), "recorded": text(), "derived": text(), "n": integer()},
        ["fact", "recorded", "derived"],
    ),
    "agreement_summary": table(
        {
            "fact": text(),
            "n": integer(),
            "n_both": integer(),
            "n_agree": integer(),
            "percent": number(pa.Check.in_range(0, 100)),
            "kappa": number(pa.Check.in_range(-1 - ROUNDING, 1 + ROUNDING)),
            "n_less_specific": integer(),
            "n_recorded_only": integer(),
            "n_derived_only": integer(),
            "n_neither": integer(),
            "n_discordant": integer(),
        },
        ["fact"],
        pa.Check(_counts_every_patient_once, error="the parts add up to all patients"),
        pa.Check(_agree_among_the_compared, error="only patients compared can agree"),
    ),
}
