// What stands on the page once it has loaded: clip, login, captcha, rate_limited, feed or empty; timeout if it never does.
async function settle(seconds) {
  const standing = () => {
    if (document.readyState !== "complete" || document.querySelector('main[aria-busy="true"]')) return null;
    if (find("captcha") || document.querySelector(".captcha_verify_container")) return "captcha";
    if (find("login-modal")) return "login";
    const link = find("browse-video-link");
    if (link) return link.textContent.includes(location.pathname) ? "clip" : null;
    return find("feed-video") ? "feed" : "empty";
  };
  if (!(await until(() => standing(), seconds))) return { state: "timeout" };
  if (standing() !== "empty") return { state: standing() };
  // a page without content does not tell its status, its address does
  const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
  if (answer.status !== 429) return { state: "empty" };
  return { state: "rate_limited", retryAfter: answer.headers.get("Retry-After") };
}
