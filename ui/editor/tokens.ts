// Lists of names (topics, bylines, credits) as chips over the plain field that holds one a line.
import { t } from "../newsroom/words.ts";
import { button, el, newID } from "./dom.ts";

export function tokens(field: HTMLTextAreaElement | HTMLInputElement): void {
  const id = newID(), label = field.labels?.[0], name = label?.textContent?.trim() ?? field.name;
  const input = el("input", { id, class: "input", type: "text", autocomplete: "off", "aria-describedby": field.getAttribute("aria-describedby") });
  const list = el("ul", { class: "tokens", "aria-label": name });
  const names = () => field.value.split("\n").map((s) => s.trim()).filter(Boolean);
  const put = (all: string[]) => {
    field.value = all.join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    draw();
  };
  const draw = () => {
    const locked = field.readOnly || field.disabled;
    input.disabled = locked;
    list.replaceChildren(...names().map((n, i) => el("li", { class: "chip" }, n, locked ? null :
      button("×", () => { put(names().toSpliced(i, 1)); input.focus(); }, { class: "plain", "aria-label": t("editor.remove_of", n) }))));
  };
  const add = () => {
    const v = input.value.trim();
    input.value = "";
    if (v && !names().includes(v)) put([...names(), v]);
  };
  input.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    if (e.key === "Enter") { e.preventDefault(); add(); }
    else if (e.key === "," && field.name === "topics") { e.preventDefault(); add(); }
    else if (e.key === "Backspace" && !input.value && names().length) put(names().slice(0, -1));
  });
  input.addEventListener("blur", add);
  field.addEventListener("story:set", draw);
  if (label) label.htmlFor = id;
  field.hidden = true;
  field.after(list, input);
  draw();
}
