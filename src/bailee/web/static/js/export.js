// The sentence counts as it is changed, and its address follows; whoever does not see the bar is
// told when it ends.
import { tell } from "./app.js";

let state = document.getElementById("archive")?.dataset.state;
document.addEventListener("htmx:after:swap", () => {
  const href = document.getElementById("much")?.dataset.href;
  if (href) history.replaceState(null, "", href);
  const now = document.getElementById("archive");
  if (!now || now.dataset.state === state) return;
  state = now.dataset.state;
  tell(now.querySelector("h2")?.textContent ?? "");
});
