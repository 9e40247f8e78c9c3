// Dialogs: small forms, and the pickers of media and stories.
import { Refusal, send, type Brought } from "../newsroom/upload.ts";
import { t } from "../newsroom/words.ts";
import { button, el, newID } from "./dom.ts";

export interface Ask { name: string; label: string; value?: string; hint?: string; suggest?: string[]; check?: (v: string) => string }

// dialog opens a modal dialog; it closes with Escape. Focus goes back to where it was.
export function dialog(title: string, ...content: (Node | string | null)[]): HTMLDialogElement {
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

export interface Standing { cost?: string; denied?: boolean; expired?: boolean; until?: string; note?: string }
export interface Medium {
  id: string; kind: string; src?: string; thumb?: string; alt?: string; caption?: string; credit?: string; title?: string; name?: string;
  duration?: number; width?: number; height?: number; standing?: Standing;
}
export interface Found { id: string; headline: string; section?: string; state?: string; url?: string }

// mediumOf makes of what an upload answers what the pickers know of a medium.
export function mediumOf(b: Brought): Medium {
  const files = (b.poster ?? b).renditions?.filter((f) => f.type.startsWith("image/")).map((f) => `/newsroom${f.url}`) ?? [];
  return { id: b.id, kind: b.kind, thumb: files[0], src: files.at(-1), alt: b.alt, caption: b.caption || b.facts?.caption, credit: b.credit || b.facts?.credit, title: b.facts?.title, name: b.facts?.title || b.facts?.caption || b.original?.name, duration: b.duration, width: b.width, height: b.height };
}

// rightsOf is what may be done with a medium, as a kind and in words.
function rightsOf(m: Medium): { kind: string; words: string } {
  const s = m.standing ?? {}, soon = s.until && Date.parse(s.until) - Date.now() < 7 * 86_400_000;
  const kind = s.expired ? "expired" : s.denied ? "denied" : soon ? "ending" : s.cost || "none";
  const sign = { free: "✓", conditional: "!", pay: "$", no: "×", denied: "×", expired: "×", ending: "◷", none: "?" }[kind] ?? "?";
  const day = s.until ? new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short", timeZone: document.body.dataset.zone || undefined }).format(Date.parse(s.until) - 1) : "";
  return { kind, words: `${sign} ${t(`rights.${kind}`, day)}` };
}

// consent asks before a medium is used whose rights say no, or set a condition: true if the person goes on.
function consent(m: Medium): Promise<boolean> {
  const s = m.standing, never = s?.denied || s?.expired;
  if (!s || (!never && s.cost !== "conditional" && s.cost !== "pay")) return Promise.resolve(true);
  return new Promise((done) => {
    let answer = false;
    const id = newID(), fault = el("p", { class: "wrong", id: id + "f", hidden: true }), read = el("input", { id, type: "checkbox", "aria-describedby": id + "f" });
    const use = button(t(never ? "editor.use_anyway" : "editor.use_it"), () => {
      if (!never && !read.checked) {
        fault.hidden = false;
        fault.textContent = `${t("editor.error")} ${t("editor.condition_unread")}`;
        read.focus();
        return;
      }
      answer = true;
      d.close();
    }, { class: never ? "danger" : "primary" });
    const d = dialog(rightsOf(m).words.slice(2), el("p", { class: `box ${never ? "danger" : "warn"}` }, s.note || t(never ? "editor.rights_no" : `editor.rights_${s.cost}`)),
      never ? el("p", {}, t("editor.rights_stop")) : el("div", { class: "choice" }, read, el("label", { for: id }, t("editor.condition_read"))), fault,
      el("div", { class: "actions" }, button(t("editor.choose_other"), () => d.close()), use));
    d.addEventListener("close", () => done(answer));
  });
}

function showMedium(m: Medium): (Node | string)[] {
  const name = m.name || m.title || m.caption || m.alt || m.id, src = m.thumb ?? m.src, rights = rightsOf(m);
  return [src ? el("img", { src, alt: "", loading: "lazy" }) : el("span", { class: "no-picture" }, t(`editor.${m.kind}`)),
    el("span", { class: "name" }, name), el("span", { class: "hint" }, [m.credit || t("editor.no_credit"), m.duration ? duration(m.duration) : ""].filter(Boolean).join(" · ")),
    el("span", { class: `rights ${rights.kind}` }, rights.words)];
}

const mediaURL = (kind: string) => (q: string) => `/newsroom/media/search?kind=${kind}&q=${encodeURIComponent(q)}`;
const accept: Record<string, string> = { photo: "image/*", video: "video/*", audio: "audio/*" };

export async function pickMedia(kind: string): Promise<Medium | null> {
  return (await pick<Medium>(t(`editor.pick_${kind || "media"}`), mediaURL(kind), showMedium, "media", { may: consent, upload: accept[kind] ?? "image/*,video/*" }))[0] ?? null;
}

// pickPhotos lets a person choose several, in the order in which they are chosen.
export function pickPhotos(): Promise<Medium[]> {
  return pick<Medium>(t("editor.pick_photos"), mediaURL("photo"), showMedium, "media", { may: consent, upload: accept.photo, many: true });
}

export async function pickStory(): Promise<Found | null> {
  return (await pick<Found>(t("editor.pick_story"), (q) => `/newsroom/stories/search?q=${encodeURIComponent(q)}`, (s) => [
    el("span", { class: "name" }, s.headline || s.id), el("span", { class: "hint" }, [s.section, s.state].filter(Boolean).join(" · "))], "stories"))[0] ?? null;
}

export function duration(s: number): string { return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`; }

interface More<T> { many?: boolean; may?: (item: T) => Promise<boolean>; upload?: string }

function pick<T extends { id: string }>(title: string, url: (q: string) => string, show: (item: T) => (Node | string)[], look: string, more: More<T> = {}): Promise<T[]> {
  return new Promise((done) => {
    let answer: T[] = [], asked = 0, timer = 0;
    const chosen = new Map<string, T>();
    const id = newID(), said = el("p", { class: "hint", role: "status" });
    const list = el("div", { class: `picks ${look}` });
    const input = el("input", { id, class: "input", type: "search", oninput: () => { clearTimeout(timer); timer = window.setTimeout(search, 200); } });
    const enough = more.many ? button(t("editor.add_chosen", 0), () => { answer = [...chosen.values()]; d.close(); }, { class: "primary" }) : null;
    const mark = () => {
      if (enough) enough.textContent = t("editor.add_chosen", chosen.size);
      for (const b of list.querySelectorAll<HTMLElement>("[data-id]")) b.setAttribute("aria-pressed", String(chosen.has(b.dataset.id!)));
    };
    const choose = async (item: T) => {
      if (more.many && chosen.delete(item.id)) return mark();
      if (more.may && !(await more.may(item))) return;
      if (more.many) { chosen.set(item.id, item); return mark(); }
      answer = [item];
      d.close();
    };
    const entry = (item: T) => {
      const b = button("", () => void choose(item), { class: "plain pick", "data-id": item.id, ...(more.many && { "aria-pressed": String(chosen.has(item.id)) }) });
      b.append(...show(item));
      return b;
    };
    async function search() {
      const mine = ++asked;
      const late = setTimeout(() => { said.textContent = t("editor.searching"); }, 1000);
      try {
        const r = await fetch(url(input.value.trim()), { headers: { Accept: "application/json" } });
        if (!r.ok) throw new Error(String(r.status));
        const { items } = (await r.json()) as { items: T[] };
        if (mine !== asked) return;
        list.replaceChildren(...items.map(entry));
        said.textContent = t("editor.found", items.length);
      } catch {
        if (mine === asked) said.textContent = t("editor.search_failed");
      } finally {
        clearTimeout(late);
      }
    }
    // bring uploads files; a single one is then chosen, several stand at the head of the list.
    async function bring(files: File[]) {
      for (const f of files) {
        try {
          const item = mediumOf(await send(f, "/newsroom/library", (part) => { said.textContent = t("editor.uploading", f.name, Math.floor(part * 100)); })) as unknown as T;
          if (!d.open) return;
          list.querySelector(`[data-id="${CSS.escape(item.id)}"]`)?.remove();
          list.prepend(entry(item));
          said.textContent = "";
          if (more.many || files.length === 1) await choose(item);
        } catch (err) {
          said.textContent = `${f.name}: ${err instanceof Refusal ? err.message : t("upload.js_network")}`;
          return;
        }
      }
    }
    const file = more.upload ? el("input", { type: "file", accept: more.upload, multiple: true, hidden: true, onchange: () => { const files = [...file!.files ?? []]; file!.value = ""; void bring(files); } }) : null;
    list.addEventListener("keydown", (e) => {
      const all = [...list.querySelectorAll("button")], at = all.indexOf(document.activeElement as HTMLButtonElement);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
      if (step && at >= 0) { e.preventDefault(); (all[at + step] ?? (step < 0 ? input : null))?.focus(); }
    });
    input.addEventListener("keydown", (e) => { if (e.key === "ArrowDown") { e.preventDefault(); list.querySelector("button")?.focus(); } });
    const d = dialog(title, el("div", { class: "field" }, el("label", { for: id }, t("editor.search")), input), file,
      file && button(t("editor.upload"), () => file.click(), { "data-upload": "" }), said, list,
      el("div", { class: "actions" }, button(t("editor.cancel"), () => d.close()), enough));
    d.addEventListener("close", () => { asked++; clearTimeout(timer); done(answer); });
    input.focus();
    void search();
  });
}
