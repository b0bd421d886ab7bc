// What the browse layout shows of a clip, and the state that is embedded in the page.
async function page() {
  const text = (name) => find(name)?.textContent ?? null;
  const parts = [...(find("browser-nickname")?.children ?? [])].map((part) => part.textContent);
  const video = document.querySelector("video");
  return {
    address: location.origin + location.pathname,
    permalink: text("browse-video-link"),
    creator: text("browse-username"),
    nickname: parts.length ? parts[0] : null,
    postedLabel: parts.length > 1 ? parts[parts.length - 1] : null,
    description: text("browse-video-desc"),
    musicTitle: text("browse-music"),
    musicUrl: find("browse-music")?.querySelector("a")?.href ?? null,
    likes: text("browse-like-count"),
    comments: text("browse-comment-count"),
    video: video ? video.src || video.currentSrc || null : null,
    cover: document.querySelector("img[mode='2']")?.src ?? null,
    photos: findAll("photo-image").map((photo) => photo.src),
    captions: video?.querySelector("track[kind='captions']")?.src ?? null,
    state: document.getElementById("__UNIVERSAL_DATA_FOR_REHYDRATION__")?.textContent ?? null,
    clock: document.querySelector("meta[name='server-time']")?.content ?? null,
  };
}
