"""What is doubtful about a fitted model, in words that a clinician reads."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from study.statistics.design import CONTINUOUS, Coefficient, Design
from study.statistics.logistic import Model
from study.statistics.model_fit import events_per_parameter
from study.statistics.separation import infinite_coefficients, separated_rows

# ASSUME: the chi-square of Hosmer and Lemeshow is trusted from five covariate patterns per group
# on. Simulated from fitted models, its mean was 1.8 for 3.6 df at 1.4 patterns per group, 4.3 for
# 6.3 at 1.9, 6.6 for 7.8 at 3.2 and 7.6 for 7.9 at 6.4.
PATTERNS_PER_GROUP = 5


class Finding(NamedTuple):
    """One row of ``checks.csv``; `severity` is ``note``, ``warning`` or ``serious``."""

    model: str
    check: str
    severity: str
    value: float
    message: str


def find_few_events(name: str, model: Model, minimum: float) -> Iterator[Finding]:
    """Yield a finding if the rarer outcome has fewer patients per parameter than `minimum`."""
    share = events_per_parameter(model)
    if share < minimum:
        severity = "serious" if share < minimum / 2 else "warning"
        message = (
            f"{share:.1f} patients of the rarer outcome per model parameter, fewer than"
            f" {minimum:g}: the estimates are unstable and tend to be too extreme."
        )
        yield Finding(name, "events_per_parameter", severity, share, message)


def find_no_estimate(name: str, model: Model) -> Iterator[Finding]:
    """Yield why a model has no estimates at all."""
    design = model.design
    if model.status == "not_converged":
        message = "The maximum-likelihood fit did not converge; its estimates are left empty."
        yield Finding(name, "convergence", "serious", float("nan"), message)
    elif model.status == "not_estimable":
        terms = join(design.terms)
        reason = (
            f"no patient has {terms} recorded together with the outcome"
            if design.n == 0
            else "there is only one patient"
            if design.n == 1
            else f"all {design.n} patients have the same outcome"
            if design.events in (0, design.n)
            else f"all {design.n} patients have the same {terms}"
        )
        yield Finding(name, "not_estimable", "warning", design.n, f"No estimate: {reason}.")


def find_separation(name: str, model: Model) -> Iterator[Finding]:
    """Yield which odds ratios are infinite, and why."""
    if model.status != "separated":
        return
    design = model.design
    infinite = infinite_coefficients(design.fitted_matrix, design.outcome)[1:]
    own = [design.coefficients[i - 1] for i in design.estimable[1:]]
    certain = separated_rows(design.fitted_matrix, design.outcome)
    sure = round(design.weights[certain].sum())
    beside = (
        "Firth's penalised estimates stand beside, and a screen uses their test."
        if model.firth
        else "Firth's penalised estimates did not converge either."
    )
    if model.separation == "complete":
        together = f"{join(design.terms)} {'together predict' if design.terms[1:] else 'predicts'}"
        what = f"{together} the outcome of every patient, so that no odds ratio is finite."
    else:
        named = [say(c) for c, gone in zip(own, infinite, strict=True) if gone]
        what = (
            f"the data hold no finite odds ratio for {join(named)}, because the outcome of {sure}"
            f" of {patients(design.n)} is predicted with certainty."
        )
    rest = (
        f"The other odds ratios rest on the remaining {patients(design.n - sure)}."
        if model.limit
        else ""
    )
    kind = "Complete" if model.separation == "complete" else "Quasi-complete"
    variables = {c.variable for c, gone in zip(own, infinite, strict=True) if gone}
    sentences = [f"{kind} separation: {what}", *_pure_groups(design, variables), rest, beside]
    message = " ".join(filter(None, sentences))
    yield Finding(name, "separation", "serious", float(sum(infinite)), message)


def _pure_groups(design: Design, variables: set[str]) -> Iterator[str]:
    """Yield the groups, references among them, that have one outcome only."""
    for coefficient, inside in groups(design):
        n = round(design.weights[inside].sum())
        events = round(design.weights[inside] @ design.outcome[inside])
        if coefficient.variable in variables and n and events in (0, n):
            those, has = f"with {say(coefficient)}", "has" if events else "does not have"
            if n == 1:
                yield f"The only patient {those} {has} the outcome."
            elif events:
                yield f"All {n} patients {those} have the outcome."
            else:
                yield f"None of the {n} patients {those} has the outcome."


def find_untestable_fit(
    name: str, design: Design, hosmer_lemeshow_groups: int
) -> Iterator[Finding]:
    """Yield where the Hosmer–Lemeshow test says nothing, or claims too good a fit."""
    found, parameters = hosmer_lemeshow_groups, len(design.estimable) - 1
    patterns = len(np.unique(design.matrix[:, design.estimable], axis=0))
    severity = "note"
    if found <= 2:
        message = (
            f"Hosmer–Lemeshow is not estimable: the terms divide the patients into {found} risk"
            " groups, and at least 3 are needed."
        )
    elif patterns <= parameters + 1:
        message = (
            f"Hosmer–Lemeshow says nothing here: with {parameters} parameters the model"
            f" reproduces its {found} risk groups exactly, whatever the data."
        )
    elif found <= parameters + 1:
        message = (
            f"Hosmer–Lemeshow says nothing here: {found} risk groups are too few to test a model"
            f" of {parameters} parameters."
        )
    elif patterns < PATTERNS_PER_GROUP * found:
        severity = "warning"
        message = (
            "Hosmer–Lemeshow's p-value tends to be too large here: the patients have only"
            f" {patterns} different combinations of characteristics, divided into {found} risk"
            " groups. A large p-value does not show that the model fits."
        )
    else:
        return
    yield Finding(name, "hosmer_lemeshow", severity, found, message)


def groups(design: Design) -> Iterator[tuple[Coefficient, np.ndarray]]:
    """Yield every level of the categories, the reference last, with who is in it."""
    for term in design.terms:
        own = [(i, c) for i, c in enumerate(design.coefficients, start=1) if c.variable == term]
        if own and own[0][1].reference != CONTINUOUS:
            outside = np.ones(len(design.weights), dtype=bool)
            for i, coefficient in own:
                inside = design.matrix[:, i] == 1
                outside &= ~inside
                yield coefficient, inside
            reference = own[0][1].reference
            yield Coefficient(term, reference, reference), outside


def say(coefficient: Coefficient) -> str:
    """Return variable and level."""
    if coefficient.reference == CONTINUOUS:
        return coefficient.variable
    return f"{coefficient.variable} = {coefficient.level}"


def join(names: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def patients(n: int) -> str:
    """Return a number of patients."""
    return f"{n} patient{'' if n == 1 else 's'}"
