// A slider for each kind: the choice that stands in the page is moved by it, and asks what would go.
import { tell } from "./app.js";

for (const each of document.querySelectorAll("[data-scriptless]")) each.hidden = true;
for (const form of document.querySelectorAll("[data-keep]")) slide(form);

function slide(form) {
  const choice = form.querySelector("select");
  if (!choice) return;
  const stood = choice.selectedIndex;
  const slider = document.createElement("input");
  const words = document.createElement("output");
  slider.type = "range";
  slider.min = 0;
  slider.max = choice.options.length - 1;
  slider.value = stood;
  slider.id = `${choice.id}-slider`;
  slider.setAttribute("list", `${choice.id}-steps`);
  slider.setAttribute("aria-describedby", choice.getAttribute("aria-describedby"));
  words.htmlFor = slider.id;

  const show = () => {
    const said = choice.options[slider.value].text;
    words.textContent = said;
    slider.setAttribute("aria-valuetext", said);
  };
  slider.addEventListener("input", show);
  slider.addEventListener("change", () => {
    choice.selectedIndex = slider.value;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  });

  const place = document.createElement("div");
  place.className = "slide";
  place.append(slider, steps(choice));
  choice.before(place, words);
  choice.hidden = true;
  form.querySelector(`label[for="${choice.id}"]`).htmlFor = slider.id;
  show();

  // “Leave it”: as it stood, and nothing was asked.
  form.addEventListener("click", event => {
    if (!event.target.closest("[data-back]")) return;
    slider.value = choice.selectedIndex = stood;
    show();
    form.querySelector(".ahead").replaceChildren();
    slider.focus();
    tell(words.textContent);
  });
}

function steps(choice) {
  const list = document.createElement("datalist");
  list.id = `${choice.id}-steps`;
  [...choice.options].forEach((each, place) => list.append(new Option(each.text, place)));
  return list;
}
