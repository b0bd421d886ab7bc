"""Find viral episodes of clips, audios and creators in a panel, and how they depend on percentile and window."""

from typing import TYPE_CHECKING

import pyarrow as pa

from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_encoded, write_columns, write_table
from clipstudy.virality.derived import Sightings
from clipstudy.virality.episodes import measure_sensitivity, tabulate_episodes
from clipstudy.virality.rates import fit_paths
from clipstudy.virality.resample import significant

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        config = load_study(snakemake.params.study).virality
        sightings = Sightings(read_encoded("observations", snakemake.input.observations))
        paths = fit_paths(sightings)
        write_table("episodes", tabulate_episodes(sightings, paths, config), snakemake.output.episodes)
        sensitivity = significant(measure_sensitivity(sightings, paths, config))
        write_columns(pa.Table.from_pylist(sensitivity), snakemake.output.sensitivity)
