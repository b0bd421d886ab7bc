"""Media hosts of the replica: files of the world, served with the faults of the truth."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response, StreamingResponse

from clipstudy.world.model import Asset, World

_HTML = "<!doctype html><title>Access verification</title><p>Please verify to continue.</p>"


class MediaHosts:
    """Answers for the media of a world; a fault that heals is over after so many answers to one file.

    Parameters
    ----------
    world : World
        Its assets say what is faulty.
    folder : Path
        `world/media` of the study.
    """

    def __init__(self, world: World, folder: Path) -> None:
        self._assets = {(clip.clip_id, asset.name): asset for clip in world.clips for asset in clip.assets}
        self._folder = folder
        self._clock = world.clock
        self._answers: Counter[str] = Counter()

    async def answer(self, request: Request) -> Response:
        """Answer a request for `/<kind>/tos/<clip_id>/<name>.<ending>`."""
        name = request.path_params["file"].rpartition(".")[0]
        asset = self._assets.get((request.path_params["clip_id"], name))
        if asset is None or not (self._folder / asset.file).is_file():
            return PlainTextResponse("Not found", status_code=404)
        if asset.expires_at <= self._clock:
            return PlainTextResponse("URL expired", status_code=403)
        self._answers[asset.file] += 1
        if asset.heals_after is None or self._answers[asset.file] <= asset.heals_after:
            return self._faulty(asset)
        return self._file(asset)

    def _faulty(self, asset: Asset) -> Response:
        path = self._folder / asset.file
        match asset.fault:
            case "hang":
                return StreamingResponse(_never(), media_type="application/octet-stream")
            case "truncated":
                content = path.read_bytes()
                return StreamingResponse(_half(content), headers={"Content-Length": str(len(content))})
            case "html_instead_of_media":
                return HTMLResponse(_HTML)
            case "http_403":
                return PlainTextResponse("Forbidden", status_code=403)
            case "http_404":
                return PlainTextResponse("Not found", status_code=404)
            case "http_5xx_heals":
                return PlainTextResponse("Service unavailable", status_code=503)
        return self._file(asset)  # what is wrong with it, if anything, is in the file or in the handshake

    def _file(self, asset: Asset) -> Response:
        media_type = "text/vtt" if asset.name == "captions" else None
        return FileResponse(
            self._folder / asset.file, media_type=media_type, headers={"Access-Control-Allow-Origin": "*"}
        )


async def _never() -> AsyncIterator[bytes]:
    await asyncio.Event().wait()
    yield b""


async def _half(content: bytes) -> AsyncIterator[bytes]:
    yield content[: len(content) // 2]
