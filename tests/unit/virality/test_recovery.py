import numpy as np
import pytest

from clipstudy.study import Feed, Virality
from clipstudy.virality.episodes import Episodes
from clipstudy.virality.panel import build_panel
from clipstudy.virality.recovery import Effect, coverage, match_episodes, measure_recovery
from clipstudy.world.feed.build import simulate_feed, write_runs
from clipstudy.world.feed.truth import truth_tables
from tests.unit.virality.lines import write_runs as write_lines

FEED = Feed(
    start="2022-07-30T12:00:00Z",
    runs=240,
    clips=400,
    creators=320,
    audios=300,
    clips_per_run=40,
    bursts=60,
    giants=8,
    ambiguous_giants=1,
    faults={"killed_run": 4, "torn_line": 2, "skewed_run": 1, "duplicated_line": 10, "zero_followers": 1},
)


def episodes(*rows):
    subject, first, last = (np.array(column) for column in zip(*rows, strict=True))
    nothing = np.zeros(len(rows))
    return Episodes(subject.astype(np.int32), first, last, first, nothing, nothing, nothing, nothing)


def test_episodes_match_that_overlap():
    found = episodes((0, 1, 3), (0, 6, 6), (2, 0, 1), (4, 0, 9))
    true = episodes((0, 3, 4), (2, 2, 5), (3, 0, 1), (4, 1, 1), (4, 5, 5))
    assert match_episodes(found, true).tolist() == [0, -1, -1, 3]
    assert match_episodes(true, found).tolist() == [0, -1, -1, 3, 3]


def test_coverage_counts_intervals_that_have_the_truth():
    assert coverage([Effect(1, 2, 0, 3), Effect(1, 2, 1.5, 3), Effect(3, 2, 1, 3), Effect(0, 2, 1, 3)]) == 2 / 4


def test_worlds_without_an_interval_tell_nothing_of_coverage():
    none = Effect(1, np.nan, np.nan, np.nan)
    assert coverage([Effect(1, 2, 0, 3), none]) == 1
    assert np.isnan(coverage([none]))


def test_no_episode_has_no_true_effect(tmp_path):
    feed = FEED.model_copy(update={"runs": 24, "bursts": 1, "faults": {}})
    world = simulate_feed(feed, 3)
    write_runs(world, tmp_path / "data/made/raw/feed")
    study = write_lines(tmp_path).model_copy(update={"virality": Virality(begin=FEED.start)})
    found = measure_recovery(build_panel(study, tmp_path).observations, truth_tables(world), study.virality)
    assert np.isnan(found["follower_effect_true"])
    assert np.isnan(found["episode_precision"])


@pytest.fixture(scope="module")
def recovered(tmp_path_factory):
    """A smaller simulated feed with all faults, measured and held against its truth."""
    root = tmp_path_factory.mktemp("world")
    world = simulate_feed(FEED, 3)
    write_runs(world, root / "data/made/raw/feed")
    study = write_lines(root).model_copy(update={"virality": Virality(begin=FEED.start)})
    panel = build_panel(study, root)
    return world, panel, measure_recovery(panel.observations, truth_tables(world), study.virality)


def test_every_line_is_an_observation_or_rejected(recovered):
    world, panel, _ = recovered
    whole = [row for row in panel.rejected.to_pylist() if not row["reason"].startswith("repaired")]
    assert panel.observations.num_rows + len(whole) == len(world.observations.run)
    assert panel.summary["rejected"]["duplicate"] == world.observations.duplicate.sum() == 10
    assert panel.summary["rejected"]["torn line"] == world.observations.torn.sum() == 2


def test_the_skewed_clock_is_set_right_to_the_minute(recovered):
    world, panel, _ = recovered
    seen = world.observations
    keys = zip(panel.observations["run_id"].to_pylist(), panel.observations["position"].to_pylist(), strict=True)
    at = {(world.run_ids[r], p): t for r, p, t in zip(seen.run, seen.position, seen.at, strict=True)}
    true = np.array([at[key] for key in keys])
    found = panel.observations["observed_at"].cast("int64").to_numpy() / 1e6
    assert (np.abs(found - true) > 0.001).any()
    assert np.abs(found - true).max() < 60


def test_the_truth_is_recovered(recovered):
    *_, found = recovered
    assert found["rate_error_corrected"] < found["rate_error_published"] / 2
    assert found["episode_precision"] > 0.8
    assert found["episode_recall"] > 0.8
    assert found["overflow_repaired_share"] == 1
    assert 0 < found["overflow_ambiguous_share"] < 0.3
    assert found["follower_effect_low"] < found["follower_effect_true"] < found["follower_effect_high"]
