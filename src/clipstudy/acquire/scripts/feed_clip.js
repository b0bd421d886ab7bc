// What the anonymous feed shows of its clip.
async function feed_clip() {
  const text = (name) => find(name)?.textContent.trim() ?? null;
  const link = find("stream-link");
  return {
    path: link.pathname,
    url: link.origin + link.pathname,
    audio: text("stream-music"),
    audioUrl: find("stream-music")?.querySelector("a")?.href ?? null,
    likes: text("stream-like-count"),
    comments: text("stream-comment-count"),
    creator: text("stream-username"),
    creatorUrl: find("stream-username")?.href ?? null,
    clock: document.querySelector("meta[name='server-time']")?.content ?? null,
  };
}
