"""Design matrices of the logistic models: complete cases, treatment coding, collapsed patients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from study.cohort.units import PATIENTS, count_patients, patients, unit
from study.statistics.spline import Spline

OVERALL = "(overall)"
PER_UNIT = "(per unit)"
CONTINUOUS = "(continuous)"
# Share of a column that earlier columns must leave unexplained for it to say something new.
INDEPENDENT_SHARE = 1e-9


@dataclass(frozen=True)
class Coefficient:
    """What one column after the intercept stands for: a level against its reference."""

    variable: str
    level: str
    reference: str


@dataclass(frozen=True)
class Design:
    """The complete cases of one model, collapsed to (covariate pattern, outcome).

    Attributes
    ----------
    terms : tuple of str
        Variables of the model, in order.
    coefficients : tuple of Coefficient
        What `matrix` holds after its first column, the intercept.
    states : tuple of str
        Per coefficient ``ok``, ``aliased`` (earlier columns determine it; as in R the later one
        yields) or ``not_estimable`` (nobody, or everybody, is in the level).
    matrix, outcome, weights : ndarray
        One sorted row per pattern and outcome; `outcome` is 0 or 1, `weights` counts patients.
    lost : DataFrame
        ``patient_id, missing``: who is not in the model, and for which variables ("; "-joined);
        of a registry ``patients, missing``.
    n_lost : int
        How many they are (frequencies counted).
    """

    terms: tuple[str, ...]
    coefficients: tuple[Coefficient, ...]
    states: tuple[str, ...]
    matrix: np.ndarray
    outcome: np.ndarray
    weights: np.ndarray
    lost: pd.DataFrame
    n_lost: int

    @property
    def n(self) -> int:
        """Patients in the model."""
        return round(self.weights.sum())

    @property
    def events(self) -> int:
        """Patients in the model with the outcome."""
        return round(self.weights @ self.outcome)

    @property
    def estimable(self) -> np.ndarray:
        """Positions of the columns that can be fitted, the intercept among them."""
        return np.array([0, *(i for i, s in enumerate(self.states, start=1) if s == "ok")])

    @property
    def scale(self) -> np.ndarray:
        """Per fitted column what its coefficient is per: 1, or a number's standard deviation."""
        return np.where(self._numeric, self.matrix[:, self.estimable].std(axis=0), 1.0)

    @property
    def fitted_matrix(self) -> np.ndarray:
        """The columns that can be fitted; numbers centred, and in units of `scale`.

        So a time in seconds is fitted as well as an age in years. The intercept, which nobody
        reads, takes up the centring.
        """
        columns = self.matrix[:, self.estimable]
        return (columns - np.where(self._numeric, columns.mean(axis=0), 0.0)) / self.scale

    @property
    def _numeric(self) -> np.ndarray:
        own = [self.coefficients[i - 1] for i in self.estimable[1:]]
        return np.array([False, *(coefficient.reference == CONTINUOUS for coefficient in own)])


def usable_terms(
    frame: pd.DataFrame, outcome: str, terms: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    """Return the terms a cohort can support, and the others with the reason.

    A variable goes before patients do: listwise deletion must not empty the study for a
    variable that tells nothing. It goes if it is never known (``absent``) or takes one value
    (``constant``). Then, as long as a term or the outcome takes one value among the complete
    cases, that variable goes which regains most patients (``scarce``): the constant one is
    the victim, the scarcely recorded one the cause.
    """
    data = pd.DataFrame({name: _column(frame, name) for name in dict.fromkeys([outcome, *terms])})
    data = data.assign(**{PATIENTS: patients(frame)}).loc[data[outcome].notna()]
    left_out = {
        term: "constant" if data[term].notna().any() else "absent"
        for term in terms
        if data[term].nunique() < 2
    }
    kept = [term for term in terms if term not in left_out]
    varying = len(set(data[outcome])) > 1
    while len(kept) > 1:
        complete = data[[outcome, *kept]].dropna()
        if complete[[outcome, *kept] if varying else kept].nunique().gt(1).all():
            break
        least = max(reversed(kept), key=lambda term: _gain(data, kept, term))
        left_out[least] = "scarce"
        kept.remove(least)
    return kept, {term: left_out[term] for term in terms if term in left_out}


def _gain(data: pd.DataFrame, kept: Sequence[str], term: str) -> tuple[int, int]:
    """Return the complete cases without `term`; between equals, how little known it is."""
    others = [name for name in kept if name != term]
    complete = data[others].notna().all(axis="columns")
    return count_patients(data, complete), -count_patients(data, data[term].notna())


def build_design(
    frame: pd.DataFrame,
    outcome: str,
    terms: Sequence[str],
    references: Mapping[str, str],
    levels: Mapping[str, Sequence[str] | Spline] | None = None,
    weights: np.ndarray | None = None,
) -> Design:
    """Return the design of a model on its complete cases.

    `frame` has ``patient_id``, `outcome` (``yes``/``no``) and the terms: text is a category,
    numbers enter as they are, or bent where `levels` has a spline for them; NaN is missing.
    `levels` are those a variable can have, in order; what the data hold besides is added, sorted.
    Without a reference the first level is taken; a reference without any patient gives way to
    the first level that has some, and the coefficients say so. `weights` counts patients, where
    a row stands for several; so does a column `patients`.
    """
    counts = np.asarray(patients(frame) if weights is None else weights, dtype=float)
    data = pd.DataFrame({name: _column(frame, name) for name in [outcome, *terms]})
    complete = data.notna().all(axis="columns").to_numpy()
    cases = data.loc[complete]
    spelt = levels or {}
    coded = [
        column
        for term in terms
        for column in code_term(data[term], complete, spelt.get(term, ()), references.get(term))
    ]
    everyone = np.ones(len(cases))
    raw = np.column_stack([everyone, *(values for _, values in coded)])
    events = cases[outcome].eq("yes").to_numpy(dtype=float)
    matrix, y, w = _collapse(raw, events, counts[complete])
    return Design(
        terms=tuple(terms),
        coefficients=tuple(coefficient for coefficient, _ in coded),
        states=tuple(judge_columns(matrix)),
        matrix=matrix,
        outcome=y,
        weights=w,
        lost=_lost(frame.loc[~complete], data.loc[~complete]),
        n_lost=round(counts[~complete].sum()),
    )


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name in frame.columns:
        return frame[name]
    return pd.Series(np.nan, index=frame.index, name=name)


def _is_continuous(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and bool(values.notna().any())


def _levels(values: pd.Series, vocabulary: Sequence[str] | Spline) -> list[str] | Spline | None:
    if isinstance(vocabulary, Spline):
        return vocabulary
    if _is_continuous(values):
        return None
    return [*vocabulary, *sorted(set(values.dropna()) - set(vocabulary))]


def code_term(
    data: pd.Series,
    complete: np.ndarray,
    vocabulary: Sequence[str] | Spline,
    reference: str | None,
) -> list[tuple[Coefficient, np.ndarray]]:
    """Return what a variable enters as, for the rows that are `complete`: see `build_design`.

    One indicator per level that is not the reference; of a number itself, or its spline.
    """
    levels, values = _levels(data, vocabulary), data.loc[complete]
    name = str(values.name)
    if levels is None:
        return [(Coefficient(name, PER_UNIT, CONTINUOUS), values.to_numpy(dtype=float))]
    if isinstance(levels, Spline):
        columns = levels.basis(values.to_numpy(dtype=float)).T
        bends = [PER_UNIT, *(f"(bend {j})" for j in range(1, len(columns)))]
        coefficients = [Coefficient(name, bend, CONTINUOUS) for bend in bends]
        return list(zip(coefficients, columns, strict=True))
    present = set(values)
    if reference is None or (reference not in present and len(present) > 1):
        reference = next((level for level in levels if level in present), (levels or [""])[0])
    return [
        (Coefficient(name, level, reference), values.eq(level).to_numpy(dtype=float))
        for level in levels
        if level != reference
    ]


def _collapse(
    matrix: np.ndarray, outcome: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cells, position = np.unique(np.column_stack([matrix, outcome]), axis=0, return_inverse=True)
    counts = np.bincount(position.ravel(), weights=weights, minlength=len(cells))
    live = counts > 0
    return cells[live, :-1], cells[live, -1], counts[live]


def judge_columns(matrix: np.ndarray) -> list[str]:
    """Return the state of every column after the intercept, judged against those before it."""
    basis = matrix[:, :1]
    states = []
    for column in matrix[:, 1:].T:
        if len(np.unique(column)) < 2:
            states.append("not_estimable")
            continue
        explained = basis @ np.linalg.lstsq(basis, column, rcond=None)[0]
        new = np.linalg.norm(column - explained) > INDEPENDENT_SHARE * np.linalg.norm(column)
        states.append("ok" if new else "aliased")
        if new:
            basis = np.column_stack([basis, column])
    return states


def _lost(rows: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    missing = ["; ".join(values.columns[gone]) for gone in values.isna().to_numpy()]
    who = unit(rows)
    return pd.DataFrame({str(who.name): who.to_numpy(), "missing": pd.array(missing, "str")})
