// Wait for the page to become so; the event is a change of the document, never a lapse of time.
function until(condition, seconds) {
  return new Promise((resolve) => {
    const end = (met) => {
      observer.disconnect();
      clearTimeout(timer);
      resolve(met);
    };
    const look = () => condition() && end(true);
    const observer = new MutationObserver(look);
    const timer = setTimeout(() => end(Boolean(condition())), seconds * 1000);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  });
}

const find = (name, within = document) => within.querySelector(`[data-e2e="${name}"]`);
const findAll = (name, within = document) => [...within.querySelectorAll(`[data-e2e="${name}"]`)];
const busy = (element) => element?.getAttribute("aria-busy") === "true";
