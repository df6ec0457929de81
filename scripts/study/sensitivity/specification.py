"""One way to analyse the cohort: every decision that a universe may take, resolved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from study.biomarkers.derivation import DerivationRules

# What the primary analysis does, and no key of its configuration decides.
PRIMARY_METHODS = {"estimator": "ml", "interval": "wald", "missing_data": "complete_case"}


@dataclass(frozen=True)
class Specification:
    """The decisions of one universe.

    Attributes
    ----------
    criteria : tuple of str
        Criteria of exclusion in force.
    screening_alpha : float or None
        None where every candidate enters the model unscreened.
    estimator : str
        ``ml`` or ``firth``.
    interval : str
        ``wald`` or ``profile``; the p-value is that of the same method.
    missing_data : str
        ``complete_case``, ``multiple_imputation``, ``best_case`` or ``worst_case``.
    """

    derivation: DerivationRules
    criteria: tuple[str, ...]
    age_coding: str
    idc_with_dcis_is_idc: bool
    candidates: tuple[str, ...]
    keep_exposure: bool
    screening_alpha: float | None
    screening_test: str
    estimator: str
    interval: str
    missing_data: str

    def keeps(self, exposure: str) -> bool:
        """Return whether the exposure is in the model whatever its screen would say."""
        return exposure in self.candidates if self.screening_alpha is None else self.keep_exposure


def specify(
    analysis: Mapping[str, Any], changes: Sequence[Mapping[str, Any]] = ()
) -> Specification:
    """Return the primary specification of a configuration, changed by options.

    Their order decides nothing where no two set a key to different values (`check_conflicts`):
    the terms that are exchanged are those of the configuration.

    Parameters
    ----------
    analysis : mapping
        The cohort's block ``analysis`` of the configuration.
    changes : sequence of mapping
        Each with any of ``derivation`` and ``models`` (keys of these blocks), ``criteria`` (name
        to whether it excludes), ``terms`` (a candidate to what takes its place, None: nothing)
        and ``methods``.
    """
    derivation, models = dict(analysis["derivation"]), dict(analysis["models"])
    methods = dict(PRIMARY_METHODS)
    switches: dict[str, bool] = {}
    exchange: dict[str, str | None] = {}
    for change in changes:
        derivation |= change.get("derivation", {})
        models |= change.get("models", {})
        methods |= change.get("methods", {})
        switches |= change.get("criteria", {})
        exchange |= change.get("terms", {})
    return Specification(
        derivation=DerivationRules(
            **{rule.name: derivation[rule.name] for rule in fields(DerivationRules)}
        ),
        criteria=tuple(_switched(analysis["exclusions"]["order"], switches)),
        age_coding=derivation["age_coding"],
        idc_with_dcis_is_idc=derivation["idc_with_dcis_is_idc"],
        candidates=tuple(_exchanged(models["candidates"], exchange)),
        keep_exposure=models["keep_exposure"],
        screening_alpha=models["screening_alpha"],
        screening_test=models["screening_test"],
        **methods,
    )


def _switched(criteria: Sequence[str], switches: Mapping[str, bool]) -> list[str]:
    kept = [name for name in criteria if switches.get(name, True)]
    return kept + [name for name, on in switches.items() if on and name not in kept]


def _exchanged(candidates: Sequence[str], exchange: Mapping[str, str | None]) -> list[str]:
    changed = [exchange.get(name, name) for name in candidates]
    return [name for name in dict.fromkeys(changed) if name is not None]


def without_effect(specification: Specification, silent: Mapping[str, Any]) -> Specification:
    """Return the specification with the derivation rules `silent` in place of its own.

    For rules that read findings nobody has: they change nobody, and specifications that differ
    in them alone are derived once.
    """
    return replace(specification, derivation=replace(specification.derivation, **silent))
