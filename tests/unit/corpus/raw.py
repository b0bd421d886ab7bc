"""Invented records of the published shape."""

# 1,600,000,000 s is 2020-09-13 12:26:40 UTC; a clip id carries it in its upper 32 bits
SECONDS = 1_600_000_000


def clip_id(number: int) -> str:
    return str((SECONDS << 32) + number)


def comment(text="nice kettle", **changes) -> dict:
    return {
        "commenter-username": "tea_fan",
        "comment-text": text,
        "time-posted": "3d ago ",
        "like-count": "12",
        "replies-count": "",
    } | changes


def record(number: int, **changes) -> dict:
    return {
        "video-src": f"https://v.example/{number}.mp4",
        "coverphoto-src": f"https://v.example/{number}.jpg",
        "permalink": f"https://v.example/@kettle/video/{number}",
        "web-id": f"7{number}",
        "id": clip_id(number),
        "like-count": "231.6K",
        "comment-count": "87",
        "creator-username": "kettle",
        "creator-nickname": "The Kettle",
        "timeposted": "11-20",
        "music-title": "steam - kettle",
        "music-src": "https://v.example/music/1",
        "description": "water boils #tea",
        "comments": [comment()],
        "scrape-timestamp": 1_600_000_100.25,
    } | changes
