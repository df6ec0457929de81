"""How configuration files are read and checked; functions of the workflow, no rules."""

from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

from schemas.choices import choice_problems, with_definitions
from schemas.document import document_problems, explain_syntax, read_document


def read_yaml(path):
    """The content of a YAML file; a syntax error names file and line."""
    try:
        return read_document(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkflowError(f"{path} does not exist; {Path.cwd()} was searched for it.") from None
    except yaml.YAMLError as error:
        raise WorkflowError(f"{path} cannot be read, {explain_syntax(error)}") from None


def check(document, schema, name):
    """Stop with every violation of the schema at once."""
    refuse(document_problems(document, read_yaml(f"schemas/{schema}"), name))


def refuse(problems):
    """Stop if there are problems, with all of them."""
    if problems:
        raise WorkflowError("The configuration cannot be used:\n  " + "\n  ".join(problems))


def read_sensitivity_file(path):
    """The file of the sensitivity analysis, checked: values by their keys, options by name."""
    document = read_yaml(path)
    decisions = read_yaml("schemas/config.schema.yaml")
    schema = with_definitions(read_yaml("schemas/sensitivity.schema.yaml"), decisions)
    refuse(document_problems(document, schema, path))
    refuse(choice_problems(document, path))
    return document


# `configfile:` reads it next, and would not tell the line of a slip.
read_yaml("config/config.yaml")
