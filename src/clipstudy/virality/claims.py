"""The eleven claims of the published report, each with a test, an estimate, an interval and a verdict on a study.

A verdict is one of `VERDICTS`. On simulated data it checks the method, not the world. Rows of one creator depend on
each other: intervals are by the cluster bootstrap over creators, cluster-robust, or over creators themselves.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from clipstudy.virality.resample import cluster_interval, share_interval

VERDICTS = ("supported", "partly supported", "not supported", "not testable")
CLAIMS = {
    1: "Gaining likes need not mean gaining followers",
    2: "Viral clips are followed by large gains in followers",
    3: "Likes per hour exceed followers per hour for every creator",
    4: "Most creators gain fewer than 25,000 followers an hour, while likes often reach 100,000",
    5: "Nine in ten creators have between 4 and 38 likes per follower, half of them up to 12",
    6: "95 % of clips have fewer than 3 comments per 100 likes",
    7: "Likes per comment stay constant as a clip grows, and are similar within a creator",
    8: "Creators with more followers draw fewer comments per like, with less variance above 100,000",
    9: "Most clips come within 10 days of their creator's previous one",
    10: "Upload frequency and followers have no strong link",
    11: "Among creators who post every few days, those who post more often have more followers",
}
TOP = 10
STRONG = 0.5  # rank correlation, after Cohen (1988)
CONSTANT_WITHIN = 0.1  # of an elasticity of comments to likes from 1
GROWN = 1.2  # ratio of a clip's last to first likes from which it counts as growing
FEW_DAYS = 5
FEWEST = 10  # creators, for a correlation, a regression or a variance
FEWEST_TAIL = 72  # creators, for a 95th percentile: with fewer, .95^n > .025, all may lie below that of the population
CLOSE = 0.05  # of a share from the one that is stated
FEWEST_SHARES = 410  # creators, to tell a share of a half to within `CLOSE`


class Evidence(NamedTuple):
    """What a test found: estimate with its 95 % interval, what it is, on how many rows, and the verdict."""

    test: str
    quantity: str
    estimate: float
    low: float
    high: float
    rows: int
    verdict: str
    note: str = ""


class Panel(NamedTuple):
    """Tables of a panel as pandas frames, and the event study as it is written to JSON."""

    rates: pd.DataFrame
    uploads: pd.DataFrame
    creators: pd.DataFrame
    observations: pd.DataFrame
    effect: dict[str, Any]


def untestable(reason: str) -> Evidence:
    """Evidence for a claim that the data cannot speak to."""
    return Evidence("none", "", np.nan, np.nan, np.nan, 0, VERDICTS[3], reason)


def _verdict(parts: Sequence[bool]) -> str:
    return VERDICTS[0] if all(parts) else VERDICTS[1] if any(parts) else VERDICTS[2]


def judge_panel(panel: Panel, seed: int) -> list[dict[str, object]]:
    """Test all claims on a panel.

    Parameters
    ----------
    panel : Panel
        Tables `rates`, `uploads`, `creators`, `observations`, and what `study_events` returns.
    seed : int
        Of the bootstraps.

    Returns
    -------
    list of dict
        `claim`, `text`, and the fields of `Evidence`.
    """
    last = panel.uploads.assign(ratio=panel.uploads.last_comments / panel.uploads.last_likes.where(lambda n: n > 0))
    tests: dict[int, Callable[[], Evidence]] = {
        1: lambda: top_lists(panel.uploads, panel.creators),
        2: lambda: follower_gains(panel.effect),
        3: lambda: likes_above_followers(panel.rates, panel.uploads),
        4: lambda: hourly_gains(panel.rates, panel.uploads),
        5: lambda: likes_per_follower(panel.creators),
        6: lambda: comments_per_like(last.ratio, last.creator, seed),
        7: lambda: constant_ratio(panel.observations, panel.uploads, last.ratio, seed),
        8: lambda: comments_by_followers(last.ratio, last.last_followers, last.creator),
        9: lambda: days_between(panel.uploads, seed),
        10: lambda: frequency_and_followers(panel.uploads, seed),
        11: lambda: frequency_and_followers(panel.uploads, seed, FEW_DAYS),
    }
    return _rows({number: test() for number, test in tests.items()})


def judge_clips(clips: pd.DataFrame, seed: int) -> list[dict[str, object]]:
    """Test on clips seen once those claims, or parts of them, that need neither time nor followers.

    Parameters
    ----------
    clips : DataFrame
        `creator`, `like_count`, `comment_count`; one row a clip.
    seed : int
        Of the bootstraps.
    """
    ratio = clips.comment_count / clips.like_count.where(clips.like_count > 0)
    alike = alike_within_creators(ratio, clips.creator, seed)
    found = {
        5: untestable("followers and creators' likes were not scraped"),
        6: comments_per_like(ratio, clips.creator, seed),
        7: _second_half(alike, "second half of the claim alone: every clip was seen once"),
        8: untestable("followers were not scraped"),
    }
    timeless = "every clip was seen once, and without its creator's followers"
    return _rows({number: found.get(number, untestable(timeless)) for number in CLAIMS})


def _rows(found: dict[int, Evidence]) -> list[dict[str, object]]:
    return [{"claim": number, "text": CLAIMS[number], **evidence._asdict()} for number, evidence in found.items()]


def top_lists(uploads: pd.DataFrame, creators: pd.DataFrame) -> Evidence:
    """Claim 1: overlap of the creators who gained most likes with those who gained most followers."""
    likes = (uploads.last_likes - uploads.first_likes).groupby(uploads.creator).sum()
    followers = creators.set_index("creator").eval("last_followers - first_followers")
    gained = pd.DataFrame({"likes": likes, "followers": followers}).sort_index()
    gained = gained[(gained > 0).any(axis=1)]
    counts = (gained > 0).sum()
    # with fewer, the lists must overlap, or one of them names creators who gained nothing
    if len(gained) < 2 * TOP or counts.min() < TOP:
        return untestable(
            f"{counts.likes} creators gained likes and {counts.followers} followers: too few for lists of {TOP}"
        )
    tops = [set(gained.index[np.argsort(-gained[name].to_numpy(), kind="stable")[:TOP]]) for name in gained]
    both = len(tops[0] & tops[1])
    low, high = share_interval(both, TOP)
    rho = rank_correlation(gained.likes.to_numpy(float), gained.followers.to_numpy(float))
    return Evidence(
        f"overlap of the top {TOP} creators by gain of likes and by gain of followers, exact interval",
        "share of the list", both / TOP, low, high, len(gained), _verdict([both < TOP]),
        f"rank correlation of both gains over creators who gained either {rho:.2f}",
    )  # fmt: skip


def follower_gains(study: dict[str, Any]) -> Evidence:
    """Claim 2: effect of an episode on followers; null where the event study could not tell."""
    effect, before = study["effect"], study["pre_trend"]
    if effect["estimate"] is None or before["estimate"] is None:  # as JSON keeps what is not a number
        return untestable(f"only {effect['events']} episodes with followers before and after")
    return Evidence(
        f"event study with matched controls, {study['horizon_hours']} hours from the start of an episode",
        "gain as a share of followers", effect["estimate"], effect["low"], effect["high"], effect["events"],
        _verdict([effect["low"] > 0]), f"the 48 hours before: {before['estimate']:.4f} ({before['events']} episodes)",
    )  # fmt: skip


def _with_creator(rates: pd.DataFrame, uploads: pd.DataFrame) -> pd.DataFrame:
    return rates.merge(uploads[["clip_id", "creator"]], on="clip_id", validate="many_to_one")


def likes_above_followers(rates: pd.DataFrame, uploads: pd.DataFrame) -> Evidence:
    """Claim 3: creators all of whose visible gains have more likes than followers."""
    both = _with_creator(rates, uploads).dropna(subset=["creator_likes_per_hour", "followers_per_hour"])
    above = both.creator_likes_per_hour > both.followers_per_hour
    always = above.groupby(both.creator).all()
    if always.empty:
        return untestable("no interval in which both gains are visible")
    low, high = share_interval(int(always.sum()), len(always))
    return Evidence(
        "published rates where both are visible; exact interval over creators", "share of creators with no exception",
        float(always.mean()), low, high, len(both), _verdict([bool(always.all()), low > 0.5]),
        f"{int((~above).sum())} of {len(both)} intervals are exceptions",
    )  # fmt: skip


def hourly_gains(rates: pd.DataFrame, uploads: pd.DataFrame) -> Evidence:
    """Claim 4: largest gains per hour of creators."""
    frame = _with_creator(rates, uploads)
    if frame.empty:
        return untestable("no clip was seen twice")
    largest = frame.groupby("creator")[["followers_per_hour", "creator_likes_per_hour"]].max().fillna(0)
    below = largest.followers_per_hour < 25_000
    reach = largest.creator_likes_per_hour >= 100_000
    low, high = share_interval(int(below.sum()), len(below))
    often_low = share_interval(int(reach.sum()), len(reach))[0]
    return Evidence(
        "largest published rate of each creator; exact interval over creators", "share always below 25,000 followers",
        float(below.mean()), low, high, len(largest), _verdict([low > 0.5, often_low > 0.05]),
        f"{100 * reach.mean():.1f} % reach 100,000 likes an hour; 'often' is taken as more than 5 %",
    )  # fmt: skip


def likes_per_follower(creators: pd.DataFrame) -> Evidence:
    """Claim 5: distribution of likes per follower, trimmed at 80 as published."""
    ratio = (creators.last_likes / creators.last_followers).to_numpy(float)
    ratio = ratio[ratio <= 80]
    if len(ratio) < FEWEST_SHARES:
        return untestable(f"fewer than {FEWEST_SHARES} creators with up to 80 likes per follower")
    within, lesser = (ratio >= 4) & (ratio <= 38), ratio <= 12
    low, high = share_interval(int(within.sum()), len(ratio))
    least, most = share_interval(int(lesser.sum()), len(ratio))
    p5, median, p95 = np.quantile(ratio, [0.05, 0.5, 0.95])
    return Evidence(
        f"shares of creators with up to 80 likes per follower, each as stated if its exact interval is within {CLOSE}"
        " of it", "share between 4 and 38", float(within.mean()), low, high, len(ratio),
        _verdict([low >= 0.9 - CLOSE and high <= 0.9 + CLOSE, least >= 0.5 - CLOSE and most <= 0.5 + CLOSE]),
        f"{100 * lesser.mean():.1f} % [{100 * least:.1f}, {100 * most:.1f}] have up to 12; 5th percentile {p5:.2f},"
        f" median {median:.1f}, 95th percentile {p95:.1f}",
    )  # fmt: skip


def comments_per_like(ratio: pd.Series, creator: pd.Series, seed: int) -> Evidence:
    """Claim 6: 95th percentile of comments per like."""
    kept = ratio.notna()
    values, owners = ratio[kept].to_numpy(float), creator[kept].to_numpy(str)
    if len(np.unique(owners)) < FEWEST_TAIL:
        return untestable(f"fewer than {FEWEST_TAIL} creators of clips with likes")

    def percentile(rows: np.ndarray) -> float:
        return float(np.quantile(values[rows], 0.95))

    low, high = cluster_interval(percentile, owners, seed)
    undecided = "; the interval has .03 within it, which leaves the claim open" if low < 0.03 <= high else ""
    return Evidence(
        "95th percentile, cluster bootstrap over creators", "comments per like",
        percentile(np.arange(len(values))), low, high, len(values), _verdict([bool(high < 0.03)]),
        f"{100 * np.mean(values < 0.03):.1f} % of clips are below .03{undecided}",
    )  # fmt: skip


def constant_ratio(observations: pd.DataFrame, uploads: pd.DataFrame, last: pd.Series, seed: int) -> Evidence:
    """Claim 7: elasticity of comments to likes within growing clips, and likeness within creators."""
    alike = alike_within_creators(last, uploads.creator, seed)
    growing = uploads[(uploads.last_likes >= GROWN * uploads.first_likes) & (uploads.first_comments > 0)]
    counts = observations[["clip_id", "like_count", "comment_count"]]
    frame = counts.merge(growing[["clip_id", "creator"]], on="clip_id")
    frame = frame[(frame.comment_count > 0) & (frame.like_count > 0)]
    logs = np.log(frame[["like_count", "comment_count"]])
    within = logs - logs.groupby(frame.clip_id).transform("mean")
    if frame.creator.nunique() < FEWEST:
        return _second_half(alike, "too few growing clips for the first half of the claim")
    fit = sm.OLS(within.comment_count.to_numpy(), within.like_count.to_numpy()).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(frame.creator)[0]}
    )
    low, high = fit.conf_int()[0]
    constant = bool(low > 1 - CONSTANT_WITHIN and high < 1 + CONSTANT_WITHIN)
    return Evidence(
        "regression of log comments on log likes within clips that grew by a fifth, clustered by creator; intraclass"
        " correlation of log comments per like", "elasticity (1 is a constant ratio)",
        float(fit.params[0]), float(low), float(high), len(frame), _verdict([constant, alike.low > STRONG]),
        f"intraclass correlation within creators {alike.estimate:.2f} [{alike.low:.2f}, {alike.high:.2f}]",
    )  # fmt: skip


def _second_half(alike: Evidence, note: str) -> Evidence:
    return alike if alike.verdict == VERDICTS[3] else alike._replace(note=note)


def alike_within_creators(ratio: pd.Series, creator: pd.Series, seed: int) -> Evidence:
    """Claim 7, second half: intraclass correlation of log comments per like among clips of a creator."""
    kept = (ratio > 0) & (creator.groupby(creator).transform("size") > 1)
    values, owners = np.log(ratio[kept].to_numpy(float)), creator[kept].to_numpy(str)
    if len(np.unique(owners)) < FEWEST:
        return untestable(f"fewer than {FEWEST} creators with several clips")

    _, of_row, sizes = np.unique(owners, return_inverse=True, return_counts=True)
    means = np.bincount(of_row, values) / sizes
    squares = np.bincount(of_row, (values - means[of_row]) ** 2)

    def correlation(drawn: np.ndarray) -> float:
        return intraclass_correlation(sizes[drawn], means[drawn], squares[drawn])

    everyone = np.arange(len(sizes))
    low, high = cluster_interval(correlation, everyone, seed)
    return Evidence(
        "intraclass correlation of log comments per like over creators with several clips, bootstrap over creators",
        "intraclass correlation", correlation(everyone), low, high, len(values),
        _verdict([bool(low > STRONG), bool(low > 0)]), f"{len(sizes)} creators",
    )  # fmt: skip


def intraclass_correlation(sizes: np.ndarray, means: np.ndarray, squares: np.ndarray) -> float:
    """One-way intraclass correlation, ICC(1) of Shrout and Fleiss (1979), for groups of unequal sizes.

    Parameters
    ----------
    sizes, means, squares : ndarray, shape (groups,)
        Number of values of each group, their mean, and their sum of squared deviations from it.
    """
    count, groups = sizes.sum(), len(sizes)
    within = squares.sum() / max(count - groups, 1)
    between = (sizes * (means - (sizes * means).sum() / count) ** 2).sum() / max(groups - 1, 1)
    size = (count - (sizes**2).sum() / count) / max(groups - 1, 1)
    total = between + (size - 1) * within
    return float((between - within) / total) if total else 0.0


def comments_by_followers(ratio: pd.Series, followers: pd.Series, creator: pd.Series) -> Evidence:
    """Claim 8: slope of comments per like on followers, both logarithmic; variances on both sides of 100,000."""
    kept = (ratio > 0) & (followers > 0)
    x, y = np.log10(followers[kept].to_numpy(float)), np.log10(ratio[kept].to_numpy(float))
    owners = creator[kept].to_numpy(str)
    if len(np.unique(owners)) < FEWEST or np.ptp(x) == 0:
        return untestable("too few creators, or all with as many followers")
    fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(owners)[0]})
    low, high = fit.conf_int()[1]
    # one row a creator, as the test needs independent rows
    first = np.unique(owners, return_index=True)[1]
    residual, small = fit.resid[first], x[first] < 5
    variances = [float(np.var(residual[side], ddof=1)) if side.sum() > 2 else np.nan for side in (small, ~small)]
    p = (
        float(stats.levene(residual[small], residual[~small], center="median").pvalue)
        if np.isfinite(variances).all()
        else 1
    )
    return Evidence(
        "regression of log10 comments per like on log10 followers, clustered by creator; Brown-Forsythe test of the"
        " residual variances below and above 100,000, one clip a creator", "slope",
        float(fit.params[1]), float(low), float(high), len(y),
        _verdict([bool(high < 0), variances[0] > variances[1] and p < 0.05]),
        f"variance {variances[0]:.3f} below, {variances[1]:.3f} above (p = {p:.2g})",
    )  # fmt: skip


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's correlation; nan where it is not defined."""
    if len(one) < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return np.nan
    return float(stats.spearmanr(one, other).statistic)


def days_between(uploads: pd.DataFrame, seed: int) -> Evidence:
    """Claim 9: share of clips within 10 days of the creator's previous one seen."""
    known = uploads.dropna(subset=["days_since_previous"])
    if known.empty:
        return untestable("no creator with several clips")
    within = (known.days_since_previous <= 10).to_numpy(float)

    def share(rows: np.ndarray) -> float:
        return float(within[rows].mean())

    low, high = cluster_interval(share, known.creator.to_numpy(str), seed)
    return Evidence(
        "share of clips, cluster bootstrap over creators", "share within 10 days", float(within.mean()), low, high,
        len(within), _verdict([bool(low > 0.5)]), "clips that no run saw make gaps longer than they were",
    )  # fmt: skip


def frequency_and_followers(uploads: pd.DataFrame, seed: int, within_days: float | None = None) -> Evidence:
    """Claims 10 and 11: rank correlation of uploads per day and followers over creators with several clips seen."""
    frame = uploads.dropna(subset=["days_since_previous"])
    by_creator = frame.groupby("creator").agg(
        days=("days_since_previous", "median"), followers=("last_followers", "max")
    )
    if within_days is not None:
        by_creator = by_creator[by_creator.days <= within_days]
    if len(by_creator) < FEWEST:
        return untestable(f"fewer than {FEWEST} creators with several clips")
    values = np.stack([-by_creator.days.to_numpy(float), by_creator.followers.to_numpy(float)])

    def correlation(rows: np.ndarray) -> float:
        return rank_correlation(*values[:, rows])

    everyone = np.arange(len(by_creator))
    if not np.isfinite(correlation(everyone)):
        return untestable("all creators have as many followers, or equal gaps")
    low, high = cluster_interval(correlation, everyone, seed)
    limits = bool(max(-low, high) < STRONG) if within_days is None else bool(low > 0)
    who = "" if within_days is None else f" whose median gap is at most {within_days:g} days"
    return Evidence(
        f"Spearman's correlation of uploads per day (inverse median gap) and followers, creators{who}; bootstrap",
        "rank correlation", correlation(everyone), low, high, len(by_creator), _verdict([limits]),
        f"strong is taken as {STRONG} and more" if within_days is None else "",
    )  # fmt: skip


def check_peak_rate() -> dict[str, float]:
    """Hold the report's peak rate against its own numbers.

    The report says that a clip gained five million likes in as many days, and over 225 likes an hour at its peak. The
    mean of these days alone is 5,000,000 / (5 x 24) = 41,667 likes an hour, and no peak is below the mean; 225 an hour
    would have made 27,000 likes.
    """
    likes, days, reported = 5_000_000, 5, 225
    return {
        "reported_likes": likes,
        "reported_days": days,
        "reported_peak_per_hour": reported,
        "least_peak_per_hour": likes / (days * 24),
        "likes_at_reported_peak": reported * days * 24,
    }
