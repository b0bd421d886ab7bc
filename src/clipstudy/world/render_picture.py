"""Pictures of the world: covers with their caption, photos, and the scenes that videos show.

Shapes are drawn by Pillow with whole-number coordinates and captions with the DejaVu font that matplotlib carries, so
that the same locked packages give the same pixels.
"""

import io
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from clipstudy.world.chance import pick
from clipstudy.world.model import Cover

COVER_SIZE = (540, 960)
_MARGIN = 40
_LINE_SPACING = 1.25
_QUALITY = 88
Colour = tuple[int, int, int]
# Backgrounds with the text colour that is read best on them.
_PLAIN: list[tuple[Colour, Colour]] = [
    ((250, 247, 240), (25, 25, 30)),
    ((28, 33, 44), (250, 250, 245)),
    ((196, 226, 214), (18, 48, 40)),
    ((255, 221, 128), (50, 34, 8)),
    ((93, 40, 76), (255, 243, 250)),
    ((22, 82, 110), (240, 250, 255)),
]
# Colours of a scene: upper sky, lower sky, far, near, light.
_PALETTES: list[tuple[Colour, ...]] = [
    ((96, 150, 196), (232, 220, 196), (92, 120, 104), (46, 66, 62), (250, 226, 150)),
    ((70, 52, 98), (236, 148, 106), (112, 66, 96), (44, 34, 60), (255, 206, 120)),
    ((172, 204, 208), (240, 236, 222), (134, 152, 148), (72, 92, 100), (214, 110, 84)),
    ((24, 36, 66), (86, 110, 148), (52, 66, 92), (20, 26, 40), (232, 228, 200)),
    ((226, 186, 148), (246, 232, 206), (178, 112, 78), (98, 62, 50), (74, 122, 118)),
    ((120, 170, 140), (226, 236, 200), (74, 122, 84), (38, 70, 54), (244, 196, 92)),
]


def draw_cover(cover: Cover, rng: np.random.Generator) -> Image.Image:
    """Draw a cover of `COVER_SIZE`: its caption on one colour, or over a scene in white with a dark edge."""
    if cover.background == "busy":
        picture = draw_scene(rng, COVER_SIZE)
        ink, edge, edge_width = (255, 255, 255), (0, 0, 0), 5
    else:
        paper, ink = pick(rng, _PLAIN)
        picture = Image.new("RGB", COVER_SIZE, paper)
        edge, edge_width = paper, 0
    if cover.text:
        font = _font(int(rng.integers(46, 60)))
        lines = _wrap(cover.text, font, COVER_SIZE[0] - 2 * _MARGIN)
        height = int(font.size * _LINE_SPACING)
        top = int(rng.integers(120, COVER_SIZE[1] - 160 - height * len(lines)))
        draw = ImageDraw.Draw(picture)
        for number, line in enumerate(lines):
            draw.text(
                (COVER_SIZE[0] // 2, top + number * height),
                line,
                font=font,
                fill=ink,
                anchor="ma",
                stroke_width=edge_width,
                stroke_fill=edge,
            )
    return picture


def draw_scene(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Draw a picture full of things: a sky with a sun, hills, wires, and shapes near and far, with some grain."""
    width, height = size
    palette = pick(rng, _PALETTES)
    picture = _sky(palette[0], palette[1], size)
    draw = ImageDraw.Draw(picture)
    sun, x, y = int(rng.integers(width // 12, width // 5)), int(rng.integers(width)), int(rng.integers(height // 3))
    draw.ellipse((x - sun, y - sun, x + sun, y + sun), fill=_tinted(rng, palette[4]))
    for layer in range(3):
        level = height * (layer + 2) // 5
        ridge = [(x, level + int(rng.integers(-height // 14, height // 14))) for x in range(0, width + 40, 40)]
        draw.polygon([*ridge, (width, height), (0, height)], fill=_tinted(rng, palette[2 + layer % 2]))
    for _ in range(16):
        x, y, reach = (
            int(rng.integers(width)),
            int(rng.integers(height // 4, height)),
            int(rng.integers(12, width // 7)),
        )
        box = (x - reach, y - reach * int(rng.integers(2, 5)) // 2, x + reach, y + reach)
        shape = pick(rng, [draw.ellipse, draw.rectangle])
        shape(box, fill=_tinted(rng, pick(rng, palette)))
    for _ in range(4):
        y = int(rng.integers(height))
        draw.line((0, y, width, y + int(rng.integers(-120, 120))), fill=_tinted(rng, palette[3]), width=3)
    grain = rng.integers(-7, 8, (height, width, 1), dtype=np.int16)
    pixels = np.asarray(picture.filter(ImageFilter.BoxBlur(1)), dtype=np.int16) + grain
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _sky(top: Colour, bottom: Colour, size: tuple[int, int]) -> Image.Image:
    width, height = size
    down = np.arange(height)[:, None, None]
    column = (np.array(top) * (height - down) + np.array(bottom) * down) // height
    return Image.fromarray(np.broadcast_to(column, (height, width, 3)).astype(np.uint8))


def encode_jpeg(picture: Image.Image) -> bytes:
    """Encode a picture as a baseline JPEG without metadata."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _tinted(rng: np.random.Generator, colour: Colour) -> Colour:
    """Vary a colour a little."""
    red, green, blue = (int(np.clip(c + rng.integers(-22, 23), 0, 255)) for c in colour)
    return red, green, blue


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    path = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans-Bold.ttf"
    # the basic layout engine needs no shaping library, whose version would depend on the machine
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
