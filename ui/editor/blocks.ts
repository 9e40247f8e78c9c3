// Blocks as things: choose, move, double and delete them, by keys and by the handle beside them.
import type { Node } from "prosemirror-model";
import { NodeSelection, Plugin, TextSelection, type Command, type EditorState } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { t } from "../newsroom/words.ts";
import { button, el } from "./dom.ts";
import { openInsert } from "./insert.ts";
import { textAfter } from "./modules.ts";

export interface Block { pos: number; node: Node; index: number }

// blockAt returns the block of the story that the selection is in; null in an empty story.
export function blockAt(state: EditorState, pos = state.selection.from): Block | null {
  const $pos = state.doc.resolve(Math.min(pos, state.doc.content.size)), index = Math.min($pos.index(0), state.doc.childCount - 1);
  const node = index < 0 ? null : state.doc.child(index);
  return node ? { pos: $pos.posAtIndex(index, 0), node, index } : null;
}

function chosen(state: EditorState): Block | null {
  return state.selection instanceof NodeSelection && state.selection.$from.depth === 0 ? blockAt(state) : null;
}

const choose: Command = (state, dispatch) => {
  const b = blockAt(state);
  if (!b || chosen(state)) return false;
  dispatch?.(state.tr.setSelection(NodeSelection.create(state.doc, b.pos)).scrollIntoView());
  return true;
};

const step = (by: 1 | -1): Command => (state, dispatch) => {
  const b = chosen(state);
  if (!b) return false;
  const to = state.doc.maybeChild(b.index + by);
  if (to) dispatch?.(state.tr.setSelection(NodeSelection.create(state.doc, by > 0 ? b.pos + b.node.nodeSize : b.pos - to.nodeSize)).scrollIntoView());
  return true;
};

// move brings the chosen block one place up or down; of the handle's menu too, where at says which.
export const move = (by: 1 | -1, at?: number): Command => (state, dispatch) => {
  const b = at === undefined ? chosen(state) : blockAt(state, at);
  if (!b) return false;
  const other = state.doc.maybeChild(b.index + by);
  if (!other) return true;
  const pos = by > 0 ? b.pos + other.nodeSize : b.pos - other.nodeSize;
  const tr = state.tr.delete(b.pos, b.pos + b.node.nodeSize).insert(pos, b.node);
  dispatch?.(tr.setSelection(NodeSelection.create(tr.doc, pos)).scrollIntoView());
  return true;
};

export const duplicate = (at?: number): Command => (state, dispatch) => {
  const b = blockAt(state, at);
  if (!b) return false;
  const end = b.pos + b.node.nodeSize, tr = state.tr.insert(end, b.node);
  dispatch?.(tr.setSelection(NodeSelection.create(tr.doc, end)).scrollIntoView());
  return true;
};

export const remove = (at?: number): Command => (state, dispatch) => {
  const b = at === undefined ? chosen(state) : blockAt(state, at);
  if (!b) return false;
  const tr = state.tr.delete(b.pos, b.pos + b.node.nodeSize);
  const $at = tr.doc.resolve(Math.min(b.pos, tr.doc.content.size));
  if ($at.nodeAfter) tr.setSelection(NodeSelection.create(tr.doc, $at.pos));
  else if ($at.nodeBefore) tr.setSelection(NodeSelection.create(tr.doc, $at.pos - $at.nodeBefore.nodeSize));
  dispatch?.(tr.scrollIntoView());
  return true;
};

const toText: Command = (state, dispatch, view) => {
  const b = chosen(state);
  if (!b || !view) return false;
  if (b.node.isAtom) textAfter(view, b.pos);
  else dispatch?.(state.tr.setSelection(TextSelection.near(state.doc.resolve(b.pos + b.node.nodeSize - 1), -1)).scrollIntoView());
  return true;
};

const toFields: Command = (state, _, view) => {
  const b = chosen(state), dom = b && view?.nodeDOM(b.pos);
  const field = dom instanceof HTMLElement ? dom.querySelector<HTMLElement>("[data-field], input, textarea, select") : null;
  field?.focus();
  return field !== null && field !== undefined;
};

export const blockKeys: Record<string, Command> = {
  Escape: choose, ArrowUp: step(-1), ArrowDown: step(1), "Alt-ArrowUp": move(-1), "Alt-ArrowDown": move(1),
  Backspace: remove(), Delete: remove(), "Mod-Shift-d": duplicate(), Tab: toFields, Enter: toText,
};

// gutter is "+" and the handle at the left of the block that the caret or the pointer is at.
export function gutter(): Plugin {
  return new Plugin({
    props: {
      // A letter does not replace a whole block; "/" asks what comes after it.
      handleTextInput: (view) => chosen(view.state) !== null,
    },
    view(view) {
      let at = -1;
      const plus = button("+", () => openInsert(view, at, plus), { class: "plain", "aria-label": t("editor.insert"), title: t("editor.insert_keys") });
      const handle = button("⠿", () => menu(view, at, handle), { class: "plain", "aria-label": t("editor.block"), title: t("editor.block_keys"), draggable: "true", "aria-haspopup": "menu" });
      const dom = el("div", { class: "gutter" }, plus, handle);
      view.dom.before(dom);
      handle.addEventListener("dragstart", (e) => {
        if (!e.dataTransfer || at < 0) return;
        const selection = NodeSelection.create(view.state.doc, at);
        view.dispatch(view.state.tr.setSelection(selection));
        const slice = selection.content(), { dom: html, text } = view.serializeForClipboard(slice);
        e.dataTransfer.effectAllowed = "copyMove";
        e.dataTransfer.setData("text/html", html.innerHTML);
        e.dataTransfer.setData("text/plain", text);
        const block = view.nodeDOM(at);
        if (block instanceof HTMLElement) e.dataTransfer.setDragImage(block, 0, 0);
        view.dragging = { slice, move: true };
      });
      const show = (pos: number) => {
        const block = pos >= 0 && pos < view.state.doc.content.size ? view.nodeDOM(pos) : null;
        dom.hidden = !(block instanceof HTMLElement) || !view.editable;
        if (!(block instanceof HTMLElement)) return;
        at = pos;
        dom.style.top = `${block.getBoundingClientRect().top - view.dom.parentElement!.getBoundingClientRect().top}px`;
      };
      const over = (e: MouseEvent) => {
        let block = e.target as HTMLElement | null;
        while (block && block.parentElement !== view.dom) block = block.parentElement;
        if (!block || dom.contains(document.activeElement)) return;
        const pos = view.posAtDOM(block, 0), b = blockAt(view.state, pos);
        if (b) show(b.pos);
      };
      const here = () => show(blockAt(view.state)?.pos ?? -1);
      view.dom.addEventListener("mousemove", over);
      here();
      return {
        update: (v, was) => { if (v.state !== was || dom.hidden) here(); },
        destroy: () => { view.dom.removeEventListener("mousemove", over); dom.remove(); },
      };
    },
  });
}

// floor keeps a paragraph at the end to write in: of an empty story, and after a block without text. The server leaves
// empty paragraphs out.
export function floor(): Plugin {
  return new Plugin({
    appendTransaction(trs, _, state) {
      if (!trs.some((tr) => tr.docChanged) || state.doc.lastChild?.isTextblock) return null;
      return state.tr.insert(state.doc.content.size, state.schema.nodes.paragraph!.create());
    },
  });
}

function menu(view: EditorView, at: number, handle: HTMLElement): void {
  const run = (c: Command) => () => { shut(); c(view.state, view.dispatch, view); view.focus(); };
  const entry = (key: string, keys: string, c: Command) => { const b = button(t(`editor.${key}`), run(c), { role: "menuitem", class: "plain", "data-act": key }); b.append(" ", el("kbd", {}, keys)); return b; };
  const box = el("div", { role: "menu", class: "block-menu block-menu-box", "aria-label": t("editor.block") },
    entry("up", "Alt ↑", move(-1, at)), entry("down", "Alt ↓", move(1, at)), entry("duplicate", "⌘⇧D", duplicate(at)), entry("delete", "⌫", remove(at)));
  let open = true;
  const shut = () => { if (open) { open = false; box.remove(); } }; // removing it moves the focus, which would close it again
  box.addEventListener("focusout", (e) => { if (!box.contains(e.relatedTarget as globalThis.Node)) shut(); });
  box.addEventListener("keydown", (e) => {
    const all = [...box.querySelectorAll("button")], i = all.indexOf(document.activeElement as HTMLButtonElement);
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); all[(i + (e.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]!.focus(); }
    if (e.key === "Escape") { e.preventDefault(); shut(); handle.focus(); }
  });
  view.dom.parentElement!.append(box);
  box.style.top = `${handle.getBoundingClientRect().bottom - view.dom.parentElement!.getBoundingClientRect().top + 4}px`;
  box.querySelector("button")!.focus();
}
