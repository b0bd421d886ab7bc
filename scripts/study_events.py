"""Estimate how many followers viral episodes of clips bring, from the observations and episodes of a panel."""

from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_encoded, read_table, write_json
from clipstudy.virality.derived import Sightings
from clipstudy.virality.event_study import study_events
from clipstudy.virality.resample import significant

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        config = load_study(snakemake.params.study).virality
        sightings = Sightings(read_encoded("observations", snakemake.input.observations))
        study = study_events(sightings, read_table("episodes", snakemake.input.episodes), config)
        write_json(significant(study), snakemake.output.effect)
