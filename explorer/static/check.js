// Checks a record on the visitor's own machine. It is a second implementation, written
// against RFC 6962, c2sp.org/tlog-checkpoint and c2sp.org/signed-note and not against the
// server's code: what both agree on does not rest on one of them.

const text = new TextEncoder();

/** What is wrong with something that is checked. Its message is no sentence but a name,
    for which each page has the words in its language. */
export class Fault extends Error {}

/** The leaf hash of a record: SHA-256 of a zero byte and its bytes (RFC 6962, 2.1). */
export async function leafHash(bytes) {
  return sha256(Uint8Array.of(0), bytes);
}

async function sha256(...parts) {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

/** The root that an inclusion proof leads to (RFC 9162, 2.1.3.2). Index and size are
    BigInt: they may be beyond what bit operations on numbers take. */
export async function rootOf(leaf, index, size, path) {
  if (index < 0n || index >= size) throw new Fault("outside");
  let node = index, last = size - 1n, hash = leaf;
  for (const sibling of path) {
    if (last === 0n) throw new Fault("length");
    if (node & 1n || node === last) {
      hash = await sha256(Uint8Array.of(1), sibling, hash);
      while (!(node & 1n) && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = await sha256(Uint8Array.of(1), hash, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new Fault("length");
  return hash;
}

/** Reads a c2sp.org/tlog-proof: index, path, and the signed checkpoint. */
export function parseProof(proof) {
  const lines = proof.split("\n");
  if (lines[0] !== "c2sp.org/tlog-proof@v1") throw new Fault("proof");
  let at = lines[1].startsWith("extra ") ? 2 : 1;
  if (!/^index (0|[1-9][0-9]*)$/.test(lines[at])) throw new Fault("proof");
  const index = BigInt(lines[at++].slice(6));
  const path = [];
  for (; lines[at] !== ""; at++) {
    if (at >= lines.length || path.length > 63) throw new Fault("proof");
    path.push(hashFrom(lines[at]));
  }
  return { index, path, note: lines.slice(at + 1).join("\n") };
}

function hashFrom(line) {
  const hash = base64(line);
  if (hash.length !== 32) throw new Fault("hash");
  return hash;
}

/** Reads a signed checkpoint (c2sp.org/tlog-checkpoint): origin, size, root, what was
    signed, and the signatures. */
export function parseNote(note) {
  const end = note.indexOf("\n\n");
  if (end < 0) throw new Fault("checkpoint");
  const signed = note.slice(0, end + 1);
  const lines = signed.split("\n");
  if (lines.length !== 4 || !/^(0|[1-9][0-9]*)$/.test(lines[1])) throw new Fault("checkpoint");
  const signatures = note.slice(end + 2).split("\n").filter(Boolean).map((line) => {
    const m = /^\u2014 (\S+) (\S+)$/.exec(line);
    if (!m) throw new Fault("checkpoint");
    return { name: m[1], bytes: base64(m[2]) };
  });
  return { origin: lines[0], size: BigInt(lines[1]), root: hashFrom(lines[2]), signed, signatures };
}

/** Reads a verifier key "name+hash+base64" (c2sp.org/signed-note) of Ed25519. The hash
    must be the one of name and key. */
export async function parseKey(vkey) {
  const m = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey.trim());
  const key = m && base64(m[3]);
  if (!key || key.length !== 33 || key[0] !== 1) throw new Fault("key");
  const hash = (await sha256(text.encode(m[1] + "\n"), key)).slice(0, 4);
  if (hex(hash) !== m[2]) throw new Fault("keyhash");
  return { name: m[1], hash, key: key.slice(1) };
}

/** Whether the key signed the note: true or false, or null where this browser has no
    Ed25519. */
export async function signedBy(note, key) {
  let public_;
  try {
    public_ = await crypto.subtle.importKey("raw", key.key, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
  for (const s of note.signatures) {
    if (s.name === key.name && hex(s.bytes.slice(0, 4)) === hex(key.hash)) {
      return crypto.subtle.verify("Ed25519", public_, s.bytes.slice(4), text.encode(note.signed));
    }
  }
  return false;
}

function base64(s) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(s) || s.length % 4) throw new Fault("base64");
  return Uint8Array.from(atob(s), (c) => c.charCodeAt(0));
}

function hex(bytes) {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** Checks a record from nothing but its bytes, its public opening, the proof and the key.
    Calls say(name, ok, detail) for each step; ok is null for what could not be checked,
    and detail is "fault." and the name of the fault where there is one.
    Gives true when everything was proven, false when something was refuted, null when
    something could not be checked. */
export async function check({ bytes, opening, proof, vkey, index }, say) {
  let outcome = true;
  const step = (name, ok, detail) => {
    say(name, ok, detail);
    if (ok === false) outcome = false;
    if (ok === null && outcome) outcome = null;
  };
  const attempt = async (name, does) => {
    try {
      await does();
    } catch (e) {
      step(name, false, "fault." + (e instanceof Fault ? e.message : "unreadable"));
    }
  };
  const leaf = await leafHash(text.encode(bytes));
  let note;
  await attempt("leaf", () => {
    const record = JSON.parse(bytes);
    if (record.index !== index) throw new Fault("number");
    step("leaf", true, hex(leaf));
  });
  await attempt("path", async () => {
    const p = parseProof(proof);
    if (p.index !== BigInt(index)) throw new Fault("other");
    note = parseNote(p.note);
    const root = await rootOf(leaf, p.index, note.size, p.path);
    step("path", hex(root) === hex(note.root), hex(root));
  });
  await attempt("signature", async () => {
    const key = await parseKey(vkey);
    if (!note || note.origin !== key.name) throw new Fault("log");
    step("signature", await signedBy(note, key), key.name);
  });
  if (opening) {
    await attempt("opening", async () => {
      const hash = await sha256(text.encode(opening));
      const commitment = base64(JSON.parse(bytes).public || "");
      step("opening", hex(hash) === hex(commitment), hex(hash));
    });
  }
  return outcome;
}

/** How long an answer may take, in milliseconds. */
const patience = 30_000;

/** Reads a record as the interface serves it. What is no record, as the page of somebody's
    login, says nothing against the book. */
function recordFrom(body) {
  try {
    const record = JSON.parse(body);
    if (record && typeof record.bytes === "string") return record;
  } catch { /* no JSON */ }
  throw new Fault("unreadable");
}

/** Puts the check on the page of a record. What is checked is fetched anew, as it is
    served now. */
function offer(section) {
  const button = document.getElementById("run");
  const steps = document.getElementById("steps");
  const verdict = document.getElementById("verdict");
  const words = {};
  for (const w of document.getElementById("words").content.querySelectorAll("[data-word]")) {
    words[w.dataset.word] = w.textContent;
  }
  const index = Number(section.dataset.index);
  const show = (name, ok, detail) => {
    const li = document.createElement("li");
    li.className = ok ? "ok" : ok === null ? "open" : "bad";
    li.dataset.step = name;
    const mark = document.createElement("b");
    mark.textContent = ok ? "✓" : ok === null ? "?" : "✗";
    const fault = detail.startsWith("fault.") ? words[detail] : undefined;
    const small = document.createElement(fault ? "small" : "code");
    small.textContent = fault ?? detail;
    li.append(mark, " " + words[name] + " ", small);
    steps.append(li);
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    steps.replaceChildren();
    verdict.textContent = "";
    verdict.className = "";
    let outcome = null;
    if (!globalThis.crypto?.subtle) {
      verdict.textContent = words.old;
    } else {
      try {
        const ask = async (address, accept) => {
          const answer = await fetch(address, { headers: { Accept: accept }, cache: "no-store", signal: AbortSignal.timeout(patience) });
          if (!answer.ok) throw new Fault(String(answer.status));
          const body = await answer.text();
          if (!body || !answer.headers.get("Content-Type")?.startsWith(accept)) throw new Fault("unreadable");
          return body;
        };
        const record = recordFrom(await ask("/v1/records/" + index, "application/json"));
        const proof = await ask("/v1/records/" + index + "/proof", "text/plain");
        const shown = document.getElementById("bytes").textContent;
        const sealed = document.getElementById("opening")?.textContent || "";
        // Words may be withdrawn after a page was opened; those that it has can still be checked.
        const withdrawn = sealed !== "" && !record.public_opening;
        const same = shown === record.bytes && (withdrawn || sealed === (record.public_opening || ""));
        show("bytes", same, text.encode(shown).length + " B");
        if (withdrawn) show("withdrawn", null, "");
        outcome = await check({ bytes: record.bytes, opening: record.public_opening || sealed, proof, vkey: document.getElementById("vkey").value, index }, show);
        if (!same) outcome = false;
        verdict.textContent = outcome ? words.proven : outcome === null ? words.unchecked : words.refuted;
      } catch (e) {
        const fault = e instanceof Fault ? e.message : "";
        show("offline", false, words["fault." + fault] ? "fault." + fault : fault);
        verdict.textContent = words.unchecked;
      }
    }
    verdict.className = outcome ? "stamp" : outcome === null ? "notice calm" : "notice";
    verdict.dataset.outcome = outcome ? "proven" : outcome === null ? "unchecked" : "refuted";
    button.disabled = false;
  });
}

const section = globalThis.document?.getElementById("check");
if (section?.dataset.index) offer(section);
