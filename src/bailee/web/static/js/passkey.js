// Passkeys (WebAuthn level 3): what to ask for is fetched, the answer goes off in a plain form.
import { tell } from "./app.js";

const token = document.querySelector("meta[name=csrf]")?.content ?? "";
const RENEW_MS = 4 * 60_000; // what to ask for is good for five minutes
let waiting = null; // what a browser offers by itself, in the field of a name

const bytes = text => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, each => each.charCodeAt(0));
};
const text = buffer =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const listed = credentials => (credentials ?? []).map(each => ({ ...each, id: bytes(each.id) }));

class Refused extends Error {}

async function optionsFor(form, more) {
  const answer = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "X-CSRF-Token": token, Accept: "application/json" },
    body: more,
  });
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told.options;
  const way = told.policy === "step-up" ? "step-up" : answer.status === 401 && token && "sign-in";
  if (way) {
    location.assign(`/${way}?back=${encodeURIComponent(location.pathname + location.search)}`);
    return null;
  }
  throw new Refused([told.detail, told.hint].filter(Boolean).join(" "));
}

function made(credential) {
  const { response } = credential;
  const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const found = fields.filter(name => response[name]).map(name => [name, text(response[name])]);
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: Object.fromEntries(found),
  });
}

function create(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: listed(options.excludeCredentials),
  };
  return navigator.credentials.create({ publicKey });
}

function get(options, more = {}) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: listed(options.allowCredentials),
  };
  return navigator.credentials.get({ publicKey, ...more });
}

function send(form, credential) {
  form.elements.credential.value = made(credential);
  form.submit();
}

function why(form, error) {
  if (error instanceof Refused) return error.message || form.dataset.failed;
  if (error instanceof TypeError) return form.dataset.noLine;
  if (error.name === "InvalidStateError") return form.dataset.known;
  return error.name === "NotAllowedError" || error.name === "AbortError"
    ? form.dataset.cancelled
    : form.dataset.failed;
}

async function ask(form) {
  const say = form.querySelector("[data-told]");
  const named = form.dataset.named && document.getElementById(form.dataset.named);
  if (named && !named.reportValidity()) return;
  const more = named ? new URLSearchParams({ name: named.value, csrf: token }) : undefined;
  if (named) form.elements.name.value = named.value;
  say.textContent = "";
  waiting?.abort();
  form.classList.add("busy");
  try {
    const options = await optionsFor(form, more);
    if (options === null) return;
    send(form, await (form.dataset.passkey === "create" ? create(options) : get(options)));
  } catch (error) {
    say.textContent = why(form, error);
    tell(say.textContent);
  } finally {
    form.classList.remove("busy");
  }
}

// Passkeys among what a browser fills in (mediation "conditional"); asked anew before it is too old.
async function fillIn(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  const { signal } = waiting;
  const renew = setTimeout(() => {
    waiting.abort();
    fillIn(form);
  }, RENEW_MS);
  try {
    const options = await optionsFor(form);
    send(form, await get(options, { mediation: "conditional", signal }));
  } catch {
    // Nothing was chosen there: the button and the password are as they were.
  } finally {
    if (signal.aborted) clearTimeout(renew);
  }
}

if (window.PublicKeyCredential && window.isSecureContext) {
  for (const each of document.querySelectorAll("[data-no-passkey]")) each.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", event => {
      event.preventDefault();
      ask(form);
    });
    if ("filled" in form.dataset) fillIn(form);
  }
}
