"""What a significance test has to say, including that it has nothing to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NOTHING = float("nan")


@dataclass(frozen=True)
class Result:
    """Outcome of one test.

    Attributes
    ----------
    statistic, df, p_value : float
        NaN where the test has none (an exact test has only a p-value), or was not computed.
    note : str
        In words a clinician reads: why it could not be computed, or a companion figure.
    """

    statistic: float = NOTHING
    df: float = NOTHING
    p_value: float = NOTHING
    note: str = ""

    @property
    def computed(self) -> bool:
        """Whether there is a p-value."""
        return self.p_value == self.p_value


def not_computed(reason: str) -> Result:
    """Return the result of a test that the data do not allow."""
    return Result(note=f"not computed: {reason}")


def result_rows(
    table: str, stratum: str | None, results: Mapping[str, Result], chosen: str, why: str
) -> list[dict[str, Any]]:
    """Return the results of one table's tests as rows of ``tests.csv``.

    `why` says in the note of the chosen test why it was chosen, if it could be computed.
    """
    rows = []
    for test, result in results.items():
        notes = [why if test == chosen and result.computed else "", result.note]
        rows.append(
            {
                "table": table,
                "stratum": stratum,
                "test": test,
                "statistic": result.statistic,
                "df": result.df,
                "p_value": result.p_value,
                "chosen": test == chosen,
                "note": "; ".join(filter(None, notes)) or None,
            }
        )
    return rows
