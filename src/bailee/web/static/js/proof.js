// Verifies a receipt with nothing but itself and a key: docs/design/format.md, “Receipt”.
// Everything in a receipt is untrusted. What fails throws a Fault, named by what is wrong with it.
//
//   const proven = await verify(parse(text), vkey, step => …);   // step: entry, log, signed, house

export const STEPS = ["entry", "log", "signed", "house"];
const FORMAT = "bailee-receipt/v1";
const LARGEST = 1 << 24;
const MOST_SIGNATURES = 100;
const ED25519 = 1;
const DASH = "— ";
const encoder = new TextEncoder();

export class Fault extends Error {
  constructor(name) {
    super(name);
    this.fault = name;
  }
}

function require(holds, fault) {
  if (!holds) throw new Fault(fault);
}

// -- reading ----------------------------------------------------------------------------------

// A receipt from a file's text, or from a printed copy of it: broken into lines, with no space meant.
export function parse(text) {
  require(text.length <= LARGEST, "huge");
  const receipt = json(text) ?? json(text.replace(/\s+/g, ""));
  require(isObject(receipt) && receipt.format === FORMAT, "no-receipt");
  return receipt;
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isObject = value => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = value => typeof value === "string";
const isCount = value => Number.isSafeInteger(value) && value >= 0;
const isTag = value => isText(value) && /^[0-9a-f]{32}$/.test(value);
const isHash = value => isText(value) && /^[0-9a-f]{64}$/.test(value);
const isErasure = value => isText(value) && value.startsWith("era_");
const isCounts = value => isObject(value) && Object.values(value).every(isCount);
const isAddress = value =>
  Array.isArray(value) &&
  value.length === 5 &&
  value.slice(0, 2).every(each => each === "" || isTag(each)) &&
  value.slice(2).every(isCount);
const orNull = check => value => value === null || check(value);
const isScope = value =>
  isObject(value) &&
  sameNames(value, ["person", "device", "kind", "begin", "end"]) &&
  [value.person, value.device].every(orNull(isTag)) &&
  orNull(isText)(value.kind) &&
  isCount(value.begin) &&
  isCount(value.end);
const OUTCOMES = ["erased", "not found", "held", "unreachable", "claimed by a third party"];

const FIELDS = {
  erase: {
    account: isTag,
    erasure: isErasure,
    epoch: isCount,
    whole: value => ["", "person", "device", "account"].includes(value),
    scope: orNull(isScope),
    kind: orNull(isText),
    addresses: value => Array.isArray(value) && value.every(isAddress),
    statement: isHash,
    principal: isTag,
    policy: isText,
  },
  erased: {
    account: isTag,
    erasure: isErasure,
    outcome: value => OUTCOMES.includes(value),
    recordings: isCount,
    artefacts: isCounts,
    held: isCount,
  },
  rotate: { generation: isCount, fresh: isCount },
};

function sameNames(value, names) {
  return Object.keys(value).sort().join() === [...names].sort().join();
}

// RFC 8785: JSON writes strings and numbers in the one form that it asks for; names are put in order.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map(each => `${JSON.stringify(each)}:${canonical(value[each])}`).join()}}`;
}

function entryOf(text) {
  require(isText(text), "shape");
  const entry = json(text);
  require(isObject(entry) && canonical(entry) === text, "entry");
  const fields = Object.hasOwn(FIELDS, entry.type) ? FIELDS[entry.type] : null;
  require(fields !== null && entry.v === 1 && isCount(entry.at), "entry");
  require(sameNames(entry, ["v", "type", "at", ...Object.keys(fields)]), "entry");
  require(Object.entries(fields).every(([name, check]) => check(entry[name])), "entry");
  return entry;
}

// -- the four steps ---------------------------------------------------------------------------

// Verifies *receipt* and says each step when it is done. Throws a Fault for the first that fails.
// *vkey* is the house's key as the reader knows it; without one the last step is not taken.
export async function verify(receipt, vkey, done = () => {}) {
  require(globalThis.crypto?.subtle, "browser");
  const told = await wordsAndFigures(receipt);
  await done("entry");
  const note = parseNote(receipt.checkpoint);
  const checkpoint = parseCheckpoint(note.text);
  for (const each of receipt.entries) await requireInLog(each, checkpoint);
  await done("log");
  const key = await parseKey(receipt.vkey);
  await requireSigned(note, key);
  require(checkpoint.origin === key.name, "origin");
  await done("signed");
  if (vkey) {
    const known = await parseKey(vkey);
    require(known.name === key.name && same(known.bytes, key.bytes), "key");
    await done("house");
  }
  return {
    erasure: receipt.erasure,
    sentence: receipt.sentence,
    outcome: receipt.outcome,
    recordings: receipt.recordings,
    unreadable: told.request.at,
    unrecoverable: told.rotation?.at ?? null,
    vkey: receipt.vkey,
    key: key.name,
    index: receipt.entries[0].index,
    size: checkpoint.size,
  };
}

// Every word and figure of the slip is one that the entries say.
async function wordsAndFigures(receipt) {
  require(Array.isArray(receipt.entries) && receipt.entries.every(isObject), "shape");
  const told = {};
  for (const each of receipt.entries) {
    require(["request", "outcome", "rotation"].includes(each.role), "shape");
    require(!Object.hasOwn(told, each.role), "shape");
    told[each.role] = entryOf(each.entry);
  }
  const { request, outcome, rotation } = told;
  require(request, "shape");
  require(request.type === "erase" && request.erasure === receipt.erasure, "other-erasure");
  await requireSentence(receipt, request);
  require(receipt.unreadable_since === iso(request.at), "first-time");
  requireOutcome(receipt, outcome);
  if (rotation) require(rotation.type === "rotate" && rotation.at >= request.at, "rotation");
  const since = rotation ? iso(rotation.at) : null;
  require((receipt.unrecoverable_since ?? null) === since, "second-time");
  return told;
}

async function requireSentence(receipt, request) {
  if ((receipt.sentence ?? null) === null) return;
  const salt = isText(receipt.salt) ? fromHex(receipt.salt) : null;
  require(isText(receipt.sentence) && salt, "shape");
  const statement = toHex(await sha256(salt, encoder.encode(receipt.sentence)));
  require(statement === request.statement, "sentence");
}

function requireOutcome(receipt, outcome) {
  if (!outcome) return require((receipt.outcome ?? null) === null, "outcome");
  require(outcome.type === "erased" && outcome.erasure === receipt.erasure, "other-erasure");
  for (const name of ["outcome", "recordings", "artefacts", "held"])
    require(canonical(receipt[name] ?? null) === canonical(outcome[name]), "outcome");
}

// To the second, as receipts write it.
function iso(ms) {
  require(ms < 8.64e15, "entry");
  return `${new Date(ms).toISOString().slice(0, -5)}Z`;
}

// -- Merkle tree: RFC 9162 §2.1.3.2, whose names these are --------------------------------------

async function requireInLog(each, checkpoint) {
  require(isCount(each.index) && each.index < checkpoint.size, "no-leaf");
  require(Array.isArray(each.proof) && each.proof.length < 64, "proof");
  const hashes = each.proof.map(fromBase64);
  require(hashes.every(hash => hash?.length === 32), "proof");
  let r = await sha256([0], encoder.encode(each.entry));
  let fn = BigInt(each.index);
  let sn = BigInt(checkpoint.size) - 1n;
  for (const p of hashes) {
    require(sn !== 0n, "proof");
    if (fn & 1n || fn === sn) {
      r = await sha256([1], p, r);
      while (fn && !(fn & 1n)) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      r = await sha256([1], r, p);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  require(sn === 0n && same(r, checkpoint.root), "proof");
}

// -- the checkpoint: C2SP signed-note and tlog-checkpoint ---------------------------------------

function parseNote(data) {
  require(isText(data) && data.length <= 1_000_000, "note");
  const gap = data.lastIndexOf("\n\n");
  require(gap >= 0, "note");
  const text = data.slice(0, gap + 1);
  require(![...text].some(each => each < " " && each !== "\n"), "note");
  const lines = data.slice(gap + 2).split("\n");
  require(lines.pop() === "" && lines.length > 0 && lines.length <= MOST_SIGNATURES, "note");
  return { text, signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  require(line.startsWith(DASH), "note");
  const [name, encoded, ...rest] = line.slice(DASH.length).split(" ");
  const blob = fromBase64(encoded ?? "");
  require(isName(name) && blob && blob.length > 4 && rest.length === 0, "note");
  return { name, id: blob.slice(0, 4), signature: blob.slice(4) };
}

function parseCheckpoint(text) {
  const [origin, size, root, ...rest] = text.split("\n");
  require(rest.pop() === "" && origin && rest.every(Boolean), "checkpoint");
  require(/^(0|[1-9][0-9]{0,15})$/.test(size ?? "") && isCount(Number(size)), "checkpoint");
  const bytes = fromBase64(root ?? "");
  require(bytes?.length === 32, "checkpoint");
  return { origin, size: Number(size), root: bytes };
}

// A line by a key that is not ours says nothing; a wrong one by ours condemns the note.
async function requireSigned(note, key) {
  const ours = note.signatures.filter(each => each.name === key.name && same(each.id, key.id));
  require(ours.length > 0, "unsigned");
  const text = encoder.encode(note.text);
  for (const each of ours) {
    require(await isSignedBy(key.bytes, each.signature, text), "signature");
  }
}

async function isSignedBy(bytes, signature, text) {
  let key;
  try {
    key = await crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);
  } catch (error) {
    throw new Fault(error.name === "NotSupportedError" ? "browser" : "signature");
  }
  return crypto.subtle.verify("Ed25519", key, signature, text);
}

// A vkey: name+hex(key id)+base64(algorithm ‖ public key).
export async function parseKey(vkey) {
  require(isText(vkey), "vkey");
  const [name, id, ...rest] = vkey.trim().split("+");
  const material = fromBase64(rest.join("+"));
  require(isName(name) && /^[0-9a-f]{8}$/.test(id ?? ""), "vkey");
  require(material?.length === 33 && material[0] === ED25519, "vkey");
  const whole = await sha256(encoder.encode(`${name}\n`), material);
  require(toHex(whole.slice(0, 4)) === id, "vkey");
  return { name, id: whole.slice(0, 4), bytes: material.slice(1) };
}

const isName = name => isText(name) && name !== "" && !/[\s+\p{Cc}]/u.test(name);

// -- bytes ------------------------------------------------------------------------------------

async function sha256(...parts) {
  const bytes = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of parts) {
    bytes.set(each, at);
    at += each.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

const same = (a, b) => a.length === b.length && a.every((each, i) => each === b[i]);
const toHex = bytes => [...bytes].map(each => each.toString(16).padStart(2, "0")).join("");

function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], each => parseInt(each, 16));
}

// Canonical standard base64 (RFC 4648 §4, §3.5), or null.
function fromBase64(text) {
  if (!isText(text)) return null;
  try {
    const plain = atob(text);
    return btoa(plain) === text ? Uint8Array.from(plain, each => each.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}
