"""Histological type."""

import pandas as pd

from study.biomarkers.lookup import name_missing


def derive_histology(histology_recorded: pd.Series) -> pd.Series:
    """Return the histological type or unknown; in situ cancers stay, exclusion is another step."""
    return name_missing(histology_recorded, "unknown")
