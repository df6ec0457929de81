"""What both entry points of the sensitivity analysis share: its files, read and put together."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from schemas.sensitivity import read_sensitivity
from study.presentation.sensitivity_results import Sensitivity
from study.presentation.specification_curve import level_followed
from study.sensitivity.decisions import follow_exposure, terms_of_primary
from study.sensitivity.universes import is_bound


def read_found(
    files: Mapping[str, Path],
    exposure: str,
    dimensions: Mapping[str, Mapping[str, Mapping[str, Any]]],
    only_alone: Mapping[str, Sequence[str]],
    origin: Mapping[str, Any],
) -> Sensitivity:
    """Return the results of a sensitivity analysis from its files, by the names of the schemas."""
    read = {name: read_sensitivity(name, path) for name, path in files.items()}
    universes, estimates = read.pop("universes"), read.pop("estimates")
    level = level_followed(estimates, exposure)
    return Sensitivity(
        followed=follow_exposure(universes, estimates, exposure, level),
        bound=is_bound(universes, only_alone),
        terms=terms_of_primary(estimates),
        dimensions=dimensions,
        only_alone=only_alone,
        origin=origin,
        **read,
    )
