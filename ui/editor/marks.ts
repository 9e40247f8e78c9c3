// Marks: the bar over selected text, its keys, and the forms that ask for what a mark needs.
import { toggleMark } from "prosemirror-commands";
import type { MarkType } from "prosemirror-model";
import { Plugin, TextSelection, type Command, type EditorState } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { t } from "../newsroom/words.ts";
import { ask } from "./dialogs.ts";
import { button, el } from "./dom.ts";
import { urlWords } from "./insert.ts";
import { attrsOf, schema } from "./schema.ts";

const mark = (name: string): MarkType => schema.marks[name]!;

function active(state: EditorState, type: MarkType): boolean {
  const { from, to, empty, $from } = state.selection;
  return empty ? !!type.isInSet(state.storedMarks ?? $from.marks()) : state.doc.rangeHasMark(from, to, type);
}

// around returns the stretch that carries a mark at the caret, or the selection.
function around(state: EditorState, type: MarkType): { from: number; to: number; attrs: Record<string, string> } {
  const { $from, from, to, empty } = state.selection;
  let attrs: Record<string, string> = {};
  state.doc.nodesBetween(from, Math.max(to, Math.min(from + 1, state.doc.content.size)), (n) => { const m = type.isInSet(n.marks); if (m) attrs = m.attrs; });
  if (!empty) return { from, to, attrs };
  const parent = $from.parent, has = (i: number) => i >= 0 && i < parent.childCount && type.isInSet(parent.child(i).marks);
  let i = $from.index();
  if (!has(i) && has(i - 1)) i--;
  if (!has(i)) return { from, to, attrs: {} };
  attrs = type.isInSet(parent.child(i).marks)!.attrs;
  let a = i, z = i;
  while (has(a - 1) && type.isInSet(parent.child(a - 1).marks)!.eq(type.create(attrs))) a--;
  while (has(z + 1) && type.isInSet(parent.child(z + 1).marks)!.eq(type.create(attrs))) z++;
  return { from: $from.posAtIndex(a), to: $from.posAtIndex(z + 1), attrs };
}

async function form(view: EditorView, name: "link" | "quote" | "claim"): Promise<void> {
  const type = mark(name), { from, to, attrs } = around(view.state, type), was = view.state.doc;
  const limit = (field: string, need: string) => (v: string) => need && !v ? t(need) : v.length > attrsOf(name)[field]!.max! ? t("editor.too_long") : "";
  const had = Object.keys(attrs).length > 0;
  const got = await ask(t(`editor.${name}_title`), t(had ? "editor.change" : "editor.apply"), {
    link: [{ name: "href", label: t("editor.url"), hint: t("editor.link_hint"), value: attrs.href, check: (v: string) => urlWords(tidy(v), attrsOf("link").href!.schemes!) }],
    quote: [{ name: "speaker", label: t("editor.speaker"), hint: t("editor.speaker_hint"), value: attrs.speaker, check: limit("speaker", "editor.speaker_missing") }],
    claim: [
      { name: "status", label: t("editor.status"), hint: t("editor.status_hint"), value: attrs.status, suggest: ["unverified", "disputed", "denied", "confirmed"].map((s) => t(`editor.status_${s}`)), check: limit("status", "editor.status_missing") },
      { name: "source", label: t("editor.source"), value: attrs.source, check: limit("source", "") }],
  }[name], had ? t("editor.remove") : undefined);
  view.focus();
  if (!got || !view.editable || !view.state.doc.eq(was)) return;
  const tr = view.state.tr.removeMark(from, to, type);
  if (got === "remove") return view.dispatch(tr);
  if (got.href !== undefined) got.href = tidy(got.href);
  view.dispatch(tr.addMark(from, to, type.create(got)));
}

// tidy writes out what people leave off an address.
function tidy(v: string): string {
  if (/^[^\s@/:]+@[^\s@/:]+\.[a-z]+$/i.test(v)) return `mailto:${v}`;
  return /^(www\.|[a-z0-9-]+(\.[a-z0-9-]+)+(\/|$))/i.test(v) ? `https://${v}` : v;
}

const opens = (name: "link" | "quote" | "claim"): Command => (state, dispatch, view) => {
  if (!state.selection.$from.parent.inlineContent || state.selection.$from.parent.type.spec.code) return false;
  if (state.selection.empty && !active(state, mark(name))) return false; // then the palette has ⌘K
  if (dispatch && view) void form(view, name);
  return true;
};

const tools: [string, string, Command][] = [
  ["strong", "⌘B", toggleMark(mark("strong"))], ["em", "⌘I", toggleMark(mark("em"))], ["link", "⌘K", opens("link")],
  ["quote", "⌘⇧9", opens("quote")], ["claim", "⌘⇧8", opens("claim")],
  ["strike", "", toggleMark(mark("strike"))], ["superscript", "", toggleMark(mark("superscript"))], ["subscript", "", toggleMark(mark("subscript"))], ["code", "", toggleMark(mark("code"))],
];

export const markKeys: Record<string, Command> = {
  "Mod-b": toggleMark(mark("strong")), "Mod-i": toggleMark(mark("em")), "Mod-k": opens("link"), "Mod-Shift-9": opens("quote"), "Mod-Shift-8": opens("claim"),
};

// toolbar stands over selected text. Alt-F10 brings the keys into it, Escape back.
export function toolbar(): Plugin {
  let dom: HTMLElement;
  return new Plugin({
    props: {
      handleKeyDown(_, e) {
        if (e.key !== "F10" || !e.altKey || dom.hidden) return false;
        dom.querySelector("button")!.focus();
        return true;
      },
    },
    view(view) {
      const buttons = tools.map(([name, keys, run]) => button(t(`editor.${name}`), () => { if (run(view.state, view.dispatch, view) && !document.querySelector("dialog[open]")) view.focus(); },
        { class: "plain", "data-mark": name, title: keys ? `${t(`editor.${name}`)} (${keys})` : t(`editor.${name}`), onmousedown: (e: Event) => e.preventDefault() }));
      dom = el("div", { class: "marks", role: "toolbar", "aria-label": t("editor.marks"), hidden: true }, ...buttons);
      dom.addEventListener("keydown", (e) => {
        const i = buttons.indexOf(document.activeElement as HTMLButtonElement), by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
        if (by) buttons[(i + by + buttons.length) % buttons.length]!.focus();
        if (e.key === "Escape") view.focus();
      });
      view.dom.parentElement!.append(dom);
      const show = () => {
        const s = view.state.selection;
        dom.hidden = !(s instanceof TextSelection) || s.empty || !view.editable || !!s.$from.parent.type.spec.code || !(view.hasFocus() || dom.contains(document.activeElement));
        if (dom.hidden) return;
        for (const [i, [name]] of tools.entries()) buttons[i]!.setAttribute("aria-pressed", String(active(view.state, mark(name))));
        const at = view.coordsAtPos(s.from), room = view.dom.parentElement!.getBoundingClientRect();
        dom.style.top = `${at.top - room.top - dom.offsetHeight - 6}px`;
        dom.style.left = `${Math.max(0, Math.min(at.left - room.left, room.width - dom.offsetWidth))}px`;
      };
      const later = () => setTimeout(show);
      view.dom.addEventListener("focus", later);
      view.dom.addEventListener("blur", later);
      return { update: show, destroy: () => { view.dom.removeEventListener("focus", later); view.dom.removeEventListener("blur", later); dom.remove(); } };
    },
  });
}
