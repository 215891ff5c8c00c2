// “Check it”: runs a proof in front of the reader, a line a step. Nothing of a receipt is sent anywhere.
import { tell } from "./app.js";
import { Fault, parse, parseKey, verify } from "./proof.js";

const LARGEST = 1 << 24;
const STEP_MS = 160;
const KNOWN = "bailee-house";
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const { lang } = document.documentElement;
const language = lang === "en" ? "en-GB" : lang; // as the pages write dates
const root = document.querySelector("[data-proof]");

for (const each of document.querySelectorAll("[data-scripted]")) each.hidden = false;
for (const each of document.querySelectorAll("[data-print]")) {
  each.hidden = false;
  each.addEventListener("click", () => print());
}

// -- the house's key, remembered from the first visit ------------------------------------------

// {vkey, since}: what this browser knows the house by; null where nothing may be kept here.
function known() {
  try {
    return JSON.parse(localStorage.getItem(KNOWN));
  } catch {
    return null;
  }
}

function remember(vkey) {
  try {
    localStorage.setItem(KNOWN, JSON.stringify({ vkey, since: Date.now() }));
  } catch {
    // A browser that keeps nothing: the house is taken at its word each time, and the page says so.
  }
  return known();
}

function day(ms) {
  return new Date(ms).toLocaleDateString(language, { dateStyle: "long" });
}

function showKnown(house) {
  for (const each of root.querySelectorAll("[data-since]")) each.textContent = day(house.since);
}

// -- lines that turn from grey to ink -----------------------------------------------------------

const steps = root?.querySelector("[data-scripted] [data-steps], [data-scripted][data-proof] [data-steps]");

function reset() {
  for (const each of steps.children) {
    each.className = "";
    each.querySelector("[data-state]").textContent = "";
  }
  for (const each of root.querySelectorAll("[data-fault], [data-proven], [data-proven-untold], [data-result], [data-remember]"))
    each.hidden = true;
}

function mark(line, state) {
  line.className = state;
  line.querySelector("[data-state]").textContent = ` ${steps.dataset[state === "done" ? "done" : "failed"]}`;
}

function ink(step) {
  const line = steps.querySelector(`[data-step=${step}]`);
  mark(line, "done");
  tell(line.textContent.trim());
  return calm.matches ? null : new Promise(resolve => setTimeout(resolve, STEP_MS));
}

function fail(error) {
  const fault = error instanceof Fault ? error.fault : "broken";
  const line = [...steps.children].find(each => each.className !== "done");
  if (line) mark(line, "failed");
  (root.querySelector(`[data-fault=${fault}]`) ?? root.querySelector("[data-fault=broken]")).hidden = false;
}

// Verifies what *read* gives under *vkey*; what was proven, or null.
async function run(read, vkey) {
  reset();
  try {
    return await verify(parse(await read()), vkey, ink);
  } catch (error) {
    fail(error);
    return null;
  }
}

function fill(name, text) {
  for (const each of root.querySelectorAll(`[data-${name}]`)) each.textContent = text;
}

// -- on a receipt's own page --------------------------------------------------------------------

async function fetched() {
  const answer = await fetch(root.dataset.receipt, { cache: "no-store", redirect: "error" }).catch(() => null);
  if (!answer?.ok) throw new Fault("fetch");
  return answer.text();
}

function onReceipt(button) {
  const served = root.dataset.vkey;
  let house = known() ?? remember(served);
  const again = root.querySelector("[data-remember]");
  const show = () => {
    root.querySelector("[data-known]").hidden = !house;
    if (house) showKnown(house);
  };
  show();
  again.addEventListener("click", () => {
    house = remember(served);
    show();
    button.click();
  });
  button.addEventListener("click", async () => {
    const changed = house !== null && house.vkey !== served;
    const proven = await run(fetched, changed ? null : served);
    if (proven === null) return;
    if (changed) {
      fail(new Fault("key-changed"));
      again.hidden = false;
      return;
    }
    root.querySelector(proven.sentence === null ? "[data-proven-untold]" : "[data-proven]").hidden = false;
    fill("words", proven.sentence ?? "");
  });
}

// -- on the page for anybody --------------------------------------------------------------------

function moment(ms) {
  return new Date(ms).toLocaleString(language, { dateStyle: "long", timeStyle: "long" });
}

function showProven(proven) {
  fill("words", proven.sentence ?? "");
  fill("unreadable", moment(proven.unreadable));
  fill("unrecoverable", proven.unrecoverable === null ? "" : moment(proven.unrecoverable));
  fill("index", String(proven.index));
  fill("size", String(proven.size));
  fill("house", proven.key);
  root.querySelector("[data-untold]").hidden = proven.sentence !== null;
  root.querySelector("q[data-words]").hidden = proven.sentence === null;
  root.querySelector("[data-inked]").hidden = proven.unrecoverable === null;
  root.querySelector("[data-empty]").hidden = proven.unrecoverable !== null;
  const result = root.querySelector("[data-result]");
  result.hidden = false;
  result.scrollIntoView({ block: "nearest" });
}

function onPage(form) {
  const file = form.querySelector("[data-file]");
  const text = form.querySelector("[data-text]");
  const key = form.querySelector("[data-key]");
  const house = known();
  key.value = house?.vkey ?? form.dataset.vkey;
  form.querySelector(house ? "[data-known]" : "[data-unknown]").hidden = false;
  if (house) showKnown(house);
  const read = async () => {
    const chosen = file.files[0];
    if (chosen && chosen.size > LARGEST) throw new Fault("huge");
    return chosen ? chosen.text() : text.value;
  };
  text.addEventListener("input", () => {
    file.value = "";
  });
  form.addEventListener("submit", async event => {
    event.preventDefault();
    // A key that is none is said before anything is proven under it.
    const proven = await run(async () => {
      await parseKey(key.value);
      return read();
    }, key.value);
    if (proven !== null) showProven(proven);
  });
}

const button = root?.querySelector("[data-check]");
if (button) onReceipt(button);
else if (root) onPage(root);
