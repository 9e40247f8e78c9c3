// Two people changed one story: what each changed against what both began with, paragraph by paragraph. Nothing is
// taken that a person did not choose.
import { DOMSerializer } from "prosemirror-model";
import { t } from "../newsroom/words.ts";
import { dialog } from "./dialogs.ts";
import { button, el, newID } from "./dom.ts";
import type { Copy, Guard, Json } from "./fields.ts";
import { schema } from "./schema.ts";

export interface Text { copy: Copy; guard: Guard }
export interface Piece { base: Json[]; mine: Json[]; theirs: Json[] }
export type Choice = "mine" | "theirs" | "both";

// What a person writes; all else of a copy is the server's.
const written = ["headline", "standfirst", "slug", "section", "language", "kind", "kicker", "short_headline", "social_headline", "search_headline",
  "description", "dateline", "topics", "bylines", "credits", "regions", "developing", "lead"];
const guarded = ["embargo", "legal", "ban", "youth", "cleared"];

// canon is a value's one form: what says nothing is left out, so that equal texts are equal strings.
export function canon(v: unknown): string { return JSON.stringify(lean(v)) ?? ""; }

function lean(v: unknown): unknown {
  if (typeof v === "string") return v.normalize("NFC");
  if (Array.isArray(v)) return v.map(lean);
  if (v === null || typeof v !== "object") return v;
  const out: Json = {};
  for (const k of Object.keys(v).sort()) {
    const x = lean((v as Json)[k]);
    if (x === undefined || x === null || x === "" || x === false || (Array.isArray(x) && !x.length)) continue;
    if (typeof x === "object" && !Array.isArray(x) && !Object.keys(x as Json).length) continue;
    out[k] = x;
  }
  return out;
}

function canonBlock(b: Json): string {
  try {
    return canon(schema.nodeFromJSON(b).toJSON());
  } catch {
    return canon(b);
  }
}

const canonField = (name: string, v: unknown): string =>
  name === "embargo" ? (v && !String(v).startsWith("0001-") ? String(Date.parse(String(v))) : "") : name === "topics" ? canon(((v as { name: string }[]) ?? []).map((n) => n.name))
    : canon(v) === "null" || v === undefined || v === false || v === "" ? "" : canon(v) === "[]" ? "" : canon(v);

// blocks returns a copy's blocks without empty paragraphs, which the server leaves out.
export function blocks(c: Copy): Json[] {
  return ((c.body?.content as Json[] | undefined) ?? []).filter((b) => b.type !== "paragraph" || ((b.content as unknown[]) ?? []).length > 0);
}

// same reports whether two texts say the same.
export function same(a: Text, b: Text): boolean {
  return canon(blocks(a.copy).map(canonBlock)) === canon(blocks(b.copy).map(canonBlock)) &&
    written.every((k) => canonField(k, a.copy[k]) === canonField(k, b.copy[k])) && guarded.every((k) => canonField(k, a.guard[k]) === canonField(k, b.guard[k]));
}

// match says for each of a which of b is the same one, -1 for none: a longest common subsequence.
function match(a: string[], b: string[]): number[] {
  const out = new Array<number>(a.length).fill(-1);
  let head = 0, tail = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) { out[head] = head; head++; }
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) { out[a.length - 1 - tail] = b.length - 1 - tail; tail++; }
  const n = a.length - head - tail, m = b.length - head - tail, w = m + 1, len = new Uint16Array((n + 1) * w);
  for (let i = n - 1; i >= 0; i--) for (let j = m - 1; j >= 0; j--)
    len[i * w + j] = a[head + i] === b[head + j] ? len[(i + 1) * w + j + 1]! + 1 : Math.max(len[(i + 1) * w + j]!, len[i * w + j + 1]!);
  for (let i = 0, j = 0; i < n && j < m;) {
    if (a[head + i] === b[head + j]) out[head + i++] = head + j++;
    else if (len[(i + 1) * w + j]! >= len[i * w + j + 1]!) i++;
    else j++;
  }
  return out;
}

// pieces cuts three versions of a text into stretches: where all are equal, and where they are not.
export function pieces(base: Json[], mine: Json[], theirs: Json[]): Piece[] {
  const key = (l: Json[]) => l.map(canonBlock), b = key(base), toMine = match(b, key(mine)), toTheirs = match(b, key(theirs));
  const out: Piece[] = [];
  for (let i = 0, m = 0, th = 0; i < base.length || m < mine.length || th < theirs.length;) {
    if (i < base.length && toMine[i] === m && toTheirs[i] === th) {
      out.push({ base: [base[i++]!], mine: [mine[m++]!], theirs: [theirs[th++]!] });
      continue;
    }
    let j = i;
    while (j < base.length && (toMine[j]! < 0 || toTheirs[j]! < 0)) j++;
    const m2 = j < base.length ? toMine[j]! : mine.length, t2 = j < base.length ? toTheirs[j]! : theirs.length;
    out.push({ base: base.slice(i, j), mine: mine.slice(m, m2), theirs: theirs.slice(th, t2) });
    i = j; m = m2; th = t2;
  }
  return out;
}

// kindOf says who changed a stretch; "conflict" leaves the choice to a person.
export function kindOf(base: string, mine: string, theirs: string): "same" | Choice | "conflict" {
  if (mine === theirs) return "same";
  return mine === base ? "theirs" : theirs === base ? "mine" : "conflict";
}

interface Row { name: string; kind: Choice | "conflict"; both: boolean; base: Node; mine: Node; theirs: Node; take: (c: Choice) => void }

// compare asks what to keep; null: not decided. who wrote the newest text.
export function compare(base: Text, mine: Text, theirs: Text, who: string): Promise<Text | null> {
  const result: Text = { copy: { ...theirs.copy }, guard: { ...theirs.guard } }, rows: Row[] = [];
  const part = (of: "copy" | "guard", name: string) => {
    const [b, m, th] = [base, mine, theirs].map((x) => x[of][name]), kind = kindOf(canonField(name, b), canonField(name, m), canonField(name, th));
    if (kind !== "same") rows.push({ name: t(`editor.field_${name}`), kind, both: false, base: say(b), mine: say(m), theirs: say(th), take: (c) => { result[of][name] = c === "mine" ? m : th; } });
  };
  for (const name of written) part("copy", name);
  for (const name of guarded) part("guard", name);
  const cut = pieces(blocks(base.copy), blocks(mine.copy), blocks(theirs.copy)), taken = cut.map((p) => p.theirs);
  const key = (l: Json[]) => canon(l.map(canonBlock));
  for (const [i, p] of cut.entries()) {
    const kind = kindOf(key(p.base), key(p.mine), key(p.theirs));
    if (kind !== "same") rows.push({
      name: t("editor.paragraph_n", rows.length + 1), kind, both: kind === "conflict", base: draw(p.base), mine: draw(p.mine), theirs: draw(p.theirs),
      take: (c) => { taken[i] = c === "mine" ? p.mine : c === "theirs" ? p.theirs : [...p.mine, ...p.theirs]; },
    });
  }
  return choose(rows, who).then((done) => {
    if (!done) return null;
    result.copy.body = { type: "doc", content: taken.flat() };
    return result;
  });
}

function choose(rows: Row[], who: string): Promise<boolean> {
  return new Promise((done) => {
    const chosen = rows.map((r): Choice | null => (r.kind === "conflict" ? null : r.kind)), fault = el("p", { class: "wrong", role: "alert" });
    const sets = rows.map((r, i) => {
      const name = newID();
      const option = (c: Choice, label: string, shown: Node) => {
        const id = newID();
        return el("div", { class: "side" }, el("div", { class: "choice" },
          el("input", { type: "radio", id, name, value: c, checked: chosen[i] === c, onchange: () => { chosen[i] = c; } }), el("label", { for: id }, label)), shown);
      };
      return el("fieldset", { class: "versions" }, el("legend", {}, r.name, " ", el("span", { class: "hint" }, t(`editor.changed_${r.kind}`, who))),
        el("details", {}, el("summary", {}, t("editor.before")), r.base),
        option("mine", t("editor.keep_mine"), r.mine), option("theirs", t("editor.keep_theirs", who), r.theirs), r.both ? option("both", t("editor.keep_both"), el("span")) : null);
    });
    let ok = false;
    const d = dialog(t("editor.compare_title"), el("p", {}, t("editor.compare_why", who)), fault, ...sets, el("div", { class: "actions" },
      button(t("editor.later"), () => d.close()),
      button(t("editor.compare_save"), () => {
        const open = chosen.indexOf(null);
        if (open >= 0) { fault.textContent = t("editor.compare_open", rows[open]!.name); sets[open]!.querySelector("input")!.focus(); return; }
        for (const [i, r] of rows.entries()) r.take(chosen[i]!);
        ok = true;
        d.close();
      }, { class: "primary" })));
    d.classList.add("compare");
    d.addEventListener("close", () => done(ok));
  });
}

function say(v: unknown): Node {
  const one = (x: unknown): string => (x === true ? t("editor.yes") : x === false || x === null || x === undefined || x === "" ? t("editor.none")
    : Array.isArray(x) ? x.map((y) => one((y as Json)?.name ?? y)).join(", ") || t("editor.none") : typeof x === "object" ? Object.values(x).filter(Boolean).join(" · ") : String(x));
  return el("p", {}, one(v));
}

function draw(list: Json[]): Node {
  const box = el("div", { class: "shown" });
  for (const b of list) {
    try {
      const n = schema.nodeFromJSON(b);
      if (n.isAtom) box.append(el("p", {}, el("strong", {}, t(`editor.${n.type.name}`)), " ", [n.attrs.title, n.attrs.alt, n.attrs.caption, n.attrs.url].filter(Boolean).join(" · ")));
      else box.append(DOMSerializer.fromSchema(schema).serializeNode(n));
    } catch {
      box.append(el("p", {}, canon(b)));
    }
  }
  if (!list.length) box.append(el("p", { class: "hint" }, t("editor.none")));
  return box;
}
