"""What an alternative definition changes: which rules, which fact, which findings it reads."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import pandas as pd

from study.biomarkers.decision import is_known
from study.biomarkers.derivation import DerivationRules

_IHC = (
    "her2_ihc",
    "her2_staining_percent",
    "her2_staining_intensity",
    "her2_staining_completeness",
    "her2_staining_pattern",
)
_ISH = ("her2_ish", "her2_ratio", "her2_copies", "cep17_copies")
_RECOUNT = ("her2_recount_ratio", "her2_recount_copies", "her2_recount_cells")
# Nested rules are named with a dot, as in `flattened`. Without any of these findings a
# definition changes nobody: the recorded verdict stays what it is.
FINDINGS = {
    "her2_edition": (*_IHC, *_ISH, *_RECOUNT),
    "precedence.her2_ihc": _IHC,
    "precedence.her2_status": (*_IHC, *_ISH, *_RECOUNT),
    "er_positive_from_percent": ("er_percent",),
    "precedence.er_status": ("er_percent",),
    "pr_positive_from_percent": ("pr_percent",),
    "precedence.pr_status": ("pr_percent",),
    "ki67_high_from_percent": ("ki67_percent",),
    "subtype_scheme": ("er_percent", "pr_percent", "ki67_percent"),
    "precedence.subtype": ("er_percent", "pr_percent", *_IHC, *_ISH, "ki67_percent"),
}
_OF_HER2 = {"her2_edition", "precedence.her2_ihc", "precedence.her2_status"}


def redefine(primary: DerivationRules, changed: Mapping[str, Any]) -> DerivationRules:
    """Return the primary rules with some in others' place; a mapping is merged key by key.

    Raises
    ------
    ValueError
        If a rule is changed that decides neither HER2 status nor subtype: `FINDINGS` has all.
    """
    if unknown := flattened(changed).keys() - FINDINGS.keys():
        raise ValueError(f"no rule of HER2 status or subtype: {', '.join(sorted(unknown))}")
    merged: dict[str, Any] = {
        name: {**getattr(primary, name), **value} if isinstance(value, Mapping) else value
        for name, value in changed.items()
    }
    return replace(primary, **merged)


def flattened(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested rules on one level: ``precedence.her2_status``."""
    flat: dict[str, Any] = {}
    for name, value in rules.items():
        inner = flattened(value) if isinstance(value, Mapping) else None
        flat |= {name: value} if inner is None else {f"{name}.{k}": v for k, v in inner.items()}
    return flat


def fact_changed(changed: Mapping[str, Any]) -> str:
    """Return which fact to cross-tabulate: HER2 status where its rules change, else the subtype.

    Nothing changed is the primary definition, which shows the study's exposure.
    """
    keys = flattened(changed).keys()
    return "her2_status" if not keys or keys & _OF_HER2 else "subtype"


def findings_read(changed: Mapping[str, Any]) -> list[str]:
    """Return the fields that the changed rules read."""
    return list(dict.fromkeys(name for rule in flattened(changed) for name in FINDINGS[rule]))


def have_any(cohort: pd.DataFrame, findings: list[str]) -> pd.Series:
    """Return whether any of the findings is known of each woman."""
    return cohort[findings].apply(is_known).any(axis="columns")


def decisions_in_text(changed: Mapping[str, Any]) -> str:
    """Return rules and values as the configuration writes them, joined by ``; ``."""
    return "; ".join(
        f"{rule}: {value:g}" if isinstance(value, int | float) else f"{rule}: {value}"
        for rule, value in flattened(changed).items()
    )


def values_of(primary: DerivationRules, rules: list[str]) -> dict[str, Any]:
    """Return the primary's values of rules that are named as in `flattened`."""
    everything = flattened({field.name: getattr(primary, field.name) for field in fields(primary)})
    return {rule: everything[rule] for rule in rules}
