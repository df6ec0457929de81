"""The rules of the house that a machine can keep."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import PROJECT, snakemake

RULE_FILES = sorted(PROJECT.glob("rules/*.smk"))
RULES = [
    name
    for file in RULE_FILES
    for name in re.findall(r"^rule (\w+):", file.read_text(encoding="utf-8"), re.MULTILINE)
]
MODULES = sorted(PROJECT.glob("scripts/study/**/*.py"))
# Within study/, a room may use those that stand before it in this list, and its own.
ROOMS = [
    "problems", "cohort", "biomarkers", "statistics", "reconstruction", "sensitivity",
    "presentation",
]  # fmt: skip


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("rule", RULES)
def test_rule_script_and_function_share_one_name(rule):
    tree = ast.parse((PROJECT / "scripts" / f"{rule}.py").read_text(encoding="utf-8"))
    assert rule in [n.name for n in tree.body if isinstance(n, ast.FunctionDef)]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_passes_its_script_every_argument_and_no_other(rule):
    """A parameter nobody reads, or an argument nobody passes, is a slip in the wiring."""
    text = (PROJECT / "scripts" / f"{rule}.py").read_text(encoding="utf-8")
    used = set(re.findall(r"snakemake\.(?:input|output|params|log)\.(\w+)", text))
    block = next(
        part
        for file in RULE_FILES
        for part in re.split(r"\n(?=rule )", file.read_text(encoding="utf-8"))
        if part.startswith(f"rule {rule}:")
    )
    block = re.sub(r"    wildcard_constraints:\n(?: {8}.*\n)+", "", block)
    passed = set(re.findall(r"^        (\w+)=", block, re.MULTILINE))
    # inputs that only order the DAG, checksums that only trigger, numbers for captions only
    silent = {"code", "content", "settings", "codebook", "words", "reconciliation", "quoted"}
    assert used <= passed
    assert passed - used <= silent


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_docstring_log_benchmark_and_environment(rule):
    text = "\n".join(file.read_text(encoding="utf-8") for file in RULE_FILES)
    block = re.search(rf"^rule {rule}:\n.*?(?=^rule |\Z)", text, re.DOTALL | re.MULTILINE).group()
    assert '"""' in block
    place = "summary" if '"results/summary/' in block else "{cohort}"
    # A rule that runs in batches has a log of each.
    name = f"{rule}_{{batch}}" if "{batch}" in block else rule
    assert f'"results/{place}/logs/{name}.log"' in block
    assert f'"results/{place}/benchmarks/{name}.tsv"' in block
    assert '"../envs/environment.yaml"' in block


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PROJECT)))
def test_imports_within_the_study_point_one_way(module):
    room = module.relative_to(PROJECT / "scripts/study").parts[0].removesuffix(".py")
    allowed = ROOMS[: ROOMS.index(room) + 1] if room in ROOMS else []
    for name in imports(module):
        assert not name.startswith("snakemake")
        if name.startswith("study."):
            assert name.split(".")[1] in allowed, f"{module} imports {name}"


@pytest.mark.parametrize(
    "module", sorted(PROJECT.glob("scripts/**/*.py")), ids=lambda m: str(m.relative_to(PROJECT))
)
def test_rooms_are_small(module):
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 250
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 50, f"{node.name} is long"


@pytest.mark.parametrize("file", RULE_FILES, ids=lambda f: f.name)
def test_rule_files_are_short(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 150


def test_the_snakefile_is_under_sixty_lines_and_imports_nothing_heavy():
    assert len((PROJECT / "Snakefile").read_text(encoding="utf-8").splitlines()) < 60
    for file in [PROJECT / "Snakefile", *RULE_FILES]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"import (pandas|numpy|scipy|statsmodels|matplotlib)", text)
    assert not imports(PROJECT / "schemas/document.py") & {"pandas", "pandera", "pandera.pandas"}


def test_the_conda_environment_has_the_versions_of_the_lock():
    lock = dict(
        re.findall(
            r"^([a-z0-9_.-]+)==([^ ]+)",
            (PROJECT / "envs/requirements.txt").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    environment = yaml.safe_load((PROJECT / "envs/environment.yaml").read_text(encoding="utf-8"))
    entries = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    entries += next(e["pip"] for e in environment["dependencies"] if isinstance(e, dict))
    pinned = [re.split("==?", entry) for entry in entries if re.search(r"[^>]=", entry)]
    assert len(pinned) >= 12
    for name, version in pinned:
        assert lock[name] == version, name


def test_the_lock_has_hashes_and_no_index_address():
    text = (PROJECT / "envs/requirements.txt").read_text(encoding="utf-8")
    packages = re.findall(r"^[a-z0-9_.-]+==", text, re.MULTILINE)
    assert text.count("    --hash=sha256:") >= len(packages) > 20
    assert "://" not in text
    assert "index" not in text.replace("--no-emit-index-url", "")


def test_every_key_of_the_configuration_is_described_and_in_the_manual():
    manual = (PROJECT / "config/README.md").read_text(encoding="utf-8")
    schema = yaml.safe_load((PROJECT / "schemas/config.schema.yaml").read_text(encoding="utf-8"))
    blocks = {
        "derivation", "exclusions", "statistics", "models", "checks", "resampling", "summary",
    }  # fmt: skip
    decisions = {*schema["$defs"]["analysis"]["properties"], "summary"}
    assert decisions == {*blocks, "reclassification"}
    for block in decisions:
        assert f"### `{block}`: " in manual, f"config/README.md has no section {block}"
    for block in blocks:
        for key, value in schema["$defs"][block]["properties"].items():
            assert value.get("description"), f"{block}.{key} has no description"
            assert f"`{key}`" in manual, f"config/README.md does not describe {block}.{key}"


def test_every_key_of_the_sensitivity_analysis_is_described_and_in_the_manual():
    manual = (PROJECT / "config/README.md").read_text(encoding="utf-8")
    section = manual.split("## The sensitivity analysis", 1)[1].split("\n## ", 1)[0]
    schema = yaml.safe_load(
        (PROJECT / "schemas/sensitivity.schema.yaml").read_text(encoding="utf-8")
    )
    keys = {**schema["properties"], **schema["$defs"]["option"]["properties"]}
    for key, value in keys.items():
        assert value.get("description"), f"sensitivity.{key} has no description"
        assert f"`{key}`" in section, f"config/README.md does not describe sensitivity.{key}"
    document = yaml.safe_load((PROJECT / "config/sensitivity.yaml").read_text(encoding="utf-8"))
    for dimension in document["dimensions"]:
        assert f"`{dimension}`" in section, f"config/README.md does not name {dimension}"


def test_lists_of_rules_carry_their_descriptions():
    listing = snakemake(PROJECT, "--list-rules")
    assert listing.returncode == 0, listing.stderr
    for rule in RULES:
        assert rule in listing.stdout
