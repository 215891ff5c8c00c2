// What plays: seeking by its words, following them, and saying so when it was forgotten meanwhile.
import { tell } from "./app.js";

const ASK_MS = 10_000;

// Watch a part of the page that shows one recording, until it is taken out.
function watch(item) {
  if (item.dataset.watched) return;
  item.dataset.watched = "yes";
  for (const figure of item.querySelectorAll("[data-play]")) play(figure, item);
  const timer = setInterval(() => {
    if (!item.isConnected) return clearInterval(timer);
    if (!document.hidden) check(item, item.dataset.watch, item.dataset.ended);
  }, ASK_MS);
}

function play(figure, item) {
  const media = figure.querySelector("audio, video");
  const still = () => check(item, figure.dataset.play, item.dataset.ended);
  let asked = 0;
  media.addEventListener("timeupdate", () => {
    follow(item, media.currentTime);
    if (media.currentTime - asked > 3 || media.currentTime < asked) {
      asked = media.currentTime;
      still();
    }
  });
  media.addEventListener("play", still);
  media.addEventListener("seeking", () => follow(item, media.currentTime));
  media.addEventListener("error", async () => {
    if (!media.getAttribute("src") || !(await still())) return;
    const broken = media.error?.code === MediaError.MEDIA_ERR_NETWORK;
    const told = figure.querySelector("[data-cannot]");
    told.querySelector("[data-broken]").hidden = !broken;
    told.querySelector("[data-unplayable]").hidden = broken;
    told.hidden = false;
  });
  figure.querySelector("[data-again]").addEventListener("click", () => {
    figure.querySelector("[data-cannot]").hidden = true;
    media.load();
    media.play().catch(() => {});
  });
  for (const each of item.querySelectorAll("[data-start]"))
    each.addEventListener("click", () => {
      media.currentTime = Number(each.dataset.start);
      media.play().catch(() => {});
    });
}

// The words that are being said; scrolled within their own list, never the page.
function follow(item, seconds) {
  const list = item.querySelector("[data-follow]");
  if (!list) return;
  for (const each of list.querySelectorAll("[data-start]")) {
    const now = Number(each.dataset.start) <= seconds && seconds < Number(each.dataset.end);
    if (now === (each.getAttribute("aria-current") === "true")) continue;
    if (now) {
      each.setAttribute("aria-current", "true");
      list.scrollTop = each.offsetTop - list.offsetTop - list.clientHeight / 3;
    } else each.removeAttribute("aria-current");
  }
}

// Ask for the headers alone: nothing is opened by it. Whether it is still there.
async function check(item, source, ended) {
  let status;
  try {
    status = (await fetch(source, { method: "HEAD", cache: "no-store" })).status;
  } catch {
    return true; // no line: nobody can say
  }
  // 404: it is gone, and not theirs to know how; or this part of it alone is.
  if (status !== 410 && status !== 404) return true;
  await over(item, ended);
  return false;
}

// It is forgotten: nothing of it stays on the page, and what plays stops.
async function over(item, ended) {
  if (item.dataset.over) return;
  item.dataset.over = "yes";
  for (const media of item.querySelectorAll("audio, video")) {
    media.pause();
    media.removeAttribute("src");
    for (const track of media.querySelectorAll("track")) track.remove();
    media.load();
  }
  const answer = await fetch(ended, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (answer.redirected || !answer.headers.get("content-type")?.includes("html")) return location.reload();
  const level = item.querySelector("[data-heading]")?.tagName === "H1" ? "h1" : "h2";
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const gone = holder.content.querySelector("[data-gone]");
  if (!gone) return location.reload();
  const heading = gone.querySelector("[data-heading]");
  const same = document.createElement(level);
  same.tabIndex = -1;
  same.textContent = heading.textContent;
  heading.replaceWith(same);
  document.getElementById(item.dataset.item)?.remove();
  item.replaceWith(gone);
  if (!document.activeElement || document.activeElement === document.body) same.focus();
  tell(gone.querySelector("p").textContent.trim().replace(/\s+/g, " "));
}

export function begin(root = document) {
  for (const item of root.querySelectorAll("[data-item]")) watch(item);
}

addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const item of document.querySelectorAll("[data-item]"))
    check(item, item.dataset.watch, item.dataset.ended);
});
begin();
