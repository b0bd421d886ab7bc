"""Every figure has a caption for the report, and every caption a figure."""

from pathlib import Path

from clipstudy.figures import FIGURES

CAPTIONS = Path(__file__).parents[2] / "workflow/report"


def test_every_figure_has_a_caption_and_every_caption_a_figure():
    figures = {name for names in FIGURES.values() for name in names}
    assert {path.stem for path in CAPTIONS.glob("*.rst")} == figures | {"paper", "workflow"}


def test_every_caption_says_whether_data_are_simulated():
    silent = [
        path.name for path in CAPTIONS.glob("*.rst") if "{{ snakemake.config.data_note }}" not in path.read_text()
    ]
    assert silent == []
