"""Which cohorts are registries, and what of their decisions groups them; functions, no rules."""

REGISTRIES = [name for name in COHORTS if COHORT[name]["workbook"].get("registry")]
# The cohorts whose patients are rows; only these are resampled so far.
LISTED = [name for name in COHORTS if name not in REGISTRIES]
# A name that no cohort can have where there is no registry.
REGISTRY = "|".join(REGISTRIES) or "-"


def values_of_registry(wildcards):
    """The counted values of age and Ki-67, which only a registry keeps apart."""
    path = f"results/{wildcards.cohort}/cohort/values.parquet"
    return [path] if wildcards.cohort in REGISTRIES else []


def cut_offs(rule):
    """A cut-off of the primary definitions and of all alternatives, in a function of the wildcards.

    Numbers are grouped by these, so that every definition finds its women apart.
    """

    def of_cohort(wildcards):
        analysis = COHORT[wildcards.cohort]["analysis"]
        others = [
            changed[rule]
            for changed in analysis["reclassification"].values()
            if rule in (changed or {})
        ]
        return sorted({analysis["derivation"][rule], *others})

    return of_cohort
