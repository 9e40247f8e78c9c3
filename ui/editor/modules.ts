// How blocks with fields are shown: every field labelled and in place, beside the thing itself.
import type { Node } from "prosemirror-model";
import { NodeSelection, TextSelection } from "prosemirror-state";
import type { EditorView, NodeView, NodeViewConstructor } from "prosemirror-view";
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, toggleHeader } from "prosemirror-tables";
import { t } from "../newsroom/words.ts";
import { duration, pickMedia, pickPhotos, pickStory, type Found, type Medium } from "./dialogs.ts";
import { button, el, newID } from "./dom.ts";
import { allowed, attrsOf } from "./schema.ts";

// library is what is known of media, by id; stories of headlines.
export const library = new Map<string, Medium>();
export const stories = new Map<string, string>();
export function remember(m: Medium): void { library.set(m.id, m); }
export function rememberStory(s: Found): void { stories.set(s.id, s.headline); }

// What a medium's use does not say of its own is said by the library, and follows it: fields show both the same, and a
// value that is the library's is not kept with the story.
const lent = ["caption", "credit"];
const lends = (id: unknown, name: string): string => (lent.includes(name) && library.get(String(id))?.[name as "caption" | "credit"]) || "";
export const seen = (id: unknown, name: string, own: unknown): unknown => own || lends(id, name) || own;
export const kept = (id: unknown, name: string, v: unknown): unknown => (v && v === lends(id, name) ? "" : v);

type Kind = "line" | "text" | "check" | "choice" | "date";
interface Field { name: string; kind: Kind; hint?: boolean }
const line = (name: string): Field => ({ name, kind: "line" });

const fields: Record<string, Field[]> = {
  photo: [{ name: "alt", kind: "text", hint: true }, { name: "decorative", kind: "check" }, { name: "caption", kind: "text" }, line("credit"), { name: "size", kind: "choice" }],
  video: [line("title"), { name: "caption", kind: "text" }, line("credit"), line("recorded")],
  audio: [line("title"), { name: "caption", kind: "text" }, line("credit")],
  watch: [{ name: "label", kind: "choice" }, line("title")],
  promo: [line("title"), { name: "text", kind: "text" }, line("url"), line("action"), { name: "until", kind: "date" }],
  embed: [line("url"), line("title")],
  gallery: [line("title")],
  factbox: [line("title")],
  pullquote: [line("attribution")],
  codeBlock: [line("language")],
  table: [line("caption")],
};
const itemFields = fields.photo!.filter((f) => f.name !== "size");

type Values = Record<string, unknown>;

// control is one labelled field: value is what it shows, set is told what a person chose.
class Control {
  readonly dom: HTMLElement;
  private readonly input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
  private readonly fault: HTMLElement;
  constructor(private readonly owner: string, private readonly f: Field, private readonly value: () => unknown, set: (v: unknown) => void) {
    const id = newID(), spec = this.spec();
    this.fault = el("p", { class: "wrong", id: id + "f", hidden: true });
    const props = { id, "data-field": f.name, "aria-describedby": `${id}f${f.hint ? ` ${id}h` : ""}`, class: "input" };
    this.input = f.kind === "text" ? el("textarea", { ...props, rows: "2" })
      : f.kind === "choice" ? el("select", props, ...(spec.values ?? []).map((v) => el("option", { value: v }, t(`editor.${f.name}_${v.toLowerCase() || "normal"}`))))
      : el("input", { ...props, type: f.kind === "check" ? "checkbox" : f.kind === "date" ? "date" : "text" });
    if (f.kind === "check") this.input.className = "";
    this.show();
    this.input.addEventListener("blur", () => this.show());
    this.input.addEventListener("input", () => {
      const v = this.input instanceof HTMLInputElement && f.kind === "check" ? this.input.checked : this.input.value.replace(/[\r\n]+/g, " ");
      const ok = allowed(this.spec(), v);
      this.fault.hidden = ok;
      this.fault.textContent = ok ? "" : `${t("editor.error")} ${t(f.name === "url" ? "editor.url_wrong" : "editor.too_long")}`;
      this.input.toggleAttribute("aria-invalid", !ok);
      if (!ok) this.input.setAttribute("aria-invalid", "true");
      if (ok) set(v);
    });
    const label = el("label", { for: id }, t(`editor.${f.name}`)), hint = f.hint ? el("p", { class: "hint", id: id + "h" }, t(`editor.${f.name}_hint`)) : null;
    this.dom = f.kind === "check" ? el("div", { class: "choice" }, this.input, label) : el("div", { class: "field" }, label, hint, this.fault, this.input);
  }
  private spec() { return attrsOf(this.owner)[this.f.name] ?? attrsOf("photo")[this.f.name]!; }
  show(anew = false): void {
    if (!anew && (this.input === document.activeElement || !this.fault.hidden)) return;
    const v = this.value();
    if (this.f.kind === "check") (this.input as HTMLInputElement).checked = v === true;
    else if (this.input.value !== (v ?? "")) this.input.value = String(v ?? "");
  }
  lock(locked: boolean): void { this.input.disabled = locked; }
}

// Module is the view of a block: a frame with its name, what it shows, its fields, and its text if it has any.
class Module implements NodeView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement | null = null;
  protected readonly body = el("div", { class: "module-body", contenteditable: "false" });
  private readonly controls = new Map<string, Control>();
  constructor(protected node: Node, protected readonly view: EditorView, protected readonly at: () => number | undefined, contentTag: keyof HTMLElementTagNameMap | null) {
    const name = node.type.name;
    this.dom = el("div", { class: `module ${name}`, role: "group", "aria-label": t(`editor.${name}`) },
      el("p", { class: "module-name", contenteditable: "false" }, t(`editor.${name}`)), this.body);
    if (contentTag) this.dom.append((this.contentDOM = el(contentTag, { class: "module-text" })));
    for (const f of fields[name] ?? []) this.controls.set(f.name, new Control(name, f, () => seen(this.node.attrs.media, f.name, this.node.attrs[f.name]), (v) => this.set(f.name, kept(this.node.attrs.media, f.name, v))));
    this.dom.addEventListener("keydown", (e) => this.keys(e));
    this.head();
    this.body.append(...[...this.controls.values()].map((c) => c.dom));
    this.lock();
  }
  // head puts what stands above the fields; shown tells that the node changed.
  protected head(): void {}
  protected shown(): void {}
  protected set(name: string, v: unknown): void {
    const at = this.at();
    if (at !== undefined && this.view.editable) this.view.dispatch(this.view.state.tr.setNodeAttribute(at, name, v));
  }
  update(node: Node): boolean {
    if (node.type !== this.node.type) return false;
    const other = node.attrs.media !== this.node.attrs.media;
    this.node = node;
    for (const c of this.controls.values()) c.show(other);
    this.shown();
    this.lock();
    return true;
  }
  private lock(): void {
    for (const c of this.controls.values()) c.lock(!this.view.editable);
    for (const b of this.body.querySelectorAll("button")) b.disabled = !this.view.editable;
  }
  // Escape in a field selects the block, Enter goes on to the text after it.
  private keys(e: KeyboardEvent): void {
    const field = (e.target as HTMLElement).closest<HTMLElement>("input, textarea, select, button");
    const at = this.at();
    if (!field || at === undefined || e.isComposing) return;
    if (e.key === "Escape") {
      e.preventDefault();
      this.view.dispatch(this.view.state.tr.setSelection(NodeSelection.create(this.view.state.doc, at)));
      this.view.focus();
    } else if (e.key === "Enter" && field instanceof HTMLInputElement && field.type !== "checkbox") {
      e.preventDefault();
      textAfter(this.view, at);
    }
  }
  selectNode(): void { this.dom.classList.add("ProseMirror-selectednode"); }
  deselectNode(): void { this.dom.classList.remove("ProseMirror-selectednode"); }
  stopEvent(e: Event): boolean {
    const inText = this.contentDOM?.contains(e.target as globalThis.Node);
    return !inText && (e.target as HTMLElement).closest?.("input, textarea, select, button, label") !== null;
  }
  ignoreMutation(m: { target: globalThis.Node; type: string }): boolean {
    return m.type !== "selection" && !this.contentDOM?.contains(m.target);
  }
}

// textAfter puts the caret into the text after a block, and makes a paragraph for it where there is none.
export function textAfter(view: EditorView, at: number): void {
  const { state } = view, node = state.doc.nodeAt(at);
  if (!node) return;
  const after = at + node.nodeSize;
  let tr = state.tr;
  if (!state.doc.nodeAt(after)?.isTextblock) tr = tr.insert(after, state.schema.nodes.paragraph!.create());
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView());
  view.focus();
}

// picture shows a medium of the library.
export function picture(id: string): HTMLElement {
  const m = library.get(id), src = m?.src ?? m?.thumb;
  if (!m) return el("p", { class: "hint" }, t("editor.no_medium", id));
  if (m.kind !== "photo") return el("p", { class: "hint" }, `${m.title || m.caption || id}${m.duration ? ` · ${duration(m.duration)}` : ""}`);
  return src ? el("img", { src, alt: m.alt ?? "", ...(m.width && m.height && { width: String(m.width), height: String(m.height) }) }) : el("p", { class: "hint" }, id);
}

class MediaModule extends Module {
  declare private box?: HTMLElement;
  protected override head(): void {
    this.box = el("div", { class: "module-picture" });
    this.body.append(this.box, button(t("editor.replace"), async () => {
      const m = await pickMedia(this.node.type.name);
      if (!m) return;
      remember(m);
      const at = this.at();
      if (at === undefined || !this.view.editable) return;
      // The words go with the medium that they were about.
      this.view.dispatch(this.view.state.tr.setNodeMarkup(at, null, { size: this.node.attrs.size, ...(m.kind === "photo" ? photoAttrs(m) : playable(m)) }));
      toFirst(this.view.nodeDOM(at));
    }));
    this.shown();
  }
  protected override shown(): void { this.box?.replaceChildren(picture(this.node.attrs.media)); }
}

class WatchModule extends Module {
  declare private to?: HTMLElement;
  protected override head(): void {
    this.to = el("p", {});
    this.body.append(this.to, el("div", { class: "actions" },
      button(t("editor.choose_story"), async () => { const s = await pickStory(); if (s) { rememberStory(s); this.set("target", s.id); } }),
      button(t("editor.choose_video"), async () => { const m = await pickMedia("video"); if (m) { remember(m); this.set("target", m.id); } })));
    this.shown();
  }
  protected override shown(): void {
    const id: string = this.node.attrs.target, name = stories.get(id) ?? library.get(id)?.title ?? id;
    if (this.to) this.to.textContent = id ? t("editor.leads_to", name) : t("editor.leads_nowhere");
  }
}

// ListModule holds things one after another that can be moved and removed.
abstract class ListModule<T> extends Module {
  declare private list?: HTMLElement;
  declare private drawn?: string;
  protected abstract readonly attr: string;
  protected abstract row(item: T, i: number, set: (v: T) => void): Node[] | globalThis.Node[];
  protected abstract nameOf(item: T): string;
  protected abstract add(): Promise<T[]>;
  protected override head(): void {
    this.list = el("ol", { class: "module-list" });
    queueMicrotask(() => {
      this.body.append(this.list!, button(t("editor.add"), async () => { const more = await this.add(); if (more.length) this.put([...this.items(), ...more]); }));
      this.shown();
    });
  }
  private items(): T[] { return this.node.attrs[this.attr] ?? []; }
  private put(items: T[], redraw = true): void {
    if (!redraw) this.drawn = JSON.stringify(items);
    this.set(this.attr, items);
  }
  protected override shown(): void {
    const now = JSON.stringify(this.items());
    if (!this.list?.parentNode || now === this.drawn) return;
    this.drawn = now;
    this.list.replaceChildren(...this.items().map((item, i) => {
      const name = this.nameOf(item), move = (to: number) => {
        const l = [...this.items()];
        if (to < 0 || to >= l.length) return;
        l.splice(to, 0, ...l.splice(i, 1));
        this.put(l);
        const now = this.list!.children[to], act = to > i ? "down" : "up";
        (now?.querySelector<HTMLElement>(`[data-act=${act}]`) ?? now?.querySelector<HTMLElement>("[data-act]"))?.focus();
      };
      const keys = (e: Event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[(e as KeyboardEvent).key];
        if (!by || !(e as KeyboardEvent).altKey) return;
        e.preventDefault();
        e.stopPropagation();
        move(i + by);
      };
      return el("li", { onkeydown: keys }, ...(this.row(item, i, (v) => this.put(this.items().with(i, v), false)) as globalThis.Node[]), el("div", { class: "actions" },
        i > 0 ? button(t("editor.up"), () => move(i - 1), { "data-act": "up", "aria-label": t("editor.up_of", name) }) : null,
        i < this.items().length - 1 ? button(t("editor.down"), () => move(i + 1), { "data-act": "down", "aria-label": t("editor.down_of", name) }) : null,
        button(t("editor.remove"), () => this.put(this.items().toSpliced(i, 1)), { "aria-label": t("editor.remove_of", name) })));
    }));
  }
}

class GalleryModule extends ListModule<Values> {
  protected readonly attr = "items";
  protected nameOf(v: Values) { const m = library.get(String(v.media)); return String(v.alt || m?.alt || v.media); }
  protected row(v: Values, _: number, set: (v: Values) => void) {
    let now = v;
    return [el("div", { class: "module-picture" }, picture(String(v.media))),
      ...itemFields.map((f) => new Control("photo", f, () => seen(v.media, f.name, now[f.name]), (x) => { now = { ...now, [f.name]: kept(v.media, f.name, x) }; set(now); }).dom)];
  }
  protected async add() {
    const all = await pickPhotos();
    all.forEach(remember);
    return all.map(photoAttrs);
  }
}

class RelatedModule extends ListModule<string> {
  protected readonly attr = "stories";
  protected nameOf(id: string) { return stories.get(id) ?? id; }
  protected row(id: string) { return [el("p", {}, this.nameOf(id))]; }
  protected async add() {
    const s = await pickStory();
    if (!s) return [];
    rememberStory(s);
    return [s.id];
  }
}

interface Series { name?: string; values: (number | null)[] }
interface Chart { type: string; title?: string; description?: string; unit?: string; source?: string; labels: string[]; series: Series[] }

class ChartModule extends Module {
  declare private box?: HTMLElement;
  declare private drawn?: string;
  protected override head(): void { this.box = el("div"); this.body.append(this.box); this.shown(); }
  private spec(): Chart { return this.node.attrs.spec; }
  private put(change: (s: Chart) => void, redraw = true): void {
    const s = structuredClone(this.spec());
    change(s);
    if (!allowed(attrsOf("chart").spec!, s)) return;
    if (!redraw) this.drawn = JSON.stringify(s);
    this.set("spec", s);
  }
  protected override shown(): void {
    const s = this.spec(), now = JSON.stringify(s);
    if (!this.box || now === this.drawn) return;
    this.drawn = now;
    const words = (["title", "description", "unit", "source"] as const).map((name) => this.line(t(`editor.chart_${name}`), s[name] ?? "", (v) => this.put((c) => { c[name] = v; }, false), true));
    const id = newID(), type = el("select", { id, class: "input", onchange: () => this.put((c) => { c.type = type.value; }) },
      ...["bar", "line"].map((v) => el("option", { value: v, selected: v === s.type }, t(`editor.chart_${v}`))));
    const grid = el("table", { class: "chart-grid" },
      el("tr", {}, el("th", { scope: "col" }, t("editor.chart_label")), ...s.series.map((x, i) => el("th", { scope: "col" }, this.line(t("editor.chart_series", i + 1), x.name ?? "", (v) => this.put((c) => { c.series[i]!.name = v; }, false))))),
      ...s.labels.map((label, r) => el("tr", {}, el("th", { scope: "row" }, this.line(t("editor.chart_row", r + 1), label, (v) => this.put((c) => { c.labels[r] = v; }, false))),
        ...s.series.map((x, i) => el("td", {}, this.line(t("editor.chart_value", x.name || i + 1, label || r + 1), x.values[r] === null || x.values[r] === undefined ? "" : String(x.values[r]),
          (v) => this.put((c) => { const n = Number(v.replace(/[\s\u00a0,]/g, "").replace("−", "-")); c.series[i]!.values[r] = v.trim() === "" || !Number.isFinite(n) ? null : n; }, false)))))));
    this.box.replaceChildren(el("div", { class: "field" }, el("label", { for: id }, t("editor.chart_type")), type), ...words, el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("editor.chart_data") }, grid),
      el("div", { class: "actions" },
        button(t("editor.add_row"), () => this.put((c) => { c.labels.push(""); for (const x of c.series) x.values.push(null); })),
        s.labels.length > 1 ? button(t("editor.remove_row"), () => this.put((c) => { c.labels.pop(); for (const x of c.series) x.values.length = c.labels.length; })) : null,
        s.series.length < 8 ? button(t("editor.add_series"), () => this.put((c) => c.series.push({ name: "", values: c.labels.map(() => null) }))) : null,
        s.series.length > 1 ? button(t("editor.remove_series"), () => this.put((c) => c.series.pop())) : null));
  }
  private line(label: string, value: string, set: (v: string) => void, seen = false): HTMLElement {
    const id = newID(), input = el("input", { id, class: "input", oninput: () => set(input.value), ...(!seen && { "aria-label": label }) });
    input.value = value;
    return seen ? el("div", { class: "field" }, el("label", { for: id }, label), input) : input;
  }
}

class TableModule extends Module {
  protected override head(): void {
    const tool = (key: string, run: typeof addRowAfter) => button(t(`editor.${key}`), () => { this.inside(); run(this.view.state, this.view.dispatch); this.view.focus(); });
    this.body.append(el("div", { class: "actions" }, tool("add_row", addRowAfter), tool("remove_row", deleteRow), tool("add_column", addColumnAfter), tool("remove_column", deleteColumn), tool("header_row", toggleHeader("row")), tool("header_column", toggleHeader("column"))));
  }
  // inside puts the caret into this table's last cell when it is elsewhere: tools act where it stands.
  private inside(): void {
    const { state } = this.view, at = this.view.posAtDOM(this.contentDOM!, 0);
    if (state.selection.from >= at && state.selection.to <= at + this.node.content.size) return;
    this.view.dispatch(state.tr.setSelection(TextSelection.near(state.doc.resolve(at + this.node.content.size - 2), -1)));
  }
}

type Make = new (node: Node, view: EditorView, at: () => number | undefined, tag: keyof HTMLElementTagNameMap | null) => NodeView;
const view = (M: Make, tag: keyof HTMLElementTagNameMap | null = null): NodeViewConstructor => (n, v, at) => new M(n, v, at, tag);

export const nodeViews: Record<string, NodeViewConstructor> = {
  photo: view(MediaModule), video: view(MediaModule), audio: view(MediaModule), watch: view(WatchModule), promo: view(Module), embed: view(Module),
  gallery: view(GalleryModule), related: view(RelatedModule), chart: view(ChartModule), factbox: view(Module, "div"), pullquote: view(Module, "div"),
  keyPoints: view(Module, "ul"), codeBlock: view(Module, "pre"), table: (n, v, at) => tableView(n, v, at),
};

// tableView keeps the rows in a tbody of a real table.
function tableView(n: Node, v: EditorView, at: () => number | undefined): NodeView {
  const m = new TableModule(n, v, at, "tbody"), table = el("table");
  m.contentDOM!.replaceWith(table);
  table.append(m.contentDOM!);
  return m;
}

export function photoAttrs(m: Medium): Values { return { media: m.id, alt: m.alt ?? "", caption: "", credit: "" }; }

export function playable(m: Medium): Values { return { media: m.id, title: m.title ?? "", caption: "", credit: "", duration: Math.round(m.duration ?? 0) }; }

// toFirst puts the focus where a new medium needs words: on the alternative text, else on the first field.
export function toFirst(block: globalThis.Node | null): void {
  if (block instanceof HTMLElement) (block.querySelector<HTMLElement>("[data-field=alt]") ?? block.querySelector<HTMLElement>("[data-field]"))?.focus();
}
