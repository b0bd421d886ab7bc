"""Make the derived tables of a panel (rates, ratios, uploads, creators, audios) from its observations."""

from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.tables import read_encoded, write_sorted
from clipstudy.virality.derived import Sightings, derive_audios, derive_creators, derive_ratios, derive_uploads
from clipstudy.virality.rates import fit_paths, measure_rates

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        sightings = Sightings(read_encoded("observations", snakemake.input.observations))
        write_sorted(measure_rates(sightings, fit_paths(sightings)), snakemake.output.rates)
        write_sorted(derive_ratios(sightings), snakemake.output.ratios)
        write_sorted(derive_uploads(sightings), snakemake.output.uploads)
        write_sorted(derive_creators(sightings), snakemake.output.creators)
        write_sorted(derive_audios(sightings), snakemake.output.audios)
