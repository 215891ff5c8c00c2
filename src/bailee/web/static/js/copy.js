// A button beside something that is shown once: it puts it on the clipboard, and says so.
import { tell } from "./app.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
      tell(button.dataset.done);
    } catch {
      field.select(); // the browser said no: then by hand
    }
  });
}
