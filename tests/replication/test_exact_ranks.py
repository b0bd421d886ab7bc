"""What wrong emulations get right on the published data, and what each defect did to figures and conclusions."""

import pytest

from clipstudy.retrieval.defects import RULES, VARIANTS, compare_variants, count_controls, switch_off
from clipstudy.retrieval.emulate import count_exact, emulate, explain_not_exact, join_published
from clipstudy.retrieval.normalise import make_normaliser
from clipstudy.retrieval.published import read_published
from clipstudy.retrieval.texts import normalise_texts, read_collection
from clipstudy.study import CONFIG_FOLDER, load_study

STUDY = load_study(CONFIG_FOLDER / "jimtok.yaml")
CONFIG = STUDY.retrieval
CORPUS = ("clips", "comments", "queries")


@pytest.fixture(scope="module")
def normalise(root):
    return make_normaliser(STUDY.text, root / STUDY.paths.data)


@pytest.fixture(scope="module")
def collection(tables, normalise):
    texts = normalise_texts(*(tables[name] for name in CORPUS), normalise)
    return read_collection(texts, tables["queries"])


@pytest.fixture(scope="module")
def places(tables):
    clips = tables["clips"]
    return dict(zip(clips["clip_id"].to_pylist(), clips["batch_order"].to_pylist(), strict=True))


@pytest.fixture(scope="module")
def published(root):
    return read_published(root / STUDY.paths.data / CONFIG.published.results).ranks


@pytest.fixture(scope="module")
def emulated(collection, places):
    return emulate(collection, [places[clip_id] for clip_id in collection.clip_ids], CONFIG)[0]


@pytest.fixture(scope="module")
def compared(tables, places, normalise, emulated, collection):
    corpus = {name: tables[name] for name in CORPUS}
    ranks = switch_off(corpus, places, normalise, emulated, CONFIG)
    return compare_variants(ranks, CONFIG, len(collection.clip_ids))


@pytest.fixture(scope="module")
def controls(collection, places, published):
    return count_controls(collection, [places[clip_id] for clip_id in collection.clip_ids], published)


def test_every_rank_is_exact_and_none_is_left_to_explain(emulated, published):
    joined = join_published(emulated, published)
    assert len(joined) == 82_560
    assert count_exact(joined) == 82_560
    assert explain_not_exact(joined) == []
    within = (joined["best"] <= joined["predicted"]) & (joined["predicted"] <= joined["worst"])
    assert within.fillna(joined["published"].isna()).all()


# of 33,024 ranks on the indexes of words and 7-grams
@pytest.mark.parametrize(
    ("control", "most"),
    [
        ("seed_0", 24_000),
        ("prefixes_exchanged", 31_000),
        ("never_doubling", 32_500),
        ("probe_limit_8", 32_800),
        ("corpus_by_id", 33_000),
        ("not_presized", 33_000),
        ("growth_threshold", 33_023),
        ("fields_reversed", 33_023),
    ],
)
def test_a_wrong_emulation_falls_short(controls, control, most):
    assert controls["ranks"] == 33_024
    assert controls["exact"]["as_published"] == 33_024
    assert controls["exact"][control] <= most


def test_the_figures_of_the_published_variant_are_the_published_ones(compared):
    figures = compared["figures"]["published"]
    assert figures["char4_share_first"] == pytest.approx(0.6628, abs=5e-5)
    assert figures["char4_mean_rank"] == pytest.approx(39.71, abs=5e-3)
    assert figures["char5_mrr"] == pytest.approx(0.7373, abs=1e-4)
    assert figures["char5_missed"] == 3
    assert figures["bpc_median_rank"] == 8
    assert figures["bpc_share_first"] == pytest.approx(0.2338, abs=5e-5)


def test_no_defect_of_the_length_touches_schemes_without_it(compared):
    figures = compared["figures"]
    for variant in ("cosine", "idf"):
        for scheme in ("bxx", "bfx", "bpx", "txx", "tfx", "tpx"):
            assert figures[variant][f"{scheme}_share_first"] == figures["published"][f"{scheme}_share_first"]
    assert figures["cosine"]["bpc_share_first"] > 1.5 * figures["published"]["bpc_share_first"]
    assert figures["idf"]["bfc_share_first"] > 1.5 * figures["published"]["bfc_share_first"]
    assert figures["idf"]["bpc_share_first"] == figures["published"]["bpc_share_first"]


def test_conclusions_by_variant(compared):
    held = {
        name: [variant for variant in VARIANTS if compared["conclusions"][variant][name]["holds"]] for name in RULES
    }
    always = list(VARIANTS)
    assert held["no_normalisation_best"] == held["binary_best"] == always
    assert held["comments_most_useful"] == held["attribution_hurts"] == always
    assert held["no_normalisation_always"] == ["published", "idf", "ties", "quotes"]  # only the length made it so
    assert held["probabilistic_best"] == ["published", "cosine", "idf", "quotes"]  # only the order of ties made it so
    assert held["char4_best"] == ["published", "cosine", "idf", "ties"]  # only the quotes made it so
