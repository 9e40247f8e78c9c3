// What can be put into a story, and the menus that offer it: "/" in an empty paragraph, "+" beside the block.
import type { Node } from "prosemirror-model";
import { NodeSelection, Plugin, PluginKey, TextSelection, type EditorState, type Transaction } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { t } from "../newsroom/words.ts";
import { ask, pickMedia, pickPhotos, pickStory, type Medium } from "./dialogs.ts";
import { el, newID } from "./dom.ts";
import { photoAttrs, playable, remember, rememberStory, toFirst } from "./modules.ts";
import { attrsOf, schema, urlFault } from "./schema.ts";

type Make = (param: string) => Node | null | Promise<Node | null>;
interface Item { name: string; section: "text" | "media" | "story" | "embeds"; words?: string; make: Make }

const n = (name: string, attrs?: Record<string, unknown> | null, ...content: Node[]) => schema.node(name, attrs, content);
const p = (text = "") => n("paragraph", null, ...(text ? [schema.text(text)] : []));
const medium = (kind: string, attrs: (m: Medium) => Record<string, unknown>): Make => async () => {
  const m = await pickMedia(kind);
  if (!m) return null;
  remember(m);
  return n(kind, attrs(m));
};
const row = (cell: string) => n("tableRow", null, n(cell, null, p()), n(cell, null, p()));

export const items: Item[] = [
  { name: "paragraph", section: "text", make: p },
  { name: "heading2", section: "text", words: "h2", make: (s) => n("heading", { level: 2 }, ...(s ? [schema.text(s)] : [])) },
  { name: "heading3", section: "text", words: "h3", make: (s) => n("heading", { level: 3 }, ...(s ? [schema.text(s)] : [])) },
  { name: "bulletList", section: "text", words: "ul", make: (s) => n("bulletList", null, n("listItem", null, p(s))) },
  { name: "orderedList", section: "text", words: "ol 1.", make: (s) => n("orderedList", null, n("listItem", null, p(s))) },
  { name: "blockquote", section: "text", make: (s) => n("blockquote", null, p(s)) },
  { name: "pullquote", section: "text", make: (s) => n("pullquote", null, p(s)) },
  { name: "table", section: "text", make: () => n("table", null, row("tableHeader"), row("tableCell"), row("tableCell")) },
  { name: "codeBlock", section: "text", words: "pre", make: (s) => n("codeBlock", null, ...(s ? [schema.text(s)] : [])) },
  { name: "divider", section: "text", words: "hr ---", make: () => n("divider") },
  { name: "photo", section: "media", words: "image picture", make: medium("photo", photoAttrs) },
  { name: "gallery", section: "media", make: async () => { const all = await pickPhotos(); all.forEach(remember); return all.length ? n("gallery", { items: all.map(photoAttrs) }) : null; } },
  { name: "video", section: "media", make: medium("video", playable) },
  { name: "audio", section: "media", make: medium("audio", playable) },
  { name: "watch", section: "story", make: async (s) => s ? n("watch", { title: s.slice(0, 500) }) : n("watch") },
  { name: "related", section: "story", make: async () => { const s = await pickStory(); if (!s) return null; rememberStory(s); return n("related", { stories: [s.id] }); } },
  { name: "promo", section: "story", make: (s) => n("promo", { title: s.slice(0, 500) }) },
  { name: "factbox", section: "story", make: (s) => n("factbox", { title: s.slice(0, 500) }, p()) },
  { name: "keyPoints", section: "story", make: (s) => n("keyPoints", null, n("listItem", null, p(s))) },
  { name: "chart", section: "story", make: (s) => n("chart", { spec: { type: "bar", title: s.slice(0, 500), labels: ["", ""], series: [{ name: "", values: [null, null] }] } }) },
  { name: "embed", section: "embeds", words: "url", make: embed },
];

async function embed(url: string): Promise<Node | null> {
  if (url && !urlFault(url, attrsOf("embed").url!.schemes!)) return n("embed", { url });
  const got = await ask(t("editor.embed_title"), t("editor.insert"), [
    { name: "url", label: t("editor.url"), hint: t("editor.embed_hint"), value: url, check: (v) => urlWords(v, ["https"]) },
    { name: "title", label: t("editor.title"), hint: t("editor.embed_title_hint") }]);
  return got && got !== "remove" ? n("embed", { url: got.url, title: got.title!.slice(0, 500) }) : null;
}

// urlWords says what is wrong with an address, and what to do; "" if nothing is.
export function urlWords(v: string, schemes: readonly string[]): string {
  const fault = v ? urlFault(v, schemes) : "relative";
  return fault ? t(`editor.url_${fault}`) : "";
}

// matching returns the items whose name begins a word with what was typed.
export function matching(typed: string): Item[] {
  const q = fold(typed);
  return items.filter((i) => !q || [t(`editor.${i.name}`), i.name, i.words ?? ""].some((w) => fold(w).split(/\s+/).some((part) => part.startsWith(q)) || fold(w).startsWith(q)));
}
const fold = (s: string) => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// List is the listbox of both menus: the keys stay where the person types, the list shows what is chosen.
class List {
  readonly id = newID();
  readonly dom = el("div", { id: this.id, role: "listbox", class: "block-menu", "aria-label": t("editor.insert_what") });
  shown: Item[] = [];
  at = 0;
  constructor(private readonly choose: (i: Item) => void) {}
  show(found: Item[]): void {
    this.shown = found;
    this.at = 0;
    const groups = new Map<string, Item[]>();
    for (const i of found) groups.set(i.section, [...(groups.get(i.section) ?? []), i]);
    this.dom.replaceChildren(...[...groups].map(([section, list]) => {
      const id = `${this.id}-${section}`;
      return el("div", { role: "group", "aria-labelledby": id }, el("p", { id, class: "block-menu-section", role: "presentation" }, t(`editor.section_${section}`)), ...list.map((i) =>
        el("div", { role: "option", id: this.idOf(i), "data-item": i.name, onmousedown: (e: Event) => { e.preventDefault(); this.choose(i); } }, t(`editor.${i.name}`))));
    }));
    if (!found.length) this.dom.append(el("p", { class: "hint" }, t("editor.nothing_matches")));
    this.mark();
  }
  idOf(i: Item): string { return `${this.id}-${i.name}`; }
  get active(): string { const i = this.shown[this.at]; return i ? this.idOf(i) : ""; }
  step(by: number): void { if (this.shown.length) { this.at = (this.at + by + this.shown.length) % this.shown.length; this.mark(); } }
  private mark(): void {
    for (const o of this.dom.querySelectorAll("[role=option]")) {
      const on = o.id === this.active;
      o.setAttribute("aria-selected", String(on));
      if (on) o.scrollIntoView({ block: "nearest" });
    }
  }
  pick(): boolean { const i = this.shown[this.at]; if (i) this.choose(i); return !!i; }
}

interface Slash { from: number; to: number; name: string; param: string; open: boolean }
const key = new PluginKey<{ dismissed: number; active: string }>("slash");

function slashAt(state: EditorState): Slash | null {
  const { $from, empty } = state.selection;
  if (!empty || $from.parent.type !== schema.nodes.paragraph) return null;
  const m = /^\/(\S*)(?:[ \u00a0](.*))?$/.exec($from.parent.textContent);
  if (!m || $from.parentOffset !== $from.parent.content.size) return null;
  return { from: $from.before(), to: $from.after(), name: m[1]!, param: (m[2] ?? "").trim(), open: key.getState(state)?.dismissed !== $from.start() };
}

// slash is the menu of "/".
export function slash(): Plugin {
  let list: List | null = null, typed = "";
  const close = (view: EditorView) => { const s = slashAt(view.state); view.dispatch(view.state.tr.setMeta(key, { dismissed: s ? s.from + 1 : -1, active: "" })); };
  return new Plugin({
    key,
    state: {
      init: () => ({ dismissed: -1, active: "" }),
      apply: (tr, v) => ({ ...v, ...(tr.selection.$from.parent.textContent.startsWith("/") ? {} : { dismissed: -1 }), ...tr.getMeta(key) }),
    },
    props: {
      attributes: (state): Record<string, string> => { const a = key.getState(state)?.active; return a && list ? { "aria-controls": list.id, "aria-activedescendant": a } : {}; },
      handleKeyDown(view, e) {
        if (!list?.dom.isConnected || e.isComposing) return false;
        if (e.key === "ArrowDown" || e.key === "ArrowUp") { list.step(e.key === "ArrowDown" ? 1 : -1); view.dispatch(view.state.tr.setMeta(key, { active: list.active })); return true; }
        if (e.key === "Escape") { close(view); return true; }
        return (e.key === "Enter" || e.key === "Tab") && list.pick();
      },
    },
    view(view) {
      const hide = () => { list?.dom.remove(); typed = ""; };
      list = new List((item) => { const s = slashAt(view.state); if (s) void place(view, item, s.param, s.from, s.to); });
      return {
        update(v) {
          const s = slashAt(v.state);
          const found = s?.open && v.editable ? matching(s.name) : [];
          if (!s?.open || !v.editable || (!found.length && s.name.length > 12)) { const was = key.getState(v.state)?.active; hide(); if (was) v.dispatch(v.state.tr.setMeta(key, { active: "" })); return; }
          if (!list!.dom.isConnected) { v.dom.parentElement!.append(list!.dom); }
          below(v, s.from + 1, list!.dom);
          if (typed === s.name + "\n") return;
          typed = s.name + "\n";
          list!.show(found);
          v.dispatch(v.state.tr.setMeta(key, { active: list!.active }));
        },
        destroy: hide,
      };
    },
  });
}

// below puts a menu under a place of the text.
export function below(view: EditorView, pos: number, dom: HTMLElement): void {
  const at = view.coordsAtPos(pos), room = view.dom.parentElement!.getBoundingClientRect();
  dom.style.left = `${Math.max(0, Math.min(at.left - room.left, room.width - 290))}px`;
  dom.style.top = `${at.bottom - room.top + 4}px`;
}

// place puts a new block where a paragraph was, or between blocks (from = to).
async function place(view: EditorView, item: Item, param: string, from: number, to: number): Promise<void> {
  const replaced = to > from ? view.state.doc.nodeAt(from) : null;
  const made = item.make(param), node = made instanceof Promise ? await made : made;
  view.focus();
  if (!node) { if (replaced) clear(view, from, replaced); return; }
  let tr = view.state.tr;
  const same = replaced && tr.doc.nodeAt(from)?.eq(replaced);
  const end = same ? to : from, $at = tr.doc.resolve(Math.min(from, tr.doc.content.size));
  if ($at.parent.canReplaceWith($at.index(), $at.index() + (same ? 1 : 0), node.type)) tr = tr.replaceWith($at.pos, end, node);
  else { const top = $at.after(1); if (same) tr = tr.replaceWith(from, to, p()); tr = tr.insert(top, node); from = top; }
  view.dispatch(after(tr, from, node).scrollIntoView());
  view.focus();
  if (node.attrs.media) toFirst(view.nodeDOM(view.state.selection.from));
}

function clear(view: EditorView, at: number, was: Node): void {
  if (view.state.doc.nodeAt(at)?.eq(was)) view.dispatch(view.state.tr.delete(at + 1, at + was.nodeSize - 1));
}

// after puts the selection where one goes on: into the text, or onto the block.
function after(tr: Transaction, at: number, node: Node): Transaction {
  if (node.isAtom) return tr.setSelection(NodeSelection.create(tr.doc, at));
  return tr.setSelection(TextSelection.near(tr.doc.resolve(at + 1)));
}

// openInsert shows the same list with a field to type into, and inserts after the block that begins at pos.
export function openInsert(view: EditorView, pos: number, anchor: HTMLElement): void {
  const node = view.state.doc.nodeAt(pos), end = pos + (node?.nodeSize ?? 0);
  const empty = node?.type === schema.nodes.paragraph && node.content.size === 0;
  const list = new List((item) => { shut(); void place(view, item, param(), empty ? pos : end, end); });
  const input = el("input", { class: "input", role: "combobox", "aria-expanded": "true", "aria-controls": list.id, "aria-label": t("editor.insert_what"), placeholder: t("editor.insert_filter"), autocomplete: "off" });
  const box = el("div", { class: "block-menu-box" }, input, list.dom);
  const param = () => input.value.trim().split(/\s+/).slice(1).join(" ");
  const show = () => { list.show(matching(input.value.trim().split(/\s+/)[0] ?? "")); input.setAttribute("aria-activedescendant", list.active); };
  const shut = (e?: FocusEvent) => { if (e && box.contains(e.relatedTarget as globalThis.Node)) return; input.removeEventListener("blur", shut); box.remove(); };
  input.addEventListener("input", show);
  input.addEventListener("blur", shut);
  input.addEventListener("keydown", (e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); list.step(e.key === "ArrowDown" ? 1 : -1); input.setAttribute("aria-activedescendant", list.active); }
    else if (e.key === "Enter") { e.preventDefault(); list.pick(); }
    else if (e.key === "Escape") { e.preventDefault(); e.stopPropagation(); shut(); anchor.focus(); }
  });
  view.dom.parentElement!.append(box);
  box.style.top = `${anchor.getBoundingClientRect().bottom - view.dom.parentElement!.getBoundingClientRect().top + 4}px`;
  show();
  input.focus();
}
