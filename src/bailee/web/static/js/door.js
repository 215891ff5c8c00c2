// Coming in: what stands behind a link's # goes into its field and out of the address; codes are kept.
import { tell } from "./app.js";

const given = location.hash.slice(1);
const into = document.querySelector("form[data-from-link]");
const field = into?.elements[into.dataset.fromLink];
if (given && field) {
  field.value = given;
  history.replaceState(null, "", location.pathname + location.search);
  if ("stay" in into.dataset) {
    field.closest(".field")?.toggleAttribute("hidden", true);
    [...into.elements].find(each => each !== field && each.matches("input:not([type=hidden])"))?.focus();
  } else {
    into.submit();
  }
}

const textOf = id => {
  const place = document.getElementById(id);
  const items = [...place.querySelectorAll("li")].map(each => each.textContent.trim());
  return items.length ? `${items.join("\n")}\n` : place.textContent.trim();
};

for (const each of document.querySelectorAll("[data-keeping]")) each.hidden = false;
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(textOf(button.dataset.copy));
    tell(button.dataset.copied);
    button.classList.add("done");
  });
}
for (const button of document.querySelectorAll("[data-save]"))
  button.addEventListener("click", () => {
    const file = new Blob([textOf(button.dataset.save)], { type: "text/plain" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = button.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
for (const button of document.querySelectorAll("[data-print]"))
  button.addEventListener("click", () => print());
