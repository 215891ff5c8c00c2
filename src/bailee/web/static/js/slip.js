// A slip that waits for a stamp is asked for again while somebody looks at it, for an hour at most:
// a page that was left open keeps nobody signed in.
const FIRST_MS = 1_000;
const SOON_MS = 4_000;
const EVERY_MS = 60_000;
const TIMES = 60;
let times = 0;

function ask() {
  const waiting = document.querySelector("[data-waiting]");
  if (!waiting || times++ >= TIMES) return;
  if (document.visibilityState === "visible") waiting.dispatchEvent(new Event("look-again"));
  setTimeout(ask, waiting.dataset.waiting === "moment" ? SOON_MS : EVERY_MS);
}

setTimeout(ask, FIRST_MS);
document.addEventListener("visibilitychange", () => {
  const waiting = document.querySelector("[data-waiting]");
  if (waiting && document.visibilityState === "visible") waiting.dispatchEvent(new Event("look-again"));
});
