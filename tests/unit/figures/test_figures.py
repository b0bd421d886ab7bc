"""Every figure on a study of four clips: drawn without a warning, legible, and honest where there is nothing."""

from collections.abc import Callable, Mapping

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text

from clipstudy.figures import FIGURES, grid_choices, index_costs, replication, style, target_ranks
from clipstudy.figures.labels import describe_runs, name_texts
from clipstudy.retrieval.published import Published
from tests.unit.tiny import SETTINGS, Tiny


def timings(tiny: Tiny) -> list[dict]:
    return [
        {"index_id": index_id, "construction_seconds": 0.01 * (i + 1), "mean_query_seconds": 0.001 * (i + 1)}
        for i, index_id in enumerate(tiny.frames["indexes"]["index_id"])
    ]


def published(tiny: Tiny) -> Published:
    indexes = tiny.frames["indexes"][["index_id"]].assign(seconds=0.5)
    ranks = tiny.frames["ranks"][["index_id", "scheme", "query_id", "best"]].rename(columns={"best": "published"})
    ranks = ranks[ranks["scheme"].str.match("[bt]..$|.*-published$")]
    ranks = ranks[ranks["scheme"].str.endswith(("x", "-published"))]
    return Published(
        indexes, ranks.assign(scheme=ranks["scheme"].str[:3], seconds=0.002).astype({"published": "Int64"})
    )


def figures(tiny: Tiny, subject: str) -> Mapping[str, Callable[[], Figure]]:
    names = {"target_ranks": ("ranks", "queries", "clips", "comments"), "grid_choices": ("ranks", "indexes", "queries")}
    frames = {name: tiny.frames[name] for name in names.get(subject, ())}
    if subject == "target_ranks":
        return target_ranks.figures(**frames, settings=SETTINGS)
    if subject == "grid_choices":
        more = {"evaluation": tiny.evaluation, "headline": tiny.headline, "settings": SETTINGS, "seed": 1}
        return grid_choices.figures(**frames, **more)
    if subject == "index_costs":
        return index_costs.figures(tiny.frames["indexes"], timings(tiny), published(tiny))
    return replication.figures(tiny.frames["ranks"], published(tiny).ranks, tiny.headline, emulated())


def emulated() -> pd.DataFrame:
    """Under every scheme one exact rank, one that is not, and one target that both sides miss."""
    ranks = pd.DataFrame(
        {"predicted": [2, 1, None], "best": [1, 1, None], "worst": [4, 1, None], "published": [2, 3, None]}
    )
    return pd.concat([ranks.assign(scheme=scheme) for scheme in replication.EMULATED])


@pytest.mark.parametrize("subject", [name for name in FIGURES if not name.startswith("virality")])
def test_figures_are_drawn_with_legible_text(tiny: Tiny, subject: str):
    mpl.use("agg")
    functions = figures(tiny, subject)
    assert set(functions) == set(FIGURES[subject])
    for name, function in functions.items():
        with mpl.rc_context(style.RC):
            figure = function()
            figure.canvas.draw()
            assert figure.get_figwidth() in (style.COLUMN, style.PAGE), name
            shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
            small = [t.get_text() for t in shown if t.get_fontsize() < style.SMALLEST]
            assert not small, name
            raw = [t.get_text() for t in shown if "_" in t.get_text()]
            assert not raw, name
            plt.close(figure)


def test_study_without_authors_labels_or_times_says_so(tiny: Tiny):
    mpl.use("agg")
    queries = tiny.frames["queries"].assign(author=None, useful_description=None, comments_on_topic=None)
    bare = tiny._replace(frames=tiny.frames | {"queries": queries})
    found = {
        "rank_by_author": figures(bare, "target_ranks")["rank_by_author"],
        "rank_by_label": figures(bare, "target_ranks")["rank_by_label"],
        "ngrams_by_label": figures(bare, "grid_choices")["ngrams_by_label"],
        "query_time": index_costs.figures(tiny.frames["indexes"], [], None)["query_time"],
    }
    texts = {name: [t.get_text() for t in function().findobj(Text) if t.get_text()] for name, function in found.items()}
    assert texts["rank_by_author"] == ["The queries of this study name no authors."]
    assert texts["rank_by_label"] == texts["ngrams_by_label"] == ["The queries of this study carry no labels."]
    assert texts["query_time"] == ["No times were recorded for this study."]
    plt.close("all")


def test_runs_are_ordered_as_readers_expect(tiny: Tiny):
    runs = describe_runs(tiny.evaluation, tiny.frames["indexes"])
    assert list(runs["tokens"].cat.categories) == ["words", "4-grams"]
    assert next(iter(runs["texts"].cat.categories)) == "basic only"
    assert list(runs["texts"].cat.categories)[-1] == "+ all three"
    assert len(runs) == len(tiny.evaluation)


def test_texts_are_named_by_what_is_added():
    assert name_texts(False, False, False) == "basic only"
    assert name_texts(True, False, True) == "+ speech, comments"


def test_published_and_own_times_stand_side_by_side(tiny: Tiny):
    records = {"clipstudy": pd.DataFrame(timings(tiny))}
    costs = index_costs.describe_costs(tiny.frames["indexes"], records)
    assert len(costs) == len(tiny.frames["indexes"])
    assert set(costs["series"]) == {"clipstudy"}
