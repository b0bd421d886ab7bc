"""The JSON that a page of the replica carries in its script `__UNIVERSAL_DATA_FOR_REHYDRATION__`."""

from typing import Any

from clipstudy.world.model import Clip, World
from clipstudy.world.site.addresses import media_url


def embedded_state(world: World, clip: Clip) -> dict[str, Any] | None:
    """State of a clip's page as the truth has it: right, of another clip, with older counts, or None where absent."""
    state = clip.page_state
    if state.kind == "absent":
        return None
    item = _item(world, world.clip(state.other_clip_id) if state.other_clip_id else clip)
    older = {"diggCount": state.like_count, "commentCount": state.comment_count}
    item["stats"].update({key: count for key, count in older.items() if count is not None})
    detail = {"itemInfo": {"itemStruct": item}, "statusCode": 0}
    return {"__DEFAULT_SCOPE__": {"webapp.app-context": {"region": "US"}, "webapp.video-detail": detail}}


def _item(world: World, clip: Clip) -> dict[str, Any]:
    creator = next(c for c in world.creators if c.username == clip.creator)
    music = next(m for m in world.musics if m.music_id == clip.music_id)
    urls = {asset.name: media_url(clip, asset) for asset in clip.assets}
    captions = [{"Url": urls["captions"], "Format": "webvtt", "LanguageCodeName": "eng-US"}] if clip.captions else []
    item = {
        "id": clip.clip_id,
        "desc": clip.description,
        "createTime": str(clip.posted_at),
        "author": {"uniqueId": creator.username, "nickname": creator.nickname},
        "music": {"id": music.music_id, "title": music.title},
        "stats": {"diggCount": clip.like_count, "commentCount": clip.comment_count},
        "video": {"cover": urls["cover"], "playAddr": urls.get("video", ""), "subtitleInfos": captions},
    }
    if clip.is_photo:
        photos = [{"imageURL": {"urlList": [urls[name]]}} for name in photo_names(clip)]
        item["imagePost"] = {"images": photos}
    return item


def photo_names(clip: Clip) -> list[str]:
    """Assets of a photo post's slides, in their order."""
    names = [asset.name for asset in clip.assets if asset.name.startswith("photo_")]
    return sorted(names, key=lambda name: int(name.removeprefix("photo_")))
