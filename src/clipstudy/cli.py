"""The command `clipstudy`: what a person runs by hand; the workflow runs the rest."""

import json
from pathlib import Path
from typing import Annotated

import typer

from clipstudy.retrieval.replicate import check_replication
from clipstudy.study import CONFIG_FOLDER, StudyError, load_study, study_schema

app = typer.Typer(help="Reproducible research on short videos.", no_args_is_help=True, pretty_exceptions_enable=False)


@app.command()
def schema() -> None:
    """Print the JSON schema of a study's configuration, as kept in config/schema.json."""
    typer.echo(study_schema(), nl=False)


@app.command()
def check(study: Annotated[str, typer.Argument(help="name of the study")]) -> None:
    """Check the configuration of a study; say what is wrong in one line each."""
    try:
        load_study(CONFIG_FOLDER / f"{study}.yaml")
    except StudyError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{CONFIG_FOLDER / study}.yaml is sound")


@app.command("check-replication")
def check_replication_file(path: Annotated[Path, typer.Argument(help="replication.json of a study")]) -> None:
    """Say how far a replication reached, and fail where it falls short of the published results."""
    found = json.loads(path.read_text(encoding="utf-8"))
    faults = check_replication(found)
    for fault in faults:
        typer.echo(f"replication falls short: {fault}", err=True)
    if faults:
        raise typer.Exit(1)
    typer.echo(
        f"replication: {found['vocabularies_equal']} of {found['indexes']} vocabularies equal, "
        f"{found['ranks_within_tie']:,} of {found['ranks_comparable']:,} comparable ranks within their tie, "
        f"{found['ranks_exact']:,} of {found['ranks_published']:,} ranks exact, "
        f"{len(found['headline'])} of {len(found['headline'])} headline figures contained"
    )


if __name__ == "__main__":
    app()
