// What other programs put on the clipboard, brought to plain structure: no styles, classes, comments or tracking.
import { closeHistory } from "prosemirror-history";
import { Fragment, Slice, type Schema } from "prosemirror-model";
import { Plugin } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { bring } from "./bring.ts";
import { set } from "./typography.ts";

const gone = "script,style,template,noscript,meta,link,title,head,button,input,select,textarea,object,canvas,svg,math,img,picture,source,video,audio,nav,dialog,[hidden]";
const tracking = /^(utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|_ga|yclid|vero_id|mkt_tok|oly_\w+_id)$/i;

// inert takes out what a browser would act on: the page's policy refuses styles and handlers even where nothing is shown.
function inert(html: string): string {
  return html.replace(/<!--\[if[^]*?<!\[endif\]-->/g, "").replace(/<style\b[^]*?<\/style>/gi, "")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/\s(style|on\w+)\s*=/gi, " data-$1="));
}

// cleanHTML returns HTML as the schema's reader wants it. Styles are read from their text, never applied.
export function cleanHTML(html: string): string {
  const doc = new DOMParser().parseFromString(inert(html), "text/html");
  const body = doc.body;
  if (body.querySelector("[data-pm-slice]")) return html; // our own: nothing to clean
  for (const c of comments(doc)) c.remove();
  for (const e of body.querySelectorAll(gone)) e.remove();
  lists(body);
  for (const e of [...body.querySelectorAll<HTMLElement>("*")]) tidy(e);
  for (const l of body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) nest(l);
  for (const td of body.querySelectorAll("td, th")) if (!td.textContent!.trim() && !td.children.length) td.textContent = "";
  return body.innerHTML;
}

function comments(doc: Document): Comment[] {
  const walk = doc.createTreeWalker(doc, NodeFilter.SHOW_COMMENT), out: Comment[] = [];
  while (walk.nextNode()) out.push(walk.currentNode as Comment);
  return out;
}

const styleOf = (e: Element) => (e.getAttribute("data-style") ?? "").toLowerCase().replace(/\s*([:;])\s*/g, "$1");

// lists turns Word's list paragraphs, which are only styled as lists, into lists.
function lists(body: HTMLElement): void {
  const open: HTMLElement[] = []; // the lists that are open, outermost first
  let last: Element | null = null;
  for (const p of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const style = styleOf(p), level = Number(/mso-list:[^;]*level(\d+)/.exec(style)?.[1] ?? 0);
    if (!level) { open.length = 0; continue; }
    const prior = p.previousElementSibling;
    if (open.length && prior !== open[0] && prior !== last) open.length = 0;
    const label = marker(p);
    open.length = Math.min(open.length, level);
    while (open.length < level) {
      const list = body.ownerDocument.createElement(/^\(?([0-9]+|[a-z]{1,2}|[ivx]+)[.)]/i.test(label) ? "ol" : "ul");
      const start = Number.parseInt(label.replace("(", ""), 10);
      if (list.tagName === "OL" && start > 1) list.setAttribute("start", String(start));
      const above = open.at(-1);
      if (above) (above.lastElementChild ?? above.appendChild(body.ownerDocument.createElement("li"))).append(list);
      else p.before(list);
      open.push(list);
    }
    const li = body.ownerDocument.createElement("li"), inner = body.ownerDocument.createElement("p");
    inner.append(...p.childNodes);
    li.append(inner);
    open.at(-1)!.append(li);
    p.remove();
    last = open[0]!;
  }
}

// marker takes a list paragraph's bullet or number out and returns it.
function marker(p: Element): string {
  const ignored = [...p.querySelectorAll("*")].find((e) => styleOf(e).includes("mso-list:ignore"));
  if (!ignored) {
    const first = p.firstChild, m = first?.nodeType === 3 ? /^\s*([·•o§–-]|\(?\w{1,3}[.)])[\s\u00a0]+/.exec(first.textContent!) : null;
    if (m) first!.textContent = first!.textContent!.slice(m[0].length);
    return m?.[1] ?? "";
  }
  const label = ignored.textContent!.trim();
  ignored.remove();
  return label;
}

const inline: [RegExp, string][] = [
  [/font-weight:(bold|[6-9]00)/, "strong"], [/font-style:(italic|oblique)/, "em"], [/text-decoration[^;]*:[^;]*line-through/, "s"],
  [/vertical-align:super/, "sup"], [/vertical-align:sub/, "sub"],
];

function tidy(e: HTMLElement): void {
  const style = styleOf(e), tag = e.tagName.toLowerCase();
  if (/display:none|mso-hide:all/.test(style) || /^mso(comment|footnote|endnote)reference/i.test(e.className) || /mso-element:(comment|footnote|endnote)/.test(style)) return e.remove();
  if (tag.includes(":") || tag === "font" || tag === "u") return unwrap(e);
  if ((tag === "b" || tag === "strong") && /font-weight:(normal|400)/.test(style)) return unwrap(e);
  if ((tag === "i" || tag === "em") && /font-style:normal/.test(style)) return unwrap(e);
  if (/^mso(title|heading)/i.test(e.className) && tag === "p") return wrapAs(e, "h2");
  if (tag === "a") link(e);
  if (tag === "span") for (const [find, name] of inline) if (find.test(style) && !e.closest(name)) inside(e, name);
  if (tag === "iframe") return embed(e);
  for (const a of [...e.attributes]) if (!/^(href|start|colspan|rowspan)$/.test(a.name) && !(tag === "div" && a.name.startsWith("data-node"))) e.removeAttribute(a.name);
}

function unwrap(e: Element): void { e.replaceWith(...e.childNodes); }

function wrapAs(e: Element, tag: string): void {
  const h = e.ownerDocument.createElement(tag);
  h.append(...e.childNodes);
  e.replaceWith(h);
}

function inside(e: Element, tag: string): void {
  const m = e.ownerDocument.createElement(tag);
  m.append(...e.childNodes);
  e.append(m);
}

// nest puts a list that stands directly in a list (as Docs and old Word write it) into the item before it.
function nest(list: Element): void {
  const prior = list.previousElementSibling;
  if (prior?.tagName === "LI") prior.append(list);
  else { const li = list.ownerDocument.createElement("li"); list.before(li); li.append(list); }
}

function link(a: Element): void {
  const href = a.getAttribute("href")?.trim() ?? "";
  if (!/^(https?|mailto|tel):/i.test(href)) return href.startsWith("/") && !href.startsWith("//") ? undefined : a.removeAttribute("href");
  a.setAttribute("href", cleanURL(href));
}

// cleanURL drops what only tracks who clicked, and the detour that Docs and Outlook put around an address.
export function cleanURL(href: string): string {
  if (!URL.canParse(href) || !/^https?:/i.test(href)) return href;
  let u = new URL(href);
  const to = /(^|\.)google\.\w+$/.test(u.hostname) && u.pathname === "/url" ? u.searchParams.get("q") ?? u.searchParams.get("url")
    : u.hostname.endsWith("safelinks.protection.outlook.com") ? u.searchParams.get("url") : null;
  if (to && URL.canParse(to) && /^https?:/i.test(to)) return cleanURL(to);
  const drop = [...u.searchParams.keys()].filter((k) => tracking.test(k));
  if (!drop.length) return href;
  const kept = u.search.slice(1).split("&").filter((p) => !tracking.test(decodeURIComponent(p.split("=")[0]!.replaceAll("%", "%25"))));
  u.search = kept.length ? "?" + kept.join("&") : "";
  return u.href;
}

function embed(e: Element): void {
  const url = e.getAttribute("src") ?? "", title = (e.getAttribute("title") ?? "").slice(0, 500);
  if (!/^https:\/\/[^\s\\]+$/.test(url)) return e.remove();
  const d = e.ownerDocument.createElement("div");
  d.setAttribute("data-node", "embed");
  d.setAttribute("data-attrs", JSON.stringify({ url, title }));
  e.replaceWith(d);
}

// pasting cleans what is pasted and then, as a step of its own, sets it in the story's language: one undo brings back
// exactly what was pasted.
export function pasting(lang: () => string): Plugin {
  return new Plugin({
    props: {
      transformPastedHTML: cleanHTML,
      clipboardTextParser: (text, $context, _, view) => plainText(text, $context.parent.type.spec.code === true, view.state.schema),
      handleDrop: (view, event) => takeFiles(view, event, event.dataTransfer, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos),
      handlePaste(view, event, slice) {
        if (!slice.size && takeFiles(view, event, event.clipboardData)) return true;
        if (event.clipboardData?.types.includes("text/html") && event.clipboardData.getData("text/html").includes("data-pm-slice")) return false;
        if (!slice.size || view.state.selection.$from.parent.type.spec.code || event.clipboardData?.types.includes("vscode-editor-data")) return false;
        const from = view.state.selection.from;
        const tr = closeHistory(view.state.tr).replaceSelection(slice).scrollIntoView().setMeta("paste", true).setMeta("uiEvent", "paste");
        const end = tr.selection.to;
        view.dispatch(tr);
        const nice = set(closeHistory(view.state.tr), from, Math.min(end, view.state.doc.content.size), lang());
        if (nice.docChanged) view.dispatch(nice);
        view.dispatch(closeHistory(view.state.tr));
        return true;
      },
    },
  });
}

// takeFiles brings files to the library and puts them where they were dropped, or where the caret is.
function takeFiles(view: EditorView, event: Event, data: DataTransfer | null, at = view.state.selection.from): boolean {
  if (!data?.files.length) return false;
  event.preventDefault();
  bring(view, [...data.files], at);
  return true;
}

// plainText makes paragraphs of lines; lines that all begin with a bullet or number make a list.
export function plainText(text: string, code: boolean, schema: Schema): Slice {
  const lines = text.replace(/\r\n?/g, "\n").replace(/^\n+|\n+$/g, "");
  if (code) return new Slice(lines ? Fragment.from(schema.text(lines)) : Fragment.empty, 0, 0);
  const p = (s: string) => schema.node("paragraph", null, s.trim() ? [schema.text(s.trim())] : []);
  const blocks = lines.split(/\n(?:[ \t]*\n)+|\n/).filter((l) => l.trim()).map((l) => ({ line: l, bullet: /^\s*[•◦▪*-]\s+(?=\S)/.exec(l), number: /^\s*\d{1,3}[.)]\s+(?=\S)/.exec(l) }));
  const out = [];
  for (let i = 0; i < blocks.length; ) {
    const kind = blocks[i]!.bullet ? "bullet" : blocks[i]!.number ? "number" : null;
    let j = i;
    while (kind && j < blocks.length && blocks[j]![kind]) j++;
    if (kind && j - i > 1) {
      const items = blocks.slice(i, j).map((b) => schema.node("listItem", null, [p(b.line.slice(b[kind]![0].length))]));
      out.push(schema.node(kind === "bullet" ? "bulletList" : "orderedList", null, items));
      i = j;
    } else out.push(p(blocks[i++]!.line));
  }
  return Slice.maxOpen(Fragment.from(out));
}
