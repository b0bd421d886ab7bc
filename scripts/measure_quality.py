"""Hold what was read of the simulated world against its truth: `media.json`, the headline numbers of the media."""

from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.tables import read_table, write_json
from clipstudy.world.model import read_world
from clipstudy.world.quality import measure_quality

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        names = ("clips", "comments", "rejected", "downloads", "media_texts")
        tables = {name: read_table(name, snakemake.input[name]) for name in names}
        write_json(measure_quality(read_world(snakemake.input.truth), tables), snakemake.output.quality)
