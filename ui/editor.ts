// The editor of a story's text: ProseMirror on the document model that the server judges by. It takes the place of the
// page's Markdown field; the page's other fields are saved with the text.
import { baseKeymap, chainCommands, exitCode, toggleMark } from "prosemirror-commands";
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { history, redo, undo } from "prosemirror-history";
import { InputRule, inputRules, textblockTypeInputRule, undoInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { Node, type MarkType } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem } from "prosemirror-schema-list";
import { EditorState, NodeSelection, TextSelection, type Command } from "prosemirror-state";
import { goToNextCell, tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { blockKeys, floor, gutter } from "./editor/blocks.ts";
import { compare, type Text } from "./editor/compare.ts";
import type { Medium } from "./editor/dialogs.ts";
import { el } from "./editor/dom.ts";
import { Fields, type Copy, type Guard } from "./editor/fields.ts";
import { Hold } from "./editor/hold.ts";
import { bringing } from "./editor/bring.ts";
import { slash } from "./editor/insert.ts";
import { keyMedia } from "./editor/key.ts";
import { markKeys, toolbar } from "./editor/marks.ts";
import { nodeViews, remember } from "./editor/modules.ts";
import { pasting } from "./editor/paste.ts";
import { Saver } from "./editor/save.ts";
import { schema } from "./editor/schema.ts";
import { count, marking } from "./editor/tk.ts";
import { tokens } from "./editor/tokens.ts";
import { quote, typingRules } from "./editor/typography.ts";
import { t } from "./newsroom/words.ts";

interface Data { id: string; version: number; copy: Copy; guard: Guard; language: string; readOnly: boolean; media?: Record<string, Medium> }

// StoryDoc is what the page's other scripts may use; they get it from the event story:ready.
export interface StoryDoc {
  readonly version: number;
  readonly dirty: boolean;
  save: () => Promise<boolean>; // true: the server has all of the text
  copyAll: () => Promise<void>;
  text: () => Text;
}

const form = document.getElementById("story"), place = document.getElementById("editor"), source = document.getElementById("doc");
if (form instanceof HTMLFormElement && place && source) start(form, place, JSON.parse(source.textContent ?? "{}") as Data);

function start(form: HTMLFormElement, place: HTMLElement, data: Data): void {
  const zone = form.dataset.zone || document.body.dataset.zone || "UTC", url = `/newsroom/stories/${data.id}`;
  let { copy, guard } = data, quiet = false, locked = true;
  const early = begun(form); // before this script itself changes a field
  for (const [id, m] of Object.entries(data.media ?? {})) remember({ ...m, id });
  const fields = new Fields(form, zone);
  const control = (name: string) => [...form.elements].find((e): e is HTMLInputElement => (e as HTMLInputElement).name === name);
  const language = () => control("language")?.value || copy.language as string || data.language || "en";

  const markdown = form.querySelector<HTMLElement>("textarea[name=body_markdown]");
  if (markdown) {
    for (const l of (markdown as HTMLTextAreaElement).labels) l.hidden = true;
    markdown.hidden = true;
    (markdown as HTMLTextAreaElement).disabled = true;
  }
  const view = new EditorView(place, {
    state: EditorState.create({ doc: docOf(copy), plugins: plugins(language) }),
    nodeViews,
    editable: () => !locked,
    attributes: () => ({ role: "textbox", "aria-multiline": "true", "aria-label": t("editor.body"), lang: language(), spellcheck: "true", "aria-readonly": String(locked), "data-empty": t("editor.empty") }),
    dispatchTransaction(tr) {
      view.updateState(view.state.apply(tr));
      if (!tr.docChanged) return;
      countSoon();
      if (!quiet) saver.changed();
    },
  });

  const read = (): Text => {
    const now = fields.read(copy, guard);
    return { copy: { ...now.copy, body: view.state.doc.toJSON() }, guard: now.guard };
  };
  const write = (text: Text) => {
    const body = docOf(text.copy);
    ({ copy, guard } = text);
    quiet = true;
    if (!body.eq(view.state.doc)) {
      const at = view.state.selection.from, tr = view.state.tr.replaceWith(0, view.state.doc.content.size, body.content).setMeta("addToHistory", false);
      view.dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(at, tr.doc.content.size)))));
    }
    fields.write(copy, guard);
    quiet = false;
    headline();
  };
  const lock = (v: boolean) => {
    locked = v;
    fields.lock(v);
    view.setProps({});
    form.classList.toggle("locked", v);
    for (const c of place.querySelectorAll<HTMLInputElement>(".module-body :is(input, textarea, select, button)")) c.disabled = v;
  };
  const tab = tabName();
  const saver = new Saver({ id: data.id, url, tab, zone, read, write, compare, lost: (h) => hold.lose(h) }, data.version, { copy: { ...copy, body: view.state.doc.toJSON() }, guard });
  const refresh = async () => {
    const r = await fetch(`${url}/state`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!r?.ok) return;
    const d = (await r.json()) as Data;
    for (const [id, m] of Object.entries(d.media ?? {})) remember({ ...m, id });
    saver.adopt(d.version, { copy: d.copy, guard: d.guard });
  };
  const hold = new Hold(url, tab, data.id, {
    async mine(version) {
      if (version > saver.version && !saver.dirty) await refresh();
      saver.paused = false;
      await saver.restore();
      lock(false);
      if (saver.dirty) void saver.save(true);
    },
    theirs() { saver.paused = true; lock(true); },
    flush: () => saver.dirty ? saver.save(false) : Promise.resolve(true),
    async newer(version) { if (version !== saver.version && !saver.dirty) await refresh(); },
  });

  const counts = document.getElementById("counts") ?? place.parentElement!.insertBefore(el("p", { id: "counts", class: "hint" }), place.nextSibling);
  let counting = 0;
  function countSoon() { counting ||= window.setTimeout(() => { counting = 0; const c = count(view.state.doc); counts.textContent = [t("editor.words", c.words), c.tk ? t("editor.tk", c.tk) : ""].filter(Boolean).join(" · "); }, 150); }
  const head = control("headline"), hint = document.getElementById("headline-hint") ?? el("p", { id: "headline-hint", class: "hint" });
  if (head && !hint.isConnected) head.after(hint);
  function headline() {
    const n = [...(head?.value ?? "")].length;
    hint.textContent = n ? `${t("editor.characters", n)} · ${t(n <= 60 ? "editor.fits" : n <= 95 ? "editor.longish" : "editor.long")}` : "";
  }

  form.addEventListener("input", (e) => {
    const c = e.target as HTMLInputElement;
    if (!c.name || c.closest("#editor, dialog")) return;
    if (c === head || c.name === "standfirst") set(c, e as InputEvent, language());
    headline();
    saver.changed();
  });
  form.addEventListener("change", (e) => { if ((e.target as HTMLInputElement).name && !(e.target as HTMLElement).closest("#editor, dialog")) saver.changed(); });
  head?.addEventListener("keydown", (e) => { if (e.key === "Enter" && !e.isComposing && !(e.metaKey || e.ctrlKey)) { e.preventDefault(); (control("standfirst") ?? view.dom).focus(); } });
  // What a form does, it does to the text that a person sees.
  document.addEventListener("submit", (e) => {
    const f = e.target as HTMLFormElement;
    if (f.method === "dialog") return;
    if (f === form) {
      const b = e.submitter as HTMLButtonElement | null, next = b?.name === "next" ? b.value : "";
      e.preventDefault();
      void saver.save(false).then((ok) => { if (ok && next) location.assign(`${url}/${next}`); });
      return;
    }
    if (!saver.dirty || !f.action.includes(url)) return;
    e.preventDefault();
    void saver.save(false).then((ok) => { if (ok) f.requestSubmit(e.submitter); });
  });
  // So do the links to the story's other screens: what cannot be saved keeps the person here, where it is said why.
  document.addEventListener("click", (e) => {
    const a = (e.target as HTMLElement).closest?.<HTMLAnchorElement>(`a[href^="${url}/"]`);
    if (!a || !saver.dirty || e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || a.target) return;
    e.preventDefault();
    void saver.save(false).then((ok) => { if (ok) location.assign(a.href); });
  });
  for (const name of ["topics", "bylines", "credits"]) { const c = control(name); if (c) tokens(c); }
  const key = form.querySelector<HTMLDetailsElement>("details.lead");
  if (key) keyMedia(key, control, () => saver.changed());

  keys(saver);
  document.addEventListener("story:save", () => void saver.save(false));
  document.addEventListener("story:goto", (e) => go((e as CustomEvent<{ block?: number; where?: string }>).detail ?? {}, view, control));
  const api: StoryDoc = { get version() { return saver.version; }, get dirty() { return saver.dirty; }, save: () => saver.save(false), copyAll: () => saver.copyAll(), text: read };
  countSoon();
  headline();
  // Until the server says who writes, the text waits; the fields do not: somebody who has begun to type goes on.
  if (data.readOnly) lock(true);
  else {
    locked = true;
    view.setProps({});
    if (early) saver.changed();
  }
  if (!data.readOnly) void hold.start().then(() => document.dispatchEvent(new CustomEvent("story:ready", { detail: api })));
}

// begun reports whether somebody typed or chose something in the page's fields before this script came.
function begun(form: HTMLFormElement): boolean {
  return [...form.elements].some((c) => {
    if (c instanceof HTMLSelectElement) return c.name !== "" && c.selectedIndex != Math.max(0, [...c.options].findIndex((o) => o.defaultSelected));
    if (c instanceof HTMLTextAreaElement) return c.name !== "body_markdown" && c.value !== c.defaultValue;
    if (!(c instanceof HTMLInputElement) || c.type === "hidden" || !c.name) return false;
    return c.type === "checkbox" ? c.checked !== c.defaultChecked : c.value !== c.defaultValue;
  });
}

function tops(doc: Node): [number, Node][] { const out: [number, Node][] = []; doc.forEach((n, pos) => out.push([pos, n])); return out; }

// docOf reads a copy's body; an empty one gets a paragraph to write in.
function docOf(copy: Copy): Node {
  const doc = Node.fromJSON(schema, copy.body?.type === "doc" ? copy.body : { type: "doc" });
  return doc.childCount ? doc : schema.node("doc", null, [schema.node("paragraph")]);
}

function plugins(language: () => string) {
  const item = schema.nodes.listItem!, type = (name: string) => schema.nodes[name]!;
  const hardBreak: Command = (state, dispatch) => { dispatch?.(state.tr.replaceSelectionWith(type("hardBreak").create()).scrollIntoView()); return true; };
  return [
    slash(), gutter(), floor(),
    inputRules({ rules: [
      ...typingRules(language),
      textblockTypeInputRule(/^(##|###|####)\s$/, type("heading"), (m) => ({ level: m[1]!.length })),
      wrappingInputRule(/^\s*>\s$/, type("blockquote")),
      wrappingInputRule(/^\s*[-*]\s$/, type("bulletList")),
      wrappingInputRule(/^(\d+)\.\s$/, type("orderedList"), (m) => ({ start: Number(m[1]) }), (m, n) => n.childCount + n.attrs.start === Number(m[1])),
      textblockTypeInputRule(/^```$/, type("codeBlock")),
      new InputRule(/^---$/, (state, _, from) => {
        const $at = state.doc.resolve(from);
        if (!$at.node(-1).canReplaceWith($at.index(-1), $at.index(-1), type("divider"))) return null;
        const tr = state.tr.delete($at.start(), $at.end()).insert($at.before(), type("divider").create());
        return tr;
      }),
      marked(/(?:^|[^*])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*$/, schema.marks.strong!), marked(/(?:^|[^*])\*([^*\s](?:[^*]*[^*\s])?)\*$/, schema.marks.em!), marked(/(?:^|[^`])`([^`]+)`$/, schema.marks.code!),
    ] }),
    keymap({ Backspace: undoInputRule }),
    keymap(blockKeys),
    keymap({
      "Mod-z": undo, "Shift-Mod-z": redo, "Mod-y": redo, ...markKeys,
      "Shift-Enter": chainCommands(exitCode, hardBreak), Enter: splitListItem(item),
      Tab: chainCommands(sinkListItem(item), goToNextCell(1)), "Shift-Tab": chainCommands(liftListItem(item), goToNextCell(-1)),
      "Mod-`": toggleMark(schema.marks.code!),
    }),
    keymap(baseKeymap),
    dropCursor({ class: "drop", width: 3 }), gapCursor(), tableEditing(), history(), marking(), pasting(language), bringing(), toolbar(),
  ];
}

// marked makes text between signs carry a mark.
function marked(find: RegExp, type: MarkType): InputRule {
  return new InputRule(find, (state, m, from, to) => {
    const text = m[1]!, lead = m[0].indexOf(text), sign = find.source.includes("\\*\\*") ? 2 : 1, a = from + lead - sign;
    const $a = state.doc.resolve(a);
    if (!$a.parent.type.allowsMarkType(type)) return null;
    const tr = state.tr.delete(a + sign + text.length, to).delete(a, a + sign);
    return tr.addMark(a, a + text.length, type.create()).removeStoredMark(type);
  });
}

// set puts the quotes of the story's language into a plain field as they are typed.
function set(c: HTMLInputElement, e: InputEvent, lang: string): void {
  const at = c.selectionStart ?? 0;
  if (e.inputType !== "insertText" || (e.data !== '"' && e.data !== "'") || at < 1) return;
  c.setRangeText(quote(e.data, c.value.slice(0, at - 1), lang), at - 1, at, "end");
}

// keys are those that work on the whole page.
function keys(saver: Saver): void {
  let chord = 0;
  document.addEventListener("keydown", (e) => {
    const mod = (e.ctrlKey || e.metaKey) && !e.altKey;
    if (chord && Date.now() - chord < 2000 && !mod && /^[pvnc1-4]$/.test(e.key)) {
      e.preventDefault();
      e.stopPropagation();
      document.dispatchEvent(new CustomEvent("story:command", { detail: e.key }));
    }
    if (e.key !== "Control" && e.key !== "Meta") chord = 0;
    if (!mod || e.isComposing) return;
    if (e.key === "s" && !e.shiftKey) { e.preventDefault(); void saver.save(false); }
    if (e.key === "Enter") { e.preventDefault(); e.stopPropagation(); void saver.save(false).then(() => document.dispatchEvent(new CustomEvent("story:publish"))); }
    if (e.key === ".") { e.preventDefault(); chord = Date.now(); }
  }, true);
}

function go(to: { block?: number; where?: string }, view: EditorView, control: (name: string) => HTMLElement | undefined): void {
  const n = to.block ?? -1;
  if (n < 0 || n >= view.state.doc.childCount) {
    const c = to.where ? control(to.where) ?? control(`${to.where}_media`) : undefined;
    c?.closest("details")?.setAttribute("open", "");
    c?.scrollIntoView({ block: "center" });
    return c?.focus();
  }
  // The server counts without empty paragraphs.
  let left = n, at = 0;
  for (const [pos, node] of tops(view.state.doc)) {
    if (node.type.name === "paragraph" && !node.textContent.trim()) continue;
    at = pos;
    if (left-- === 0) break;
  }
  const dom = view.nodeDOM(at), node = view.state.doc.nodeAt(at)!;
  view.dispatch(view.state.tr.setSelection(node.isAtom ? NodeSelection.create(view.state.doc, at) : TextSelection.near(view.state.doc.resolve(at + 1))).scrollIntoView());
  view.focus();
  if (dom instanceof HTMLElement) dom.scrollIntoView({ block: "center" });
}

// tabName is this tab's name for the server; it outlives a reload.
function tabName(): string {
  try {
    const had = sessionStorage.getItem("masthead-tab");
    if (had) return had;
    const now = crypto.randomUUID();
    sessionStorage.setItem("masthead-tab", now);
    return now;
  } catch {
    return Math.random().toString(36).slice(2) + Date.now().toString(36);
  }
}
