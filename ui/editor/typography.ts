// Quotes, dashes, primes and spaces as a language sets them: while typing, and for pasted text.
import { InputRule } from "prosemirror-inputrules";
import type { Node } from "prosemirror-model";
import type { Transaction } from "prosemirror-state";

const opens = /(^|[\s\u00a0([{\/—–“«‘\ufffc-])$/u;
const nbsp = "\u00a0";

function unclosed(before: string, open: string, close: string): boolean {
  return before.lastIndexOf(open) > before.lastIndexOf(close);
}

// quote returns what stands for a straight quote after the text before it.
export function quote(c: string, before: string, lang: string): string {
  const number = /\d$/.test(before);
  if (lang === "fr") {
    if (c === "'") return number ? "′" : "’";
    if (/\d′\d+$/.test(before) || /\d$/.test(before) && !unclosed(before, "«", "»") && !unclosed(before, "“", "”")) return "″";
    if (unclosed(before, "“", "”")) return "”";
    if (unclosed(before, "«", "»") && !/\u00a0?\s$/.test(before.replace(/«\u00a0$/, ""))) return /[\s\u00a0]$/.test(before) ? "»" : nbsp + "»";
    return unclosed(before, "«", "»") ? "“" : "«" + nbsp;
  }
  if (c === '"') {
    if (/\d′\d+$/.test(before)) return "″"; // feet and inches
    if (opens.test(before)) return "“";
    return number && !unclosed(before, "“", "”") ? "″" : "”";
  }
  if (opens.test(before)) return "‘";
  return number && !unclosed(before, "‘", "’") ? "′" : "’";
}

interface Rule { find: RegExp; put: (...m: string[]) => string; lang?: string }

// Each looks at the end of the text before the caret. None of them is longer than needed to be sure.
const rules: Rule[] = [
  { find: /([ \u00a0])--([ \u00a0])$/, put: () => " — " },
  { find: /([^-\s])--([^-])$/, put: (_, a, b) => `${a}–${b}` },
  { find: /(^|[^.])\.\.\.$/, put: (_, a) => `${a}…` },
  { find: /(^|[\s(\u00a0])(\d{1,4})-(\d{1,4})([\s,.;:!?)])$/, put: (m, a, b, c, d) => (b!.length === 3 && c!.length === 4 ? m! : `${a}${b}–${c}${d}`) },
  { find: /‘(\d0)s$/, put: (_, a) => `’${a}s` },
  { find: /(\d) (jan|feb|aug|sept|oct|nov|dec|janv|févr|juill|déc)\.$/i, put: (_, a, b) => `${a}${nbsp}${b}.` },
  { find: /(\S) :$/, put: (_, a) => `${a}${nbsp}:`, lang: "fr" },
  { find: /(\p{L}): $/u, put: (_, a) => `${a}${nbsp}: `, lang: "fr" },
  { find: /« $/, put: () => `«${nbsp}`, lang: "fr" },
  { find: /(\S) »$/, put: (_, a) => `${a}${nbsp}»`, lang: "fr" },
];

// typingRules are input rules, so Backspace right after one undoes it. lang is asked each time: a story can change it.
export function typingRules(lang: () => string): InputRule[] {
  const out = rules.map((r) => new InputRule(r.find, (state, m, from, to) => {
    const text = r.put(...m);
    if ((r.lang && r.lang !== lang()) || text === m[0]) return null;
    return put(state.tr, text, from, to);
  }, { inCodeMark: false }));
  out.push(new InputRule(/["']$/, (state, m, from, to) => {
    const $from = state.doc.resolve(from);
    const before = $from.parent.textBetween(0, $from.parentOffset, undefined, "\ufffc");
    return put(state.tr, quote(m[0]!, before, lang()), from, to);
  }, { inCodeMark: false }));
  return out;
}

function put(tr: Transaction, text: string, from: number, to: number): Transaction {
  const marks = tr.storedMarks ?? tr.doc.resolve(from).marks();
  return tr.replaceWith(from, to, tr.doc.type.schema.text(text, marks));
}

export interface Change { from: number; to: number; text: string }

// changes says what to put where so that a line of text is set as its language sets it. Places are of the given text.
export function changes(text: string, lang: string): Change[] {
  const out: Change[] = [];
  let done = ""; // the text so far as it will be
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    const set = c === '"' || c === "'" ? quoteAhead(c, done, text[i + 1] ?? "", lang) : c;
    if (set !== c) out.push({ from: i, to: i + 1, text: set });
    done += set;
  }
  for (const r of rules) {
    if (r.lang && r.lang !== lang) continue;
    const all = new RegExp(r.find.source.replace(/\$$/, ""), r.find.flags + "g");
    for (const m of text.matchAll(all)) {
      const now = r.put(...(m as unknown as string[]));
      if (now === m[0]) continue;
      const c = trim(m.index, m[0], now);
      if (!out.some((o) => o.from < c.to && c.from < o.to)) out.push(c);
    }
  }
  return out.sort((a, b) => a.from - b.from);
}

// quoteAhead knows the next character too: ’90s.
function quoteAhead(c: string, before: string, next: string, lang: string): string {
  if (c === "'" && lang !== "fr" && /\d/.test(next) && opens.test(before)) return "’";
  return quote(c, before, lang);
}

// trim leaves out what a change does not change at either end.
function trim(from: number, old: string, now: string): Change {
  let a = 0, z = 0;
  while (a < old.length && a < now.length && old[a] === now[a]) a++;
  while (z < old.length - a && z < now.length - a && old.at(-1 - z) === now.at(-1 - z)) z++;
  return { from: from + a, to: from + old.length - z, text: now.slice(a, now.length - z) };
}

// set applies a language's typography to all text between two places, code left out.
export function set(tr: Transaction, from: number, to: number, lang: string): Transaction {
  const todo: Change[] = [];
  tr.doc.nodesBetween(from, to, (block: Node, pos: number) => {
    if (!block.isTextblock) return true;
    if (block.type.spec.code) return false;
    const text = block.textBetween(0, block.content.size, undefined, "\ufffc");
    for (const c of changes(text, lang)) {
      const at = pos + 1 + c.from, end = pos + 1 + c.to;
      if (at >= from && end <= to && !tr.doc.resolve(end).marks().some((m) => m.type.name === "code")) todo.push({ from: at, to: end, text: c.text });
    }
    return false;
  });
  for (const c of todo.reverse()) {
    const marks = tr.doc.resolve(Math.min(c.from + 1, c.to)).marks();
    if (c.text) tr.replaceWith(c.from, c.to, tr.doc.type.schema.text(c.text, marks));
    else tr.delete(c.from, c.to);
  }
  return tr;
}
