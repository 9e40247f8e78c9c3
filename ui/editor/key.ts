// The story's key picture or video: shown, chosen, brought by a drop or a paste, or taken away. The form keeps its id, which
// is no word for people.
import { Refusal, named, send } from "../newsroom/upload.ts";
import { toast } from "../newsroom/toast.ts";
import { t } from "../newsroom/words.ts";
import { mediumOf, pickMedia, type Medium } from "./dialogs.ts";
import { button, el } from "./dom.ts";
import { library, picture, remember, seen } from "./modules.ts";

const words = ["title", "alt", "caption", "credit"] as const;

export function keyMedia(room: HTMLDetailsElement, control: (name: string) => HTMLInputElement | undefined, changed: () => void): void {
  const id = control("lead_media"), view = document.getElementById("lead-view");
  if (!id || !view) return;
  const fieldOf = (name: string) => control(name)?.closest<HTMLElement>(".field");
  const said = el("p", { class: "hint", role: "status" });
  const choose = button("", () => void pickMedia("").then((m) => { if (m) put(m); }));
  const remove = button(t("editor.remove"), () => {
    if (id.readOnly) return;
    const was = id.value;
    set("");
    choose.focus();
    toast(t("editor.key_removed"), { label: t("shell.undo"), run: () => { if (!id.readOnly && !id.value) set(was); } });
  });
  const show = () => {
    const video = id.value !== "" && library.get(id.value)?.kind !== "photo";
    view.replaceChildren(...(id.value ? [picture(id.value)] : []));
    choose.textContent = t(id.value ? "editor.replace" : "editor.choose_key");
    remove.hidden = !id.value;
    for (const name of words) { const f = fieldOf(`lead_${name}`); if (f) f.hidden = !id.value || (name === "title" && !video) || (name === "alt" && video); }
    for (const name of ["caption", "credit"]) { const c = control(`lead_${name}`); if (c) c.value = String(seen(id.value, name, c.value)); }
    choose.disabled = remove.disabled = id.readOnly;
  };
  const set = (value: string) => {
    id.value = value;
    show();
    changed();
  };
  const put = (m: Medium) => {
    if (id.readOnly) return;
    remember(m);
    for (const name of words) { const c = control(`lead_${name}`); if (c) c.value = m[name] ?? ""; }
    room.open = true;
    set(m.id);
    control(m.kind === "photo" ? "lead_alt" : "lead_title")?.focus();
  };
  const bring = async (file: File) => {
    try {
      put(mediumOf(await send(file, "/newsroom/library", (part) => { said.textContent = t("editor.uploading", file.name, Math.floor(part * 100)); })));
      said.textContent = "";
    } catch (err) {
      said.textContent = `${file.name}: ${err instanceof Refusal ? err.message : t("upload.js_network")}`;
    }
  };
  const files = (d: DataTransfer | null): File | undefined => (id.readOnly ? undefined : d?.files[0]);
  const over = (e: DragEvent) => { if (!id.readOnly && e.dataTransfer?.types.includes("Files")) { e.preventDefault(); e.stopPropagation(); } };
  room.addEventListener("dragenter", over);
  room.addEventListener("dragover", over);
  room.addEventListener("drop", (e) => {
    const f = files(e.dataTransfer);
    if (!f) return;
    e.preventDefault();
    e.stopPropagation();
    void bring(f);
  });
  room.addEventListener("paste", (e) => {
    const f = files(e.clipboardData);
    if (!f) return;
    e.preventDefault();
    e.stopPropagation();
    void bring(named(f));
  });
  id.addEventListener("story:set", show);
  fieldOf("lead_media")!.hidden = true;
  view.after(el("div", { class: "actions" }, choose, remove, el("span", { class: "hint" }, t("editor.key_hint"))), said);
  show();
}
