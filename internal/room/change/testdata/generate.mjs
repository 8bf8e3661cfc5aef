// Writes random cases of the change-set algebra, with what the editor's own packages make of them, one JSON object
// per line. Run in web/, where those packages are installed:
//
//   node ../internal/room/change/testdata/generate.mjs <seed> <count> > ../internal/room/change/testdata/golden.jsonl
import { createRequire } from "node:module"
const require = createRequire(process.cwd() + "/")
const { ChangeSet, Text } = require("@codemirror/state")
const { rebaseUpdates } = require("@codemirror/collab")

let seed = Number(process.argv[2] ?? 1) >>> 0
const count = Number(process.argv[3] ?? 300)

// random is mulberry32: the same seed gives the same cases everywhere.
function random() {
  seed = (seed + 0x6d2b79f5) >>> 0
  let t = seed
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const int = n => Math.floor(random() * n)
const alphabet = ["a", "b", "c", " ", "\n", "会", "😀", "é", "\"", "\\", "\t", "𠮷"]

function text(max) {
  let s = ""
  for (let n = int(max + 1); n > 0; n--) s += alphabet[int(alphabet.length)]
  return s
}

// at is a random position that cuts no pair.
function at(doc) {
  let p = int(doc.length + 1)
  if (p > 0 && p < doc.length && /[\ud800-\udbff]/.test(doc[p - 1])) p--
  return p
}

function change(doc) {
  const parts = []
  for (let n = 1 + int(random() < 0.3 ? 5 : 2); n > 0; n--) {
    let from = at(doc), to = random() < 0.5 ? from : at(doc)
    if (from > to) [from, to] = [to, from]
    if (to - from > 8 && random() < 0.7) to = from
    parts.push({ from, to, insert: random() < 0.3 ? "" : text(4) })
  }
  return ChangeSet.of(parts, doc.length)
}

const apply = (set, doc) => set.apply(Text.of(doc.split("\n"))).toString()

// history is a chain of updates by the clients.
function history(doc, n, clients) {
  const updates = []
  for (; n > 0; n--) {
    const changes = change(doc)
    doc = apply(changes, doc)
    updates.push({ changes, clientID: clients[int(clients.length)] })
  }
  return updates
}

// rebase moves over one update at a time, as both sides do.
const rebase = (updates, over) => over.reduce((list, o) => rebaseUpdates(list, [o]), updates)

// rebaseCase moves a chain over what others did meanwhile; sometimes the first of the chain are in that already.
function rebaseCase(doc) {
  const updates = history(doc, 1 + int(4), ["me"])
  let over = history(doc, int(4), ["x", "y"])
  if (random() < 0.4) {
    const stored = rebase(updates.slice(0, 1 + int(updates.length)), over)
    let now = doc
    for (const u of over.concat(stored)) now = apply(u.changes, now)
    over = over.concat(stored, history(now, int(3), ["x", "y"]))
  }
  const wire = list => list.map(u => ({ client: u.clientID, changes: u.changes }))
  return { updates: wire(updates), over: wire(over), rebased: wire(rebase(updates, over)) }
}

for (let i = 0; i < count; i++) {
  const doc = text(int(4) == 0 ? 40 : 12)
  const a = change(doc), b = change(doc), c = change(apply(a, doc))
  console.log(JSON.stringify({
    doc, a, b, c, applied: apply(a, doc), composed: a.compose(c),
    mapped: a.map(b), before: a.map(b, true), pos: Array.from({ length: doc.length + 1 }, (_, p) => a.mapPos(p)),
    rebase: rebaseCase(doc),
  }))
}
