import { tell } from "./app.js";

// The sentence counts as it is changed; its address follows, so that whoever must sign in once more
// comes back to it.
document.addEventListener("htmx:after:swap", () => {
  const goes = document.getElementById("goes");
  if (goes?.dataset.href) history.replaceState(null, "", goes.dataset.href);
  tell(goes?.querySelector(".goes-many, .wrong, .fault")?.textContent ?? "");
});
