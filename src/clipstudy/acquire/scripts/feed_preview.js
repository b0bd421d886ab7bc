// The counts on the preview of a profile, which the pointer opens; null where it does not open.
async function feed_preview(creator, seconds) {
  const card = () => findAll("user-card").find((one) => find("user-card-username", one)?.textContent.trim() === creator);
  if (!(await until(() => card() && !busy(card()), seconds))) return null;
  const text = (name) => find(name, card())?.textContent.trim() ?? null;
  return { followers: text("user-card-follower-count"), likes: text("user-card-like-count") };
}
