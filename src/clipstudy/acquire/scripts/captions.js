// The texts of the cues of a caption file, read by the browser itself; null where it cannot be had.
async function captions(address, seconds) {
  const video = document.createElement("video");
  const track = document.createElement("track");
  video.crossOrigin = "anonymous";
  track.src = address;
  video.append(track);
  const loaded = new Promise((resolve) => {
    track.addEventListener("load", () => resolve(true));
    track.addEventListener("error", () => resolve(false));
    setTimeout(() => resolve(false), seconds * 1000);
  });
  track.track.mode = "hidden";
  if (!(await loaded)) return null;
  return [...track.track.cues].map((cue) => cue.text);
}
