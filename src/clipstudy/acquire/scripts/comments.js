// One step through the comments of a page, `most` of them at most; how many they are does not lengthen a step.
// "list" shows the next page of comments, "open" the next replies of some; both tell whether that is "done", goes "on",
// or is "late". "counts" are the numbers of replies as long as none is open, "read" gives all that is shown by now.
async function comments(step, most, seconds) {
  const items = findAll("comment-item-1").slice(0, most ?? Infinity);
  return { list: listNext, open: openNext, counts: replyCounts, read: readAll }[step](items, most ?? Infinity, seconds);
}

async function listNext(_, most, seconds) {
  const list = () => find("comment-list");
  const more = () => find("comment-more");
  const listed = () => Math.min(most, findAll("comment-item-1").length);
  if (!(await until(() => list() && !busy(list()), seconds))) return "late";
  if (!more() || listed() >= most) return "done";
  const before = listed();
  more().scrollIntoView();
  return (await until(() => !busy(list()) && (listed() > before || !more()), seconds)) ? "on" : "late";
}

const expanderOf = (item) => find("view-more-1", item);

async function openNext(items, _, seconds) {
  const left = items.map(expanderOf).filter(Boolean);
  // some replies never come; they are no reason to leave out those of other comments
  const waiting = left.filter((one) => !one.dataset.late).slice(0, 20);
  if (!waiting.length) return left.length ? "late" : "done";
  const before = new Map(waiting.map((one) => [one, one.textContent]));
  const moved = (one) => !one.isConnected || (!busy(one) && one.textContent !== before.get(one));
  waiting.forEach((one) => one.click());
  await until(() => waiting.every(moved), seconds);
  waiting.filter((one) => !moved(one)).forEach((one) => { one.dataset.late = "true"; });
  return waiting.some(moved) ? "on" : "late";
}

function replyCounts(items) {
  return items.map((item) => (expanderOf(item)?.textContent.match(/\d[\d.]*[KMB]?/) ?? [""])[0]);
}

function readAll(items) {
  return items.map((item) => ({
    ...parts(item, 1, "comment-like-count"),
    replies: findAll("comment-item-2", item).map((reply) => parts(reply, 2, "comment-like-count-2")),
  }));
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
