"""What both entry points of the sensitivity analysis share: its files, read and put together."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from schemas.sensitivity import read_sensitivity
from study.presentation.sensitivity_results import Sensitivity
from study.presentation.specification_curve import level_followed
from study.sensitivity.decisions import follow_exposure
from study.sensitivity.universes import is_bound


def read_found(
    files: Mapping[str, Path], exposure: str, only_alone: Mapping[str, Sequence[str]]
) -> Sensitivity:
    """Return the results of a sensitivity analysis from its files, by the names of the schemas."""
    read = {name: read_sensitivity(name, path) for name, path in files.items()}
    universes, estimates = read.pop("universes"), read.pop("estimates")
    level = level_followed(estimates, exposure)
    followed = follow_exposure(universes, estimates, exposure, level)
    return Sensitivity(followed=followed, bound=is_bound(universes, only_alone), **read)
