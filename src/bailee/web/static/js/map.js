// The map moves at once where its page has all that it would show; else its links ask for more.
// Without this module they always do.
import { tell } from "./app.js";

const SIDE = 640;
const LONGEST_BAR = 150;
const KEYS = {
  "+": "in",
  "=": "in",
  "-": "out",
  ArrowLeft: "west",
  ArrowRight: "east",
  ArrowUp: "north",
  ArrowDown: "south",
  0: "whole",
};
const STEPS = { west: [1, 0], east: [-1, 0], north: [0, 1], south: [0, -1] };
let at = { k: 1, x: 0, y: 0 };

const map = () => document.querySelector("#sheet .map.bare:not([data-wider])");
const whole = value => Math.round(value * 10) / 10;

function show(svg) {
  svg.querySelector("#ground").setAttribute("transform", `translate(${whole(at.x)} ${whole(at.y)}) scale(${at.k})`);
  svg.style.setProperty("--nearer", at.k);
  const unitsAMetre = (svg.dataset.units / svg.dataset.metres) * at.k;
  const most = Math.max(1, LONGEST_BAR / unitsAMetre);
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map(each => each * power).find(each => each <= most);
  const bar = whole(metres * unitsAMetre);
  svg.querySelector("#bar").setAttribute("d", `M20 606v8h${bar}v-8`);
  const far = metres >= 1000;
  const number = (far ? metres / 1000 : metres).toLocaleString(document.documentElement.lang);
  svg.querySelector("#bar-says").textContent = `${number} ${far ? "km" : "m"}`;
  let grid = "";
  for (let x = at.x % bar; x < SIDE; x += bar) grid += `M${whole(x)} 0V${SIDE}`;
  for (let y = at.y % bar; y < SIDE; y += bar) grid += `M0 ${whole(y)}H${SIDE}`;
  svg.querySelector("#grid").setAttribute("d", grid);
  const words = document.getElementById("squares");
  words.textContent = words.dataset[far ? "km" : "m"].replace("{n}", number);
  return words.textContent;
}

function move(svg, what) {
  if (what === "whole") at = { k: 1, x: 0, y: 0 };
  else if (what in STEPS) {
    const [x, y] = STEPS[what];
    at = { ...at, x: at.x + (x * SIDE) / 2, y: at.y + (y * SIDE) / 2 };
  } else {
    const by = what === "in" ? 2 : 0.5;
    const k = Math.min(16, Math.max(1 / 16, at.k * by));
    const middle = SIDE / 2;
    at = { k, x: middle - ((middle - at.x) * k) / at.k, y: middle - ((middle - at.y) * k) / at.k };
  }
  tell(show(svg));
}

// Before htmx hears of it.
document.addEventListener(
  "click",
  event => {
    const link = event.target.closest("[data-map]");
    const svg = map();
    if (!link || !svg || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    move(svg, link.dataset.map);
  },
  true,
);

document.addEventListener("keydown", event => {
  const what = KEYS[event.key];
  if (!what || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!event.target.closest("#sheet")) return;
  event.preventDefault();
  document.getElementById(`map-${what}`)?.click();
});

// A mouse may hold the map and move it; a finger on it scrolls the page.
let held = null;
document.addEventListener("pointerdown", event => {
  const svg = map();
  if (!svg || event.pointerType === "touch" || event.button !== 0 || !svg.contains(event.target)) return;
  held = { x: event.clientX, y: event.clientY, from: at, moved: false };
});
document.addEventListener("pointermove", event => {
  const svg = map();
  if (!held || !svg) return;
  const units = SIDE / svg.clientWidth;
  const x = (event.clientX - held.x) * units;
  const y = (event.clientY - held.y) * units;
  if (!held.moved && Math.hypot(x, y) < 6) return;
  held.moved = true;
  svg.classList.add("held");
  at = { ...held.from, x: held.from.x + x, y: held.from.y + y };
  show(svg);
});
document.addEventListener("pointerup", () => {
  if (held?.moved) addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, true));
  held = null;
  map()?.classList.remove("held");
});
document.addEventListener("dragstart", event => {
  if (map()?.contains(event.target)) event.preventDefault();
});
function stop(event) {
  if (map()?.contains(event.target)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
