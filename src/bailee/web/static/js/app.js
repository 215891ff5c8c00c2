// On every page: the reader's zone, the form token for htmx, what is said to screen readers, no line.
const token = document.querySelector("meta[name=csrf]")?.content ?? "";

// Times are written where the reader is. The first page of all is asked for once more, in their zone.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split("; ").includes(`bailee-zone=${zone}`)) {
  document.cookie = `bailee-zone=${zone}; path=/; max-age=31536000; samesite=strict`;
  const isPage = document.querySelector("[data-zone-matters]");
  if (isPage && document.cookie.includes("bailee-zone=")) location.reload();
}

document.addEventListener("htmx:config:request", event => {
  event.detail.ctx.request.headers["X-CSRF-Token"] = token;
});

// What only a browser without scripts needs, such as a button for what a change does by itself.
for (const each of document.querySelectorAll("[data-unscripted]")) each.hidden = true;

// Said aloud to those who do not see what changed.
export function tell(text) {
  const place = document.getElementById("told");
  if (place) place.textContent = text;
}

// One press is one press.
document.addEventListener("submit", event => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.classList.add("busy");
});
addEventListener("pageshow", event => {
  // Back from another page: what was sent may be sent again, and what was shown is asked for anew.
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const each of document.querySelectorAll(".busy")) each.classList.remove("busy");
});

const noLine = document.getElementById("no-line");
function showLine() {
  if (noLine) noLine.hidden = navigator.onLine;
}
addEventListener("online", showLine);
addEventListener("offline", showLine);
showLine();

// Choices that apply at once: <select data-apply> sends its form.
document.addEventListener("change", event => {
  if (event.target.matches("[data-apply]")) event.target.form?.requestSubmit();
});

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js").catch(() => {});
