// The anonymous feed: one clip at a time, the next by the arrow key, and a preview of a profile under the pointer.
"use strict";

let moving = false;

async function nextInStream() {
  if (moving || find("login-modal")) return;
  moving = true;
  page().ariaBusy = "true";
  const answer = await fetch("/api/stream/next");
  // an answer without content never ends: the page is stuck until it is loaded again
  if (answer.status !== 200) return;
  const { html, clock } = await answer.json();
  page().innerHTML = html;
  document.querySelector('meta[name="server-time"]').content = clock;
  startStream();
  page().ariaBusy = "false";
  moving = false;
}

function startStream() {
  // one that failed before there was anybody to hear of it
  for (const image of document.images) if (image.complete && !image.naturalWidth) image.style.visibility = "hidden";
  const author = find("stream-author");
  author.addEventListener("pointerenter", () => openPreview(author));
  author.addEventListener("pointerleave", () => find("user-card", author)?.remove());
  find("modal-close-inner-button")?.addEventListener("click", () => find("login-modal")?.remove());
}

async function openPreview(author) {
  const { html } = await ask(`/api/preview?user=${encodeURIComponent(author.dataset.user)}`);
  if (author.matches(":hover") && !find("user-card", author)) author.insertAdjacentHTML("beforeend", html);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown") return;
  event.preventDefault();
  nextInStream();
});
startStream();
