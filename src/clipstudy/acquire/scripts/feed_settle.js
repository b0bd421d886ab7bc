// What stands on the anonymous feed once it has another clip than the one before: clip, login, captcha, rate_limited or
// empty; stuck if no clip ever comes.
async function feed_settle(seconds, before) {
  const standing = () => {
    if (document.readyState !== "complete") return null;
    if (find("captcha") || document.querySelector(".captcha_verify_container")) return "captcha";
    if (find("login-modal")) return "login";
    const main = document.querySelector("main");
    if (!main || (!find("stream-item") && !busy(main))) return "empty";
    return busy(main) || find("stream-link").pathname === before ? null : "clip";
  };
  if (!(await until(() => standing(), seconds))) return { state: "stuck" };
  if (standing() !== "empty") return { state: standing() };
  const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
  if (answer.status !== 429) return { state: "empty" };
  return { state: "rate_limited", retryAfter: answer.headers.get("Retry-After") };
}
