"""The command `clipstudy`: what a person runs by hand; the workflow runs the rest."""

import json
import logging
from pathlib import Path
from typing import Annotated

import typer

from clipstudy.acquire.crawler import Places, crawl, summarise
from clipstudy.acquire.scraper import Manner, is_unfinished, scrape
from clipstudy.media.network import load_network
from clipstudy.retrieval.replicate import check_replication
from clipstudy.study import CONFIG_FOLDER, StudyError, load_study, override, study_schema

app = typer.Typer(
    help="Reproducible research on short videos.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


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
def check_replication_file(
    path: Annotated[Path, typer.Argument(help="replication.json of a study", exists=True, dir_okay=False)],
) -> None:
    """Say how far a replication reached, and fail where it falls short of the published results."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        faults = check_replication(found)
    except (ValueError, KeyError, TypeError) as error:
        typer.echo(f"{path}: not the replication.json of a study ({error!r}); `make replicate` writes it", err=True)
        raise typer.Exit(1) from None
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


@app.command("scrape")
def scrape_feed(
    study: Annotated[str, typer.Argument(help="name of a study whose configuration has the section `acquire`")],
    start_url: Annotated[str | None, typer.Option(help="instead of acquire.start_url")] = None,
    clips: Annotated[int | None, typer.Option(min=1, help="end after so many clips of the feed")] = None,
    comments: Annotated[int | None, typer.Option(min=0, help="read at most so many comments of a clip")] = None,
    delay: Annotated[float | None, typer.Option(min=0, help="seconds between two clips")] = None,
    browser: Annotated[str | None, typer.Option(help="chromium or firefox")] = None,
    out: Annotated[Path | None, typer.Option(help="folder of the batches instead of data/STUDY/raw")] = None,
    network: Annotated[
        Path | None,
        typer.Option(help="JSON file that maps host names, for a site on this machine; or CLIPSTUDY_NETWORK"),
    ] = None,
    dom_only: Annotated[bool, typer.Option("--dom-only", help="do not read the state embedded in pages")] = False,
    headed: Annotated[bool, typer.Option("--headed", help="show the browser's window")] = False,
) -> None:
    """Scrape a feed with a real browser into raw batches.

    The feed is visited clip by clip in one tab, with a pause between clips and a user agent that says who asks. The
    scraper never logs in and never solves a captcha: it waits, tries again, and records what it could not read in
    failures.jsonl. Stop it whenever you like, by Ctrl-C or a kill: the same command goes on where it was. Batches
    appear when the feed, or --clips of it, is done; batches that are there already are never overwritten.

    For example,

    - `clipstudy scrape mine --clips 50`: a first look at the feed of your study

    - `clipstudy scrape mine --dom-only`: trust only what the pages show
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        settings = load_study(CONFIG_FOLDER / f"{study}.yaml")
        if settings.acquire is None:
            raise StudyError(f"{settings.paths.config}: key `acquire`: missing; it says where the feed is")
        given = {"start_url": start_url, "clips": clips, "comments": comments, "delay_seconds": delay}
        options = override(settings.acquire, {**given, "browser": browser})
        raw = out or settings.paths.raw
        journal = (out or settings.paths.interim / "scrape") / "journal.jsonl"
        if (found := sorted(raw.glob("batch_*.json"))) and not is_unfinished(raw, journal):
            raise StudyError(f"{found[0]}: raw data are never overwritten; move them away, or choose another --out")
        manner = Manner(dom_only=dom_only, site_clock=settings.simulated, headless=not headed)
        summary = scrape(options, raw, journal, load_network(network), manner)
    except StudyError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    rate = summary.visited / summary.seconds
    typer.echo(f"{raw}: {summary.clips} clips read, {summary.failed} not ({rate:.2f} clips a second)")


@app.command("crawl")
def crawl_feed(
    study: Annotated[str, typer.Argument(help="name of a study whose configuration has the section `crawl`")],
    start_url: Annotated[str | None, typer.Option(help="instead of crawl.start_url")] = None,
    clips: Annotated[int | None, typer.Option(min=1, help="unique clips, after which the run ends")] = None,
    minutes: Annotated[float | None, typer.Option(min=0, help="after which the run ends")] = None,
    delay: Annotated[float | None, typer.Option(min=0, help="seconds between two clips")] = None,
    browser: Annotated[str | None, typer.Option(help="chromium or firefox")] = None,
    out: Annotated[Path | None, typer.Option(help="folder of the run files instead of data/STUDY/raw/feed")] = None,
    network: Annotated[
        Path | None,
        typer.Option(help="JSON file that maps host names, for a site on this machine; or CLIPSTUDY_NETWORK"),
    ] = None,
    headed: Annotated[bool, typer.Option("--headed", help="show the browser's window")] = False,
) -> None:
    """Crawl one run of an anonymous feed with a real browser; a scheduler starts it hour by hour.

    Each clip that the run has not seen yet becomes a line of data/STUDY/raw/feed/run-NUMBER-HOUR.jsonl, and every line
    is on the disk at once. A run that still goes on, or was killed, is ended first, and what it gathered is kept.
    The crawler never logs in and never solves a captcha.

    One line of JSON on standard output tells what came of the run. Exit codes: 0 done; 1 a mistake in the
    configuration, or no browser; 3 ended early, what was seen is kept; 4 nothing was seen; 130 and 143 ended by a
    signal, what was seen is kept.

    For example,

    - `clipstudy crawl mine --clips 10`: a first look at the feed of your study
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        settings = load_study(CONFIG_FOLDER / f"{study}.yaml")
        if settings.crawl is None:
            raise StudyError(f"{settings.paths.config}: key `crawl`: missing; it says where the feed is")
        given = {"start_url": start_url, "clips": clips, "minutes": minutes, "delay_seconds": delay}
        options = override(settings.crawl, {**given, "browser": browser})
        places = Places(out or settings.paths.raw / "feed", out / ".crawl" if out else settings.paths.interim / "crawl")
        report = crawl(options, places, load_network(network), site_clock=settings.simulated, headless=not headed)
    except StudyError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps({"study": study, **summarise(report)}, sort_keys=True))
    raise typer.Exit(report.exit_code)


if __name__ == "__main__":
    app()
