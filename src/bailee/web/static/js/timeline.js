// The list: the open item at its right, what is picked, more as one scrolls, and where one was.
import { tell } from "./app.js";
import "./keys.js";
import { begin as watch } from "./player.js";
import { begin as preview } from "./previews.js";

const wide = matchMedia("(min-width: 900px)");
const beside = document.getElementById("beside");
const entries = document.getElementById("entries");
let list = location.pathname + location.search;

for (const each of document.querySelectorAll("[data-scripted]")) each.hidden = false;

// -- the open item ---------------------------------------------------------------------------

let opening = 0;

async function open(address) {
  const mine = ++opening;
  beside.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await fetch(address, { headers: { "HX-Request": "true" }, cache: "no-store" });
  } catch {
    beside.removeAttribute("aria-busy");
    return location.assign(address);
  }
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) return location.assign(elsewhere);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = found.querySelector("[data-item], [data-gone]");
  if (mine !== opening) return;
  if (!part) return location.assign(address); // a refusal is a page of its own
  beside.replaceChildren(document.adoptNode(part));
  beside.removeAttribute("aria-busy");
  for (const each of beside.querySelectorAll("[data-close]")) each.hidden = false;
  beside.scrollTop = 0;
  mark(part.dataset.item);
  watch(beside);
  tell(beside.querySelector("[data-heading]").textContent);
  document.dispatchEvent(new CustomEvent("bailee:opened"));
}

function close() {
  opening += 1;
  beside.replaceChildren();
  mark("");
}

function mark(id) {
  for (const row of document.querySelectorAll("[data-row]"))
    row.classList.toggle("opened", row.dataset.row === id);
}

if (beside) {
  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-open], a[data-close]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || !wide.matches) return;
    event.preventDefault();
    if (link.matches("[data-close]")) {
      const id = beside.querySelector("[data-item]")?.dataset.item;
      close();
      history.pushState(null, "", list);
      document.getElementById(id)?.querySelector("[data-open]").focus();
    } else {
      const address = link.getAttribute("href");
      if (location.pathname + location.search !== address) history.pushState({ item: address }, "", address);
      open(address);
    }
  });
  addEventListener("popstate", event => {
    if (event.state?.item) open(event.state.item);
    else if (location.pathname === "/") close();
  });
  beside.addEventListener("keydown", event => {
    if (event.key === "Escape") beside.querySelector("[data-close]")?.click();
  });
}

// -- what is picked --------------------------------------------------------------------------

const bar = document.getElementById("pick");

function count() {
  const many = document.querySelectorAll("[form=pick]:checked").length;
  const pick = (place, none) =>
    many === 0 ? none : many === 1 ? place.dataset.one : place.dataset.many.replace("{n}", many);
  const told = bar.querySelector("[data-picked]");
  const button = bar.querySelector("[data-forget]");
  told.textContent = pick(told, told.dataset.none);
  button.lastChild.textContent = pick(button, button.dataset.many.replace("{n}", 0));
  bar.classList.toggle("some", many > 0);
  bar.hidden = many === 0;
  if (many) tell(told.textContent);
}

if (bar) {
  document.addEventListener("change", event => {
    if (event.target.matches("[form=pick]")) count();
  });
  bar.addEventListener("reset", () => setTimeout(count));
  count();
}

// -- more, and coming back ---------------------------------------------------------------------

document.addEventListener("htmx:after:swap", () => {
  preview();
  if (!entries?.dataset.page) return;
  // The address says how much is shown, so that coming back finds the same place.
  const shown = entries.querySelectorAll("[data-row]").length;
  const address = new URL(location.href);
  if (address.pathname !== "/" || address.searchParams.has("after")) return;
  if (shown <= Number(entries.dataset.page)) return;
  address.searchParams.set("shown", shown);
  history.replaceState(history.state, "", address);
  list = address.pathname + address.search;
});
for (const wrong of ["htmx:response:error", "htmx:error"])
  document.addEventListener(wrong, event => {
    const more = event.target.closest?.("[data-more]");
    if (!more) return;
    more.querySelector(".ready").textContent = more.dataset.failed;
    tell(more.dataset.failed);
  });

// -- a moment ----------------------------------------------------------------------------------

const moment = document.querySelector("[data-here]");
const entry = performance.getEntriesByType("navigation")[0];
if (moment && entry?.type === "navigate") {
  moment.scrollIntoView({ block: "center" });
  moment.querySelector("[data-open]").focus({ preventScroll: true });
}
