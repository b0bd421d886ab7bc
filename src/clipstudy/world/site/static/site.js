// The replica's browse layout: moves between clips without a new document, as the real site does, and fills the
// lists of comments as they arrive.
"use strict";

let visit = 0;
const page = () => document.getElementById("page");
const find = (name, within = document) => within.querySelector(`[data-e2e="${name}"]`);

async function ask(address) {
  return (await fetch(address)).json();
}

async function show(href, isNew = true) {
  const mine = ++visit;
  if (isNew) history.pushState(null, "", href);
  document.body.dataset.layout = "browse";
  page().ariaBusy = "true";
  const html = await (await fetch(href)).text();
  const next = new DOMParser().parseFromString(html, "text/html");
  const shown = next.getElementById("page") ?? (await blank(href));
  if (mine !== visit) return;
  document.title = next.title;
  page().replaceWith(document.adoptNode(shown));
  start();
}

// An answer without content leaves the browse layout with nothing in it; the feed still knows what comes next.
async function blank(href) {
  const empty = document.createElement("main");
  empty.id = "page";
  Object.assign(empty.dataset, await ask(`/api/neighbours?clip=${href.split("/").pop()}`));
  return empty;
}

function start() {
  for (const [name, way] of [["arrow-left", "before"], ["arrow-right", "after"]]) {
    const arrow = find(name);
    arrow.hidden = document.body.dataset.layout !== "browse";
    arrow.disabled = !page().dataset[way];
  }
  if (document.body.dataset.layout === "feed") return startFeed();
  const login = find("login-modal");
  if (!login) return startComments();
  find("modal-close-inner-button").addEventListener("click", () => {
    login.remove();
    startComments();
  });
}

function move(way) {
  const href = page().dataset[way];
  if (href && !find("login-modal")) show(href);
}

// The bottom of a list: what comes next is asked for when it is scrolled into view.
function whenSeen(element, root, act) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    act();
  }, { root });
  observer.observe(element);
}

function startFeed() {
  const bottom = find("feed-more");
  if (!bottom) return;
  const more = async () => {
    const list = find("recommend-list");
    const answer = await ask(`/api/feed?cursor=${list.children.length}`);
    list.insertAdjacentHTML("beforeend", answer.html);
    if (answer.more) whenSeen(bottom, null, more);
    else bottom.remove();
  };
  whenSeen(bottom, null, more);
}

function startComments() {
  const list = find("comment-list");
  if (list) loadComments(list, page().dataset.clip, 0);
}

async function loadComments(list, clip, number) {
  list.ariaBusy = "true";
  const answer = await ask(`/api/comments?clip=${clip}&page=${number}`);
  find("comment-more", list)?.remove();
  const start = list.children.length;
  list.append(...answer.comments.map((comment, index) => commentItem(clip, start + index, comment)));
  if (answer.more) {
    const bottom = make("div", { e2e: "comment-more" }, make("i", { class: "spinner" }));
    list.append(bottom);
    whenSeen(bottom, list, () => loadComments(list, clip, number + 1));
  } else if (!list.children.length) {
    list.append(make("p", { class: "no-comments" }, "Be the first to comment!"));
  }
  list.ariaBusy = "false";
}

function commentItem(clip, place, comment) {
  const item = make("div", { class: "comment", e2e: "comment-item-1" }, ...commentParts(comment, 1));
  if (comment.replies) {
    const more = make("p", { class: "view-more", e2e: "view-more-1" }, `View more replies (${comment.replies})`);
    let cursor = 0;
    more.addEventListener("click", async () => {
      if (more.ariaBusy === "true") return;
      more.ariaBusy = "true";
      const answer = await ask(`/api/replies?clip=${clip}&comment=${place}&cursor=${cursor}`);
      cursor += answer.replies.length;
      more.before(...answer.replies.map((reply) =>
        make("div", { class: "reply", e2e: "comment-item-2" }, ...commentParts(reply, 2))));
      if (answer.left) more.textContent = `View more (${answer.left})`;
      else more.remove();
      more.ariaBusy = "false";
    });
    item.append(more);
  }
  return item;
}

function commentParts(comment, level) {
  const hue = [...comment.user].reduce((sum, letter) => sum + letter.codePointAt(0), 0) * 37 % 360;
  const avatar = make("i", { class: "avatar small" }, comment.user[0]);
  avatar.style.setProperty("--hue", hue);
  const likes = level === 1 ? "comment-like-count" : "comment-like-count-2";
  return [
    avatar,
    make("div", { class: "comment-body" },
      make("a", { e2e: `comment-username-${level}` }, comment.user),
      make("p", { e2e: `comment-level-${level}` }, comment.text),
      make("p", { class: "comment-when" }, make("span", { e2e: `comment-time-${level}` }, comment.time), make("span", {}, "Reply"))),
    make("div", { class: "comment-likes" }, make("i", { class: "icon heart" }), make("span", { e2e: likes }, comment.likes)),
  ];
}

function make(tag, { e2e, class: name }, ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (e2e) element.dataset.e2e = e2e;
  element.append(...children);
  return element;
}

document.addEventListener("click", (event) => {
  const card = event.target.closest('[data-e2e="feed-video"]');
  if (card) {
    event.preventDefault();
    show(card.getAttribute("href"));
  } else if (event.target.closest('[data-e2e="photo-slides"]')) {
    nextSlide(event.target.closest('[data-e2e="photo-slides"]'));
  } else if (event.target.matches("video")) {
    if (event.target.paused) event.target.play();
    else event.target.pause();
  }
});
for (const name of ["play", "pause"]) {
  document.addEventListener(name, ({ target }) => target.classList.toggle("playing", name === "play"), true);
}
// a picture that cannot be had leaves its place empty
document.addEventListener("error", ({ target }) => {
  if (target.matches?.("img")) target.style.visibility = "hidden";
}, true);

function nextSlide(slides) {
  const photos = [...slides.querySelectorAll("img")];
  const next = (photos.findIndex((photo) => !photo.hidden) + 1) % photos.length;
  photos.forEach((photo, index) => { photo.hidden = index !== next; });
  slides.querySelectorAll(".dots i").forEach((dot, index) => dot.classList.toggle("on", index === next));
}

document.addEventListener("keydown", (event) => {
  if (["ArrowRight", "ArrowDown"].includes(event.key)) move("after");
  if (["ArrowLeft", "ArrowUp"].includes(event.key)) move("before");
});
find("arrow-left").addEventListener("click", () => move("before"));
find("arrow-right").addEventListener("click", () => move("after"));
window.addEventListener("popstate", () => {
  if (location.pathname.startsWith("/@")) show(location.pathname, false);
  else location.reload();
});
start();
