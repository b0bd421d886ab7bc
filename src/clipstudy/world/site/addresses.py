"""Addresses of the replica: fixed host names, so that neither a port nor a machine can reach the data."""

import hashlib
import uuid

from clipstudy.world.model import Asset, Clip, Music, World

DOMAIN = "clip-replica.test"
SITE_HOST = f"www.{DOMAIN}"
VIDEO_HOST = f"v16.{DOMAIN}"
IMAGE_HOST = f"p16.{DOMAIN}"
SITE = f"https://{SITE_HOST}"
START_URL = f"{SITE}/foryou"
STREAM_PATH = "/foryou/stream"
STREAM_URL = f"{SITE}{STREAM_PATH}"

WRONG_CERTIFICATES = ("wrong_certificate", "wrong_certificate_heals")


def clip_path(clip: Clip) -> str:
    """Path of a clip's page."""
    return f"/@{clip.creator}/{'photo' if clip.is_photo else 'video'}/{clip.clip_id}"


def permalink(clip: Clip) -> str:
    """Address that the page offers to copy."""
    return f"{SITE}{clip_path(clip)}?is_from_webapp=1&sender_device=pc&web_id={clip.web_id}"


def music_url(music: Music) -> str:
    """Address of a sound's page."""
    return f"{SITE}/music/{music.slug}"


def media_host(clip: Clip, asset: Asset) -> str:
    """Host of a media file.

    A file behind a wrong certificate has a host of its own: a handshake knows the host, but not the file.
    """
    if asset.fault in WRONG_CERTIFICATES:
        return f"v19-{asset.name.replace('_', '-')}-{clip.clip_id}.{DOMAIN}"
    return VIDEO_HOST if asset.name in ("video", "captions") else IMAGE_HOST


def media_url(clip: Clip, asset: Asset) -> str:
    """Address of a media file with the time at which it expires; `blob:` where the page keeps the file to itself."""
    if asset.fault == "blob_url":
        return f"blob:{SITE}/{uuid.uuid5(uuid.NAMESPACE_URL, clip.clip_id + asset.name)}"
    ending = asset.file.rpartition(".")[2]
    kind, expiry = ("video", "expire") if asset.name == "video" else ("obj", "x-expires")
    path = f"/{kind}/tos/{clip.clip_id}/{asset.name}.{ending}"
    signature = hashlib.sha256(f"{path}?{asset.expires_at}".encode()).hexdigest()[:28]
    return f"https://{media_host(clip, asset)}{path}?{expiry}={asset.expires_at}&signature={signature}"


def all_hosts(world: World) -> list[str]:
    """Every host name of a world, sorted."""
    media = {media_host(clip, asset) for clip in world.clips for asset in clip.assets}
    return sorted({SITE_HOST, VIDEO_HOST, IMAGE_HOST, *media})
