from pathlib import Path

import pytest
import yaml

from study.reconstruction.women import reconstruct_women

PUBLISHED = Path(__file__).resolve().parents[3] / "config/cohorts/milan/published.yaml"


@pytest.fixture(scope="session")
def published():
    return yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def women(published):
    return reconstruct_women(published)


@pytest.fixture(scope="session")
def analysed(women):
    return women[women["excluded_by"].isna()]
