"""Outcomes as they would be if the exposure told nothing: drawn from a model without it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from study.problems import StudyError
from study.sensitivity.preparation import UNDESCRIBED, code_women, derive_women, is_reported
from study.sensitivity.specification import Specification
from study.sensitivity.universe import Setting
from study.statistics.design import build_design, code_term
from study.statistics.logistic import cells_of, fit_firth

_NOT_KNOWN = "(not known)"


@dataclass(frozen=True)
class Records:
    """What the reports say in B replicates.

    Attributes
    ----------
    found : ndarray of bool, (women, B)
        Microcalcifications are described.
    silent : ndarray of bool, (women, B)
        The report does not mention them. Where neither, they are described as absent, or there
        is no report (`reported` is False).
    reported : ndarray of bool, (women,)
    """

    found: np.ndarray
    silent: np.ndarray
    reported: np.ndarray

    def read(self, undescribed: str, density_missing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return who has microcalcifications and who has none, (women, B) each.

        `undescribed` is the decision of derivation: how a silent report is read.
        """
        unknown = {
            "absent": np.zeros(len(self.reported), dtype=bool),
            "unknown": np.ones(len(self.reported), dtype=bool),
            "unknown_where_density_missing": density_missing,
        }[undescribed]
        reported = self.reported[:, None]
        without = reported & ~self.found & ~(self.silent & unknown[:, None])
        return self.found & reported, without


def null_probabilities(
    coded: pd.DataFrame, recorded: pd.Series, terms: Sequence[str]
) -> np.ndarray:
    """Return per woman the probability of described microcalcifications, the exposure left out.

    From a logistic model of `terms` on all women with a report, what is missing a level of its
    own. Firth's estimate: it exists where a level has no microcalcifications at all.

    Raises
    ------
    StudyError
        If all reports, or none, describe microcalcifications.
    """
    reported = is_reported(recorded)
    outcome = recorded.eq("yes")
    if outcome[reported].nunique() < 2:
        raise StudyError(
            "All reports say the same of microcalcifications, so that nothing can be drawn under "
            "the null. Leave the sensitivity analysis out for this cohort."
        )
    frame = coded.loc[reported, ["patient_id", *terms]].fillna(dict.fromkeys(terms, _NOT_KNOWN))
    frame = frame.assign(outcome=np.where(outcome[reported], "yes", "no"))
    varying = [term for term in terms if len(frame[term].unique()) > 1]
    design = build_design(frame, "outcome", varying, {})
    fit = fit_firth(cells_of(design))
    if fit is None:
        raise StudyError("The model of microcalcifications without the exposure did not converge.")
    everyone = np.ones(len(frame), dtype=bool)
    columns = [c for term in varying for _, c in code_term(frame[term], everyone, (), None)]
    matrix = np.column_stack([everyone, *columns])[:, design.estimable]
    probabilities = np.zeros(len(coded))
    probabilities[reported] = expit(matrix @ fit.beta)
    return probabilities


def draw_records(
    probabilities: np.ndarray,
    recorded: pd.Series,
    density_missing: np.ndarray,
    replicates: int,
    seed: int,
) -> Records:
    """Return what the reports say in replicates of the cohort under the null.

    Whether microcalcifications are described is drawn from `probabilities`. A report without
    them keeps its own silence; one that has lost them is as often silent as the others without
    them, apart for women whose density is missing: a report that says nothing says nothing of
    either. So the whole report depends on the exposure through the model's terms alone.
    """
    generator = np.random.default_rng([seed, len(recorded)])
    shape = (len(recorded), replicates)
    reported = is_reported(recorded)
    found = generator.random(shape) < probabilities[:, None]
    own = recorded.eq(UNDESCRIBED).to_numpy()
    without = reported & recorded.ne("yes").to_numpy()
    share = np.zeros(len(recorded))
    for missing in (False, True):
        group = density_missing == missing
        if (group & without).any():
            share[group] = own[group & without].mean()
    drawn = generator.random(shape) < share[:, None]
    silent = np.where(without[:, None], own[:, None], drawn) & ~found
    return Records(found & reported[:, None], silent & reported[:, None], reported)


def draw_under_null(
    validated: pd.DataFrame,
    primary: Specification,
    multivariable: Mapping[str, Sequence[str] | str],
    setting: Setting,
    replicates: int,
    seed: int,
) -> Records:
    """Return what the reports of a cohort say in replicates under the null.

    The model of the probabilities has the terms of the first model that the configuration lists
    by name, without the exposure, in the primary coding: what the study adjusts for.
    """
    derived = derive_women(validated, primary.derivation, [])
    coded = code_women(derived, primary.age_coding, primary.idc_with_dcis_is_idc).coded
    listed = next((terms for terms in multivariable.values() if not isinstance(terms, str)), ())
    terms = [term for term in listed if term != setting.exposure]
    recorded = validated["microcalcifications_recorded"].reset_index(drop=True)
    missing = coded["density"].isna().to_numpy()
    probabilities = null_probabilities(coded, recorded, terms)
    return draw_records(probabilities, recorded, missing, replicates, seed)
