"""A photograph of the replica: the preview of a profile whose total of likes has overflowed."""

import base64
import io
from pathlib import Path

from PIL import Image
from selenium.webdriver.remote.webdriver import WebDriver

from clipstudy.acquire import feed_page
from clipstudy.acquire.browser import open_browser
from clipstudy.study import StudyError, Visit
from clipstudy.world.model import World
from clipstudy.world.site.addresses import STREAM_URL
from clipstudy.world.site.moving_counts import MovingCounts
from clipstudy.world.site.serve import serve_replica

_SIZE = {"width": 1280, "height": 800}
_SCALE = 3  # pixels of the picture a pixel of the page, for print
_MARGIN = 14  # around the preview, so that the clip below it is seen
# what is left of the clip is cut off below the creator's name
_FRAME = """
const ends = ['[data-e2e="user-card"]', '[data-e2e="stream-author"]'].map((name) =>
  document.querySelector(name).getBoundingClientRect());
return {x: ends[0].left, y: ends[0].top, width: ends[0].width, height: ends[1].bottom - ends[0].top};
"""
_DECODED = "return Promise.all([...document.images].map((image) => image.decode())).then(() => document.fonts.ready)"


def photograph_preview(world: World, media: Path, options: Visit, path: Path) -> None:
    """Photograph the preview of the creator whose total overflows, as the pointer opens it on the feed.

    Parameters
    ----------
    world : World
        The truth.
    media : Path
        Folder with the rendered media.
    options : Visit
        Browser and waits.
    path : Path
        PNG; on one machine equal worlds give equal bytes.

    Raises
    ------
    StudyError
        Where the creator has no clip with a cover that can be seen, or the preview does not open.
    """
    giant = MovingCounts(world).giant.username
    clips = [clip.clip_id for clip in world.clips if clip.creator == giant and clip.asset("cover").fault is None]
    if not clips:
        raise StudyError(f"{path}: no cover of @{giant} can be seen; choose another `seed`")
    alone = world.model_copy(update={"feed": clips[:1]})
    with serve_replica(alone, media) as replica, open_browser(options, replica, images=True) as driver:
        screen = {**_SIZE, "deviceScaleFactor": _SCALE, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        driver.get(STREAM_URL)
        feed_page.settle(driver, None, options.wait_seconds)
        driver.execute_script(_DECODED)
        if feed_page.open_preview(driver, giant, options.wait_seconds).likes is None:
            raise StudyError(f"{path}: the preview of @{giant} did not open within {options.wait_seconds:g} s")
        picture = _take(driver)
    partial = path.with_name(f".{path.name}")
    picture.save(partial, format="PNG", optimize=True)
    partial.replace(path)


def _take(driver: WebDriver) -> Image.Image:
    """Take the picture of the preview, without alpha and without anything that a file says beside its pixels."""
    frame = driver.execute_script(_FRAME)
    clip = {
        "x": frame["x"] - _MARGIN,
        "y": frame["y"] - _MARGIN,
        "width": frame["width"] + 2 * _MARGIN,
        "height": frame["height"] + _MARGIN,
        "scale": 1,
    }
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip})
    pixels = Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB")
    return Image.frombytes("RGB", pixels.size, pixels.tobytes())
