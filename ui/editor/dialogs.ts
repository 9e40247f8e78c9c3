// Dialogs: small forms, and the pickers of media and stories.
import { t } from "../newsroom/words.ts";
import { button, el, newID } from "./dom.ts";

export interface Ask { name: string; label: string; value?: string; hint?: string; suggest?: string[]; check?: (v: string) => string }

// dialog opens a modal dialog; it closes with Escape. Focus goes back to where it was.
export function dialog(title: string, ...content: (Node | string)[]): HTMLDialogElement {
  const id = newID(), back = document.activeElement as HTMLElement | null;
  const d = el("dialog", { class: "ask", "aria-labelledby": id }, el("h2", { id }, title), ...content);
  d.addEventListener("close", () => { d.remove(); if (!document.activeElement || document.activeElement === document.body) back?.focus(); });
  document.body.append(d);
  d.showModal();
  return d;
}

// ask shows a form of some fields; null: it was closed, "remove": the second button.
export function ask(title: string, apply: string, fields: Ask[], remove?: string): Promise<Record<string, string> | "remove" | null> {
  return new Promise((done) => {
    const inputs = new Map<string, HTMLInputElement>(), faults = new Map<string, HTMLElement>();
    const rows = fields.map((f) => {
      const id = newID(), fault = el("p", { class: "wrong", id: id + "f", hidden: true }), list = f.suggest ? el("datalist", { id: id + "l" }, ...f.suggest.map((s) => el("option", { value: s }))) : null;
      const input = el("input", { id, class: "input", "aria-describedby": `${id}f${f.hint ? ` ${id}h` : ""}`, ...(list && { list: id + "l" }) });
      input.value = f.value ?? "";
      inputs.set(f.name, input);
      faults.set(f.name, fault);
      return el("div", { class: "field" }, el("label", { for: id }, f.label), f.hint ? el("p", { class: "hint", id: id + "h" }, f.hint) : null, fault, input, list);
    });
    let answer: Record<string, string> | "remove" | null = null;
    const form = el("form", { method: "dialog", novalidate: "" }, ...rows, el("div", { class: "actions" },
      remove ? button(remove, () => { answer = "remove"; d.close(); }, { class: "danger" }) : null,
      button(t("editor.cancel"), () => d.close()), el("button", { class: "primary" }, apply)));
    form.addEventListener("submit", (e) => {
      let first: HTMLInputElement | null = null;
      for (const f of fields) {
        const input = inputs.get(f.name)!, why = f.check?.(input.value.trim()) ?? "", fault = faults.get(f.name)!;
        fault.hidden = !why;
        fault.textContent = why && `${t("editor.error")} ${why}`;
        input.toggleAttribute("aria-invalid", false);
        if (why) { input.setAttribute("aria-invalid", "true"); first ??= input; }
      }
      if (first) { e.preventDefault(); first.focus(); return; }
      answer = Object.fromEntries([...inputs].map(([k, i]) => [k, i.value.trim()]));
    });
    const d = dialog(title, form);
    d.addEventListener("close", () => done(answer));
    inputs.values().next().value?.focus();
  });
}

export interface Medium {
  id: string; kind: string; src?: string; thumb?: string; alt?: string; caption?: string; credit?: string; title?: string;
  duration?: number; width?: number; height?: number;
}
export interface Found { id: string; headline: string; section?: string; state?: string; url?: string }

export function pickMedia(kind: string): Promise<Medium | null> {
  return pick<Medium>(t(`editor.pick_${kind || "media"}`), (q) => `/newsroom/media/search?kind=${kind}&q=${encodeURIComponent(q)}`, (m) => {
    const name = m.alt || m.title || m.caption || m.id, src = m.thumb ?? m.src;
    return [src ? el("img", { src, alt: "", loading: "lazy" }) : el("span", { class: "no-picture" }, t(`editor.${m.kind}`)),
      el("span", { class: "name" }, name), el("span", { class: "hint" }, [m.credit, m.duration ? duration(m.duration) : ""].filter(Boolean).join(" · "))];
  }, "media");
}

export function pickStory(): Promise<Found | null> {
  return pick<Found>(t("editor.pick_story"), (q) => `/newsroom/stories/search?q=${encodeURIComponent(q)}`, (s) => [
    el("span", { class: "name" }, s.headline || s.id), el("span", { class: "hint" }, [s.section, s.state].filter(Boolean).join(" · "))], "stories");
}

export function duration(s: number): string { return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`; }

function pick<T extends { id: string }>(title: string, url: (q: string) => string, show: (item: T) => (Node | string)[], look: string): Promise<T | null> {
  return new Promise((done) => {
    let answer: T | null = null, asked = 0, timer = 0;
    const id = newID(), said = el("p", { class: "hint", role: "status" });
    const list = el("div", { class: `picks ${look}` });
    const input = el("input", { id, class: "input", type: "search", oninput: () => { clearTimeout(timer); timer = window.setTimeout(search, 200); } });
    async function search() {
      const mine = ++asked;
      const late = setTimeout(() => { said.textContent = t("editor.searching"); }, 1000);
      try {
        const r = await fetch(url(input.value.trim()), { headers: { Accept: "application/json" } });
        if (!r.ok) throw new Error(String(r.status));
        const { items } = (await r.json()) as { items: T[] };
        if (mine !== asked) return;
        list.replaceChildren(...items.map((item) => {
          const b = button("", () => { answer = item; d.close(); }, { class: "plain pick" });
          b.append(...show(item));
          return b;
        }));
        said.textContent = t("editor.found", items.length);
      } catch {
        if (mine === asked) said.textContent = t("editor.search_failed");
      } finally {
        clearTimeout(late);
      }
    }
    list.addEventListener("keydown", (e) => {
      const all = [...list.querySelectorAll("button")], at = all.indexOf(document.activeElement as HTMLButtonElement);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
      if (step && at >= 0) { e.preventDefault(); (all[at + step] ?? (step < 0 ? input : null))?.focus(); }
    });
    input.addEventListener("keydown", (e) => { if (e.key === "ArrowDown") { e.preventDefault(); list.querySelector("button")?.focus(); } });
    const d = dialog(title, el("div", { class: "field" }, el("label", { for: id }, t("editor.search")), input), said, list,
      el("div", { class: "actions" }, button(t("editor.cancel"), () => d.close())));
    d.addEventListener("close", () => { asked++; clearTimeout(timer); done(answer); });
    input.focus();
    void search();
  });
}
