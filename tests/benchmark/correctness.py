"""Whether what was timed is right: against R, forty digits, a linear programme, statsmodels."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import chi2

from study.statistics.estimates import tabulate_estimates
from study.statistics.logistic import fit_maximum_likelihood, fit_model
from study.statistics.resampling.chain import Chain
from study.statistics.resampling.draws import draw_bootstrap
from study.statistics.resampling.layout import design_replicate
from study.statistics.resampling.result import SEPARATED
from study.statistics.resampling.run import run_chain
from study.statistics.screening import screening_p_value
from study.statistics.separation import detect_separation
from tests.benchmark import r_tools
from tests.benchmark.python_tools import Outcome
from tests.benchmark.replicates import SEED, Replicates, rows_of, study_chain
from tests.unit.statistics.resampling.forty_digits import digits_40

COLUMNS = ["check", "against", "compared", "differing", "largest", "limit", "passed", "note"]
COEFFICIENT, ERROR, DIGITS = 1e-9, 1e-6, 1e-11
# Draws from which the separated ones are taken, and how many of the others are judged too.
DRAWN_PER_JUDGED = 200


def check_row(check: str, against: str, compared: int, **rest: object) -> dict[str, object]:
    """Return a row of the table (`COLUMNS`): none may differ, or by no more than a limit."""
    row = {"check": check, "against": against, "compared": compared, **rest}
    row["passed"] = (
        row["differing"] == 0 if "differing" in row else bool(row["largest"] <= row["limit"])
    )
    return {column: row.get(column) for column in COLUMNS} | {
        "passed": "yes" if row["passed"] else "no"
    }


def selection(tool: str, outcome: Outcome, replicates: Replicates, estimator: str) -> dict:
    """Return in how many of a tool's timed replicates it selected something else."""
    compared = len(outcome.selected)
    own = replicates.results(estimator).selected[:compared]
    differing = int((own != outcome.selected).any(axis=1).sum())
    return check_row("selected set", tool, compared, differing=differing)


def against_r(replicates: Replicates, count: int) -> list[dict]:
    """Return the largest differences from R's glm at epsilon 1e-14, over all models."""
    _, *lines = r_tools.answers("exact", replicates, count)
    chain, result = replicates.chain, replicates.ml
    width = len(chain.names)
    beta, error, models = 0.0, 0.0, 0
    for r, line in enumerate(lines):
        passed = np.array(line[:width]) == 1
        each = np.array(line[width : 3 * width]).reshape(width, 2)
        beta = max(beta, np.abs(each[:, 0] - result.univariable.log_odds[r]).max())
        error = max(error, np.abs(each[:, 1] - result.univariable.std_error[r]).max())
        order = [chain.exposure, *(n for n in np.array(chain.names)[passed])]
        slots = [chain.names.index(name) for name in dict.fromkeys(order)]
        refit = np.array(line[3 * width :]).reshape(-1, 2)
        own = [result.refit.intercept[r, 0], *result.refit.log_odds[r, slots]]
        beta = max(beta, np.abs(refit[:, 0] - own).max())
        error = max(error, np.abs(refit[1:, 1] - result.refit.std_error[r, slots]).max())
        models += width + 1
    name = "R glm, epsilon 1e-14"
    return [
        check_row("coefficients", name, models, largest=beta, limit=COEFFICIENT),
        check_row("standard errors", name, models, largest=error, limit=ERROR),
    ]


def against_forty_digits(replicates: Replicates, count: int) -> list[dict]:
    """Return the largest differences of the refitted models from a reference of 40 digits."""
    found = []
    for estimator in ("ml", "firth"):
        result, largest = replicates.results(estimator), np.zeros(2)
        for r in range(count):
            rows = rows_of(replicates.chain, replicates.counts[r])
            slots = np.flatnonzero(result.terms[r])
            columns = rows.x[:, [0, *(1 + slots)]]
            beta, error = digits_40(columns, rows.y, np.ones(len(columns)), estimator == "firth")
            own = [result.refit.intercept[r, 0], *result.refit.log_odds[r, slots]]
            by = (
                np.abs(np.array(own) - beta).max(),
                np.abs(result.refit.std_error[r, slots] - error[1:]).max(),
            )
            largest = np.maximum(largest, by)
        for name, value in zip(("coefficients", "standard errors"), largest, strict=True):
            check = f"{name}, {estimator}"
            found.append(check_row(check, "mpmath, 40 digits", count, largest=value, limit=DIGITS))
    return found


def separation(frame: pd.DataFrame, count: int) -> dict:
    """Return where the flags of the model of all candidates differ from a linear programme's."""
    terms = study_chain(frame).candidates
    chain = study_chain(frame, terms=terms)
    counts = draw_bootstrap(chain, SEED, 0, count * DRAWN_PER_JUDGED)
    flagged = run_chain(chain, counts).refit.status[:, 0] == SEPARATED
    judged = [*np.flatnonzero(flagged)[:count], *np.flatnonzero(~flagged)[:count]]
    designs = [design_replicate(chain, counts[r], terms) for r in judged]
    verdicts = [detect_separation(d.fitted_matrix, d.outcome) != "none" for d in designs]
    differing = int((flagged[judged] != verdicts).sum())
    note = f"{sum(verdicts)} separated"
    return check_row(
        "separation flag", "linear programme", len(judged), differing=differing, note=note
    )


def passes(chain: Chain, counts: np.ndarray, v: int, table: np.ndarray) -> bool:
    """Return whether a candidate passes the screen of one replicate, by the rules' functions.

    Where its `table` (outcome by level) has an estimate, statsmodels fits it and Wald's test
    decides; else the whole way is gone that `screen_variables` goes.
    """
    variable = chain.variables[v].name
    levels = np.vstack([np.eye(table.shape[1])[:, 1:]] * 2)
    cells = np.column_stack([np.ones(table.size), levels]), np.repeat([1.0, 0.0], table.shape[1])
    live = table.ravel() > 0
    matrix, outcome = (part[live] for part in cells)
    if table.sum(axis=0).all() and detect_separation(matrix, outcome) == "none":
        fit = fit_maximum_likelihood((matrix, outcome, table.ravel()[live]))
        beta, covariance = fit.beta[1:], fit.covariance[1:, 1:]
        p_value = chi2.sf(beta @ np.linalg.solve(covariance, beta), len(beta))
    else:
        model = fit_model(design_replicate(chain, counts, [variable]))
        p_value = screening_p_value(tabulate_estimates("univariable", model, 0.95), "wald")
    return bool(p_value < chain.screening_alpha)


def against_the_rules(chain: Chain, count: int, say: Callable[[str], None]) -> dict:
    """Return in how many bootstrap replicates the rules' own functions select something else.

    The same table of a candidate is fitted once, in however many replicates it comes up.
    """
    counts = draw_bootstrap(chain, SEED, 0, count)
    result = run_chain(chain, counts)
    differing, known = 0, {}
    for r, both in enumerate(counts.reshape(count, 2, -1)):
        found = []
        for v, variable in enumerate(chain.variables):
            levels = 1 + len(variable.coefficients)
            table = np.array([np.bincount(variable.codes, w, levels) for w in both])
            key = (v, table.tobytes())
            if key not in known:
                known[key] = passes(chain, counts[r], v, table)
            found.append(known[key])
        differing += (result.selected[r] != found).any()
        if (r + 1) % 1000 == 0:
            say(f"    {r + 1:,} of {count:,} replicates, {differing} differing")
    separated = int((result.univariable.status == SEPARATED).any(axis=1).sum())
    note = f"{separated} with separated data; {len(known):,} different tables"
    against = "the rules' functions (statsmodels)"
    return check_row("selected set", against, count, differing=int(differing), note=note)
