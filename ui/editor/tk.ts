// TK ("to come"): what is still missing is marked in the text and counted.
import type { Node } from "prosemirror-model";
import { Plugin } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

const tk = /\[TK[^\]]*\]|\bTK\b/g;

function find(doc: Node): { from: number; to: number }[] {
  const out: { from: number; to: number }[] = [];
  doc.descendants((n, pos) => {
    if (!n.isTextblock) return true;
    for (const m of n.textBetween(0, n.content.size, undefined, "\ufffc").matchAll(tk)) out.push({ from: pos + 1 + m.index, to: pos + 1 + m.index + m[0].length });
    return false;
  });
  return out;
}

export function marking(): Plugin<DecorationSet> {
  const draw = (doc: Node) => DecorationSet.create(doc, find(doc).map((r) => Decoration.inline(r.from, r.to, { class: "tk" })));
  const p: Plugin<DecorationSet> = new Plugin<DecorationSet>({
    state: { init: (_, s) => draw(s.doc), apply: (tr, v) => (tr.docChanged ? draw(tr.doc) : v) },
    props: { decorations: (s) => p.getState(s) },
  });
  return p;
}

export interface Counts { words: number; tk: number }

export function count(doc: Node): Counts {
  const text = doc.textBetween(0, doc.content.size, " ", " ");
  return { words: text.match(/[\p{L}\p{N}][^\s]*/gu)?.length ?? 0, tk: find(doc).length };
}
