// All comments of the page, or so many, with all their replies; `complete` tells whether everything asked for arrived.
async function comments(limit, seconds) {
  const most = limit ?? Infinity;
  const list = () => find("comment-list");
  const items = () => findAll("comment-item-1").slice(0, most);
  const more = () => find("comment-more");
  let listed = await until(() => list() && !busy(list()), seconds);
  while (listed && more() && items().length < most) {
    const before = items().length;
    more().scrollIntoView();
    listed = await until(() => !busy(list()) && (items().length > before || !more()), seconds);
  }
  const counts = items().map((item) => (find("view-more-1", item)?.textContent.match(/\d[\d.]*[KMB]?/) ?? [""])[0]);
  const expanders = () => items().map((item) => find("view-more-1", item)).filter(Boolean);
  let expanded = true;
  for (let waiting = expanders(); expanded && waiting.length; waiting = expanders()) {
    const before = waiting.map((expander) => expander.textContent);
    waiting.forEach((expander) => expander.click());
    const moved = (expander, index) => !expander.isConnected || (!busy(expander) && expander.textContent !== before[index]);
    expanded = await until(() => waiting.every(moved), seconds);
  }
  return { complete: listed && expanded, comments: items().map((item, index) => ({
    ...parts(item, 1, "comment-like-count"),
    replyCount: counts[index],
    replies: findAll("comment-item-2", item).map((reply) => parts(reply, 2, "comment-like-count-2")),
  })) };
}

function parts(item, level, likes) {
  const text = (name) => find(name, item)?.textContent ?? null;
  return {
    commenter: text(`comment-username-${level}`),
    text: text(`comment-level-${level}`),
    time: text(`comment-time-${level}`),
    likes: text(likes),
  };
}
