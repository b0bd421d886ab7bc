"""Feeds with next to nothing in them go through all steps."""

import pytest

from clipstudy.study import Virality
from clipstudy.tables import read_table, write_sorted
from clipstudy.virality.claims import VERDICTS, Panel, judge_panel
from clipstudy.virality.derived import Sightings, derive_audios, derive_creators, derive_ratios, derive_uploads
from clipstudy.virality.episodes import tabulate_episodes
from clipstudy.virality.event_study import study_events
from clipstudy.virality.rates import fit_paths, measure_rates
from clipstudy.virality.resample import significant
from tests.unit.virality.lines import line
from tests.unit.virality.made import grows, observations


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [line(1)],
        [line(1), line(2)],
        [line(n % 3, clip=n, creator=f"@c{n % 7}") for n in range(30)],
        [given for n in range(1, 25) for given in grows([0, 30, 60], [5, 5 * n, 9 * n], clip=n, creator=f"@c{n // 2}")],
        [given for n in range(30) for given in grows([0, 30], [0, 0], clip=n, creator=f"@c{n}")],
        [line(n % 3, clip=n, creator=f"@c{n}", creator_likes="9000") for n in range(30)],
    ],
    ids=[
        "nothing",
        "one sighting",
        "one clip",
        "clips seen once",
        "all with as many followers",
        "no likes",
        "above 80 likes a follower",
    ],
)
def test_claims_on_small_panels(lines, tmp_path):
    table = observations(lines)
    seen = Sightings(table)
    paths = fit_paths(seen)
    config = Virality()
    effect = significant(study_events(seen, tabulate_episodes(seen, paths, config), config))
    frames = {
        "rates": measure_rates(seen, paths),
        "uploads": derive_uploads(seen),
        "creators": derive_creators(seen),
        "observations": table,
    }
    for name, frame in frames.items():
        write_sorted(frame, tmp_path / name)
    read = {name: read_table(name, tmp_path / name).to_pandas() for name in frames}
    rows = judge_panel(Panel(**read, effect=effect), 1)
    assert [row["claim"] for row in rows] == list(range(1, 12))
    assert {row["verdict"] for row in rows} <= set(VERDICTS)
    assert derive_ratios(seen).num_rows == len(lines)
    assert derive_audios(seen).num_rows == len(lines)
