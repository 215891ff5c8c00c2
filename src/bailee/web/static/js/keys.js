// Single keys: j k Enter space x Delete / ? — for those who want them. They act only where nothing
// that takes keys itself has the focus, and can be switched off (WCAG 2.1.4).
const OFF = "bailee-keys-off";
const dialog = document.getElementById("keys");
let current = null;

function isOff() {
  return localStorage.getItem(OFF) === "yes";
}

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function here() {
  const focused = document.activeElement?.closest("[data-row]");
  if (focused) current = focused;
  return current?.isConnected ? current : null;
}

function step(by) {
  const all = rows();
  if (!all.length) {
    document.querySelector(`[data-step=${by > 0 ? "j" : "k"}]`)?.click();
    return;
  }
  const at = all.indexOf(here());
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
  current = next;
  next.querySelector("[data-open]").focus();
  next.scrollIntoView({ block: "nearest" });
}

function playOrPause() {
  const media = document.querySelector("[data-item] :is(audio, video)");
  if (!media) return false;
  if (media.paused) media.play().catch(() => {});
  else media.pause();
  return true;
}

// What plays is the open item; a row that is not open is opened first, and played when it has come.
function space() {
  const row = here();
  const open = document.querySelector("[data-item]")?.dataset.item;
  if (!row || row.dataset.row === open) return playOrPause();
  document.addEventListener("bailee:opened", playOrPause, { once: true });
  row.querySelector("[data-open]").click();
  return true;
}

function tick() {
  const box = here()?.querySelector("input[type=checkbox]");
  if (!box) return false;
  box.click();
  return true;
}

function forget() {
  if (document.querySelector("#pick") && document.querySelector("[form=pick]:checked")) {
    document.getElementById("pick").requestSubmit();
    return true;
  }
  const id = here()?.dataset.row ?? document.querySelector("[data-item]")?.dataset.item;
  if (!id) return false;
  location.assign(`/forget?recording=${encodeURIComponent(id)}`);
  return true;
}

function search() {
  const field = document.getElementById("q");
  if (!field) return false;
  const closed = field.closest("details");
  if (closed) closed.open = true;
  field.focus();
  return true;
}

function help() {
  dialog.showModal();
  return true;
}

const DOES = {
  j: () => step(1),
  k: () => step(-1),
  x: tick,
  " ": space,
  Delete: forget,
  Backspace: forget,
  "/": search,
  "?": help,
};

// A field or a player has its own use for every key, what is pressed for space alone.
const FIELDS = "input:not([type=checkbox]), textarea, select, audio, video, [contenteditable], dialog";
const PRESSED = "button, summary, input";

function isTaken({ target, key }) {
  return target.closest?.(key === " " ? `${FIELDS}, ${PRESSED}` : FIELDS);
}

if (dialog) {
  document.addEventListener("focusin", here);
  document.addEventListener("keydown", event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
    if (dialog.open || isTaken(event)) return;
    const does = DOES[event.key];
    if (does && does() !== false) event.preventDefault();
  });
  const on = document.getElementById("keys-on");
  on.checked = !isOff();
  on.addEventListener("change", () => {
    if (on.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
  for (const each of document.querySelectorAll("[data-keys]")) {
    each.hidden = false;
    each.addEventListener("click", help);
  }
}
