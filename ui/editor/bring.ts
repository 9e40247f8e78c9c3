// Files that are dropped or pasted on a story: they go to the library, a line in the text says how far they are, and then
// the block stands in its place, its alt text asked at once.
import { NodeSelection, Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import { toast } from "../newsroom/toast.ts";
import { named, Refusal, send } from "../newsroom/upload.ts";
import { t } from "../newsroom/words.ts";
import { mediumOf, type Medium } from "./dialogs.ts";
import { el } from "./dom.ts";
import { photoAttrs, playable, remember, toFirst } from "./modules.ts";
import { schema } from "./schema.ts";

type Act = { add: { pos: number; dom: HTMLElement } } | { gone: HTMLElement };
const key = new PluginKey<DecorationSet>("bring");

// bringing keeps the place of each file in the text while it is on its way, whatever is written meanwhile.
export function bringing(): Plugin {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, set) {
        set = set.map(tr.mapping, tr.doc);
        const act = tr.getMeta(key) as Act | undefined;
        if (act && "add" in act) return set.add(tr.doc, [Decoration.widget(act.add.pos, act.add.dom, { dom: act.add.dom, side: 1 })]);
        return act ? set.remove(set.find(undefined, undefined, (spec) => spec.dom === act.gone)) : set;
      },
    },
    props: { decorations: (state) => key.getState(state) },
  });
}

// bring uploads files one after another and puts each into the text at pos.
export function bring(view: EditorView, files: File[], pos: number): void {
  const $pos = view.state.doc.resolve(Math.min(pos, view.state.doc.content.size));
  const top = $pos.depth === 0 ? pos : $pos.after(1);
  void (async () => {
    for (const [i, f] of files.map(named).entries()) await one(view, f, top, i === 0);
  })();
}

async function one(view: EditorView, file: File, pos: number, first: boolean): Promise<void> {
  const dom = el("p", { class: "bringing", contenteditable: "false", role: "status" }, t("editor.uploading", file.name, 0));
  view.dispatch(view.state.tr.setMeta(key, { add: { pos: Math.min(pos, view.state.doc.content.size), dom } } satisfies Act));
  let m: Medium | null = null, why = "";
  try {
    m = mediumOf(await send(file, "/newsroom/library", (part) => { dom.textContent = t("editor.uploading", file.name, Math.floor(part * 100)); }));
  } catch (err) {
    why = err instanceof Refusal ? err.message : t("upload.js_network");
  }
  if (view.isDestroyed) return;
  const at = key.getState(view.state)?.find(undefined, undefined, (spec) => spec.dom === dom)[0]?.from;
  const tr = view.state.tr.setMeta(key, { gone: dom } satisfies Act);
  if (!m) {
    view.dispatch(tr);
    toast(`${file.name}: ${why}`, undefined, true);
    return;
  }
  remember(m);
  if (at === undefined || !view.editable) { // its place is gone: it is in the library all the same
    view.dispatch(tr);
    toast(t("editor.brought", file.name));
    return;
  }
  const $at = tr.doc.resolve(at), before = $at.nodeBefore;
  const node = m.kind === "photo" ? schema.node("photo", photoAttrs(m)) : schema.node(m.kind, playable(m));
  const empty = before?.type === schema.nodes.paragraph && before.content.size === 0;
  const from = empty ? at - before.nodeSize : at;
  tr.replaceWith(from, at, node);
  view.dispatch(first ? tr.setSelection(NodeSelection.create(tr.doc, from)).scrollIntoView() : tr);
  if (!first) return;
  toFirst(view.nodeDOM(from));
}
