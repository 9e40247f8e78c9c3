// The editor's schema is the server's: built from the same file, with only how a node is read from and shown as HTML
// beside it.
import { Schema, type Attrs, type DOMOutputSpec, type MarkSpec, type Node, type NodeSpec } from "prosemirror-model";
import source from "../../internal/doc/schema.json";

export interface AttrSpec {
  type: "string" | "id" | "url" | "date" | "int" | "number" | "bool" | "list" | "object";
  default?: unknown; required?: boolean; null?: boolean; min?: number; max?: number;
  values?: string[]; schemes?: string[]; item?: AttrSpec; fields?: Record<string, AttrSpec>;
}
interface Spec {
  name: string; group?: string; content?: string; marks?: string; inline?: boolean; code?: boolean;
  attrs?: Record<string, AttrSpec>;
}
const nodes = source.nodes as unknown as Spec[];
const marks = source.marks as unknown as Spec[];

// attrsOf returns what the schema says of a node's or mark's attributes.
export function attrsOf(name: string): Record<string, AttrSpec> {
  return [...nodes, ...marks].find((n) => n.name === name)?.attrs ?? {};
}

// allowed reports whether the server would take a value for an attribute.
export function allowed(a: AttrSpec, v: unknown): boolean {
  if (v === null || v === undefined) return a.null === true || !a.required;
  switch (a.type) {
    case "bool": return typeof v === "boolean";
    case "int": return Number.isInteger(v) && (v as number) >= (a.min ?? 0) && (v as number) <= (a.max ?? Infinity);
    case "number": return Number.isFinite(v);
    case "list": return Array.isArray(v) && v.length <= (a.max ?? Infinity) && v.every((e) => allowed(a.item!, e));
    case "object": return typeof v === "object" && !Array.isArray(v) && fits(a.fields!, v as Attrs);
  }
  if (typeof v !== "string" || (a.values && !a.values.includes(v)) || (a.max && [...v].length > a.max)) return false;
  if (v === "") return a.type === "string" || !a.required;
  switch (a.type) {
    case "id": return /^[A-Za-z0-9_.:-]{1,128}$/.test(v);
    case "url": return urlFault(v, a.schemes!) === "";
    case "date": return /^\d{4}-\d\d-\d\d$/.test(v) && !Number.isNaN(Date.parse(v));
  }
  return true;
}

function fits(specs: Record<string, AttrSpec>, have: Attrs): boolean {
  return Object.keys(have).every((k) => k in specs && allowed(specs[k]!, have[k])) &&
    Object.entries(specs).every(([k, a]) => !a.required || (have[k] ?? null) !== null);
}

// urlFault says which words tell what is wrong with an address, "" if nothing is.
export function urlFault(s: string, schemes: readonly string[]): "" | "space" | "relative" | "scheme" | "host" {
  if (/[\u0000-\u0020\u007f\\]/.test(s)) return "space";
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(s)?.[1]?.toLowerCase();
  if (scheme === undefined) return schemes.includes("/") && /^\/(?!\/)/.test(s) ? "" : "relative";
  if (!schemes.includes(scheme)) return "scheme";
  if (/%(?![0-9a-f]{2})/i.test(s)) return "host";
  if (scheme !== "http" && scheme !== "https") return "";
  return /^https?:\/\/[^/?#]/i.test(s) && URL.canParse(s) ? "" : "host";
}

// marked is how a node without a plain element of its own is written into HTML, for the clipboard and for dragging.
function marked(n: Node, tag: string, ...inside: 0[]): DOMOutputSpec {
  return [tag, { "data-node": n.type.name, "data-attrs": JSON.stringify(n.attrs) }, ...inside];
}

function readMarked(name: string, tag: string): NodeSpec["parseDOM"] {
  return [{
    tag: `${tag}[data-node=${name}]`, priority: 60,
    getAttrs(dom) {
      try {
        const attrs = JSON.parse(dom.getAttribute("data-attrs") || "{}");
        return fits(attrsOf(name), attrs) ? attrs : false;
      } catch {
        return false;
      }
    },
  }];
}

const cell = (tag: string): NodeSpec => ({
  isolating: true,
  parseDOM: [{ tag, getAttrs: (d) => ({ colspan: span(d, "colspan", 100), rowspan: span(d, "rowspan", 1000) }) }],
  toDOM: (n) => [tag, { ...(n.attrs.colspan > 1 && { colspan: n.attrs.colspan }), ...(n.attrs.rowspan > 1 && { rowspan: n.attrs.rowspan }) }, 0],
});

function span(d: HTMLElement, name: string, most: number): number {
  const n = Number.parseInt(d.getAttribute(name) ?? "1", 10);
  return n >= 1 && n <= most ? n : 1;
}

const beside: Record<string, NodeSpec> = {
  paragraph: { parseDOM: [{ tag: "p" }], toDOM: () => ["p", 0] },
  heading: {
    defining: true,
    parseDOM: [1, 2, 3, 4, 5, 6].map((n) => ({ tag: `h${n}`, attrs: { level: Math.min(Math.max(n, 2), 4) } })),
    toDOM: (n) => [`h${n.attrs.level}`, 0],
  },
  blockquote: { defining: true, parseDOM: [{ tag: "blockquote" }], toDOM: () => ["blockquote", 0] },
  pullquote: { defining: true, isolating: true, parseDOM: readMarked("pullquote", "aside"), toDOM: (n) => marked(n, "aside", 0) },
  bulletList: { parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
  orderedList: {
    parseDOM: [{ tag: "ol", getAttrs: (d) => { const n = Number(d.getAttribute("start") ?? 1); return { start: Number.isInteger(n) && n >= 0 && n <= 1_000_000 ? n : 1 }; } }],
    toDOM: (n) => ["ol", n.attrs.start === 1 ? {} : { start: n.attrs.start }, 0],
  },
  listItem: { defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
  codeBlock: { defining: true, parseDOM: [{ tag: "pre", preserveWhitespace: "full" }], toDOM: () => ["pre", ["code", 0]] },
  factbox: { defining: true, isolating: true, parseDOM: readMarked("factbox", "section"), toDOM: (n) => marked(n, "section", 0) },
  keyPoints: { defining: true, parseDOM: readMarked("keyPoints", "ul"), toDOM: (n) => marked(n, "ul", 0) },
  table: {
    tableRole: "table", isolating: true,
    parseDOM: [{ tag: "table", getAttrs: (d) => ({ caption: (d.querySelector("caption")?.textContent ?? "").trim().slice(0, 2000) }) }, { tag: "caption", ignore: true }],
    toDOM: () => ["table", ["tbody", 0]],
  },
  tableRow: { tableRole: "row", parseDOM: [{ tag: "tr" }], toDOM: () => ["tr", 0] },
  tableCell: { tableRole: "cell", ...cell("td") },
  tableHeader: { tableRole: "header_cell", ...cell("th") },
  divider: { parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
  hardBreak: { selectable: false, linebreakReplacement: true, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
};

const markBeside: Record<string, MarkSpec> = {
  link: {
    inclusive: false,
    parseDOM: [{ tag: "a[href]", getAttrs: (d) => { const href = d.getAttribute("href")!.trim(); return allowed(attrsOf("link").href!, href) ? { href } : false; } }],
    toDOM: (m) => ["a", { href: m.attrs.href }, 0],
  },
  quote: {
    inclusive: false,
    parseDOM: [{ tag: "q[data-speaker]", getAttrs: (d) => ({ speaker: d.getAttribute("data-speaker")!.slice(0, 300) }) }],
    toDOM: (m) => ["q", { "data-speaker": m.attrs.speaker, title: m.attrs.speaker }, 0],
  },
  claim: {
    inclusive: false,
    parseDOM: [{ tag: "span[data-claim]", getAttrs: (d) => ({ status: d.getAttribute("data-claim")!.slice(0, 100), source: (d.getAttribute("data-source") ?? "").slice(0, 500) }) }],
    toDOM: (m) => ["span", { "data-claim": m.attrs.status, "data-source": m.attrs.source, title: [m.attrs.status, m.attrs.source].filter(Boolean).join(", ") }, 0],
  },
  strong: { parseDOM: [{ tag: "strong" }, { tag: "b" }], toDOM: () => ["strong", 0] },
  em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] },
  strike: { parseDOM: [{ tag: "s" }, { tag: "del" }, { tag: "strike" }], toDOM: () => ["s", 0] },
  superscript: { parseDOM: [{ tag: "sup" }], toDOM: () => ["sup", 0] },
  subscript: { parseDOM: [{ tag: "sub" }], toDOM: () => ["sub", 0] },
  code: { code: true, parseDOM: [{ tag: "code" }], toDOM: () => ["code", 0] },
};

function build(): Schema {
  const ns: Record<string, NodeSpec> = {}, ms: Record<string, MarkSpec> = {};
  for (const n of nodes) ns[n.name] = { ...plain(n), ...(isModule(n) ? moduleOf(n) : {}), ...beside[n.name] };
  for (const m of marks) ms[m.name] = { attrs: defaults(m), ...markBeside[m.name] };
  return new Schema({ nodes: ns, marks: ms });
}

function plain(n: Spec): NodeSpec {
  const out: NodeSpec = { attrs: defaults(n) };
  if (n.content) out.content = n.content;
  if (n.group) out.group = n.group;
  if (n.inline) out.inline = true;
  if (n.code) out.code = true;
  if (n.marks !== undefined) out.marks = n.marks;
  return out;
}

function defaults(n: Spec): NonNullable<NodeSpec["attrs"]> {
  return Object.fromEntries(Object.entries(n.attrs ?? {}).map(([name, a]) => [name, a.required ? {} : { default: a.default ?? null }]));
}

// isModule: a block without text in it, which is all fields.
function isModule(n: Spec): boolean { return !n.content && !n.inline; }

function moduleOf(n: Spec): NodeSpec {
  return { draggable: true, parseDOM: readMarked(n.name, "div"), toDOM: (node) => marked(node, "div") };
}

export const schema = build();
