// The sentence counts as it is changed; its address follows, so that whoever must sign in once more
// comes back to it.
for (const each of document.querySelectorAll("[data-unscripted]")) each.hidden = true;

document.addEventListener("htmx:after:swap", () => {
  const href = document.getElementById("goes")?.dataset.href;
  if (href) history.replaceState(null, "", href);
});
