// The palette: everything that can be clicked, every recent story, and the people, by a few letters. It answers from memory;
// what the server knows besides is added below without moving the choice.
import { t } from "./words.ts";

interface Story { id: string; headline: string; slug?: string; section?: string; state: string; word: string; url: string }
interface Entry { label: string; hint: string; fold: string; group: string; run: () => void }

const kept = "palette";
const fresh = 60_000;
const most = 40;

const dialog = document.createElement("dialog");
const input = document.createElement("input");
const box = document.createElement("div");
const status = document.createElement("p");
let stories: Entry[] = [];
let people: Entry[] = [];
let actions: Entry[] = [];
let loaded = 0;
let shown: Entry[] = [];
let at = 0;
let asked = 0;

// fold makes letters comparable: case and accents are left away.
export function fold(s: string): string {
  return s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function entry(label: string, hint: string, group: string, run: () => void, more = ""): Entry {
  return { label, hint, group, run, fold: fold(`${label} ${hint} ${more}`) };
}

function storyEntry(s: Story, group: string): Entry {
  return entry(s.headline, [s.word, s.section].filter(Boolean).join(" · "), group, () => location.assign(s.url), `${s.slug ?? ""} ${s.id}`);
}

function take(data: { items: Story[]; people?: { name: string; url: string }[] }): void {
  stories = data.items.map((s) => storyEntry(s, "stories"));
  people = (data.people ?? []).map((p) => entry(p.name, "", "people", () => location.assign(p.url)));
}

async function load(): Promise<void> {
  if (Date.now() - loaded < fresh) return;
  loaded = Date.now();
  try {
    const saved = sessionStorage.getItem(kept);
    if (saved && stories.length === 0) take(JSON.parse(saved));
  } catch { /* the server has it */ }
  const res = await fetch("/newsroom/stories/recent").catch(() => undefined);
  if (!res?.ok) return;
  const text = await res.text();
  take(JSON.parse(text));
  try {
    sessionStorage.setItem(kept, text);
  } catch { /* then every page asks */ }
  if (dialog.open) draw();
}

// clickable is what this page lets a person do, by its words. Links of stories are found as stories.
function clickable(): Entry[] {
  const seen = new Set<string>();
  const list: Entry[] = [];
  for (const e of document.querySelectorAll<HTMLElement>("main a[href], main button, main summary, header.bar a[href], header.bar button, .nav a[href], .nav button")) {
    if (e.closest("[data-row], [data-palette], [hidden], dialog")) continue;
    const go = e.closest(".nav") && e.matches("a");
    const words = (e.getAttribute("aria-label") ?? e.querySelector(":scope > span:not(.vh)")?.textContent ?? e.textContent ?? "").trim().replace(/\s+/g, " ");
    const label = go ? t("palette.go", words) : words;
    if (!label || seen.has(label)) continue;
    seen.add(label);
    const group = e.closest("main") ? "here" : "commands";
    const key = e.dataset.go ? `g ${e.dataset.go}` : e.closest("[data-new]") ? "c" : "";
    list.push(entry(label, key, group, () => { e.closest("details")?.setAttribute("open", ""); e.focus(); e.click(); }));
  }
  return list;
}

function find(query: string): Entry[] {
  const sign = /^[>@#]/.test(query) ? query[0] : "";
  const words = fold(sign ? query.slice(1) : query).split(/\s+/).filter(Boolean);
  const hits = (list: Entry[]) => list
    .filter((e) => words.every((w) => e.fold.includes(w)))
    .map((e, i) => [e, (words[0] && e.fold.startsWith(words[0]) ? 0 : words[0] && e.fold.includes(` ${words[0]}`) ? 1 : 2) * 1e4 + i] as const)
    .sort((a, b) => a[1] - b[1]).map(([e]) => e);
  switch (sign) {
    case ">": return hits(actions).slice(0, most);
    case "@": return hits(people).slice(0, most);
    case "#": {
      const topic = query.slice(1).trim();
      return topic ? [entry(t("palette.topic", topic), "", "topics", () => location.assign(`/newsroom/stories?q=${encodeURIComponent(topic)}`))] : [];
    }
  }
  if (words.length === 0) return [...stories.slice(0, 8).map((e) => ({ ...e, group: "recent" })), ...actions];
  return [...hits(stories).slice(0, 15), ...hits(actions).slice(0, 10), ...hits(people).slice(0, 5)];
}

function draw(): void {
  shown = find(input.value);
  at = 0;
  paint();
}

function paint(): void {
  box.replaceChildren();
  let group: HTMLElement | undefined;
  let name = "";
  shown.forEach((e, i) => {
    if (!group || e.group !== name) {
      name = e.group;
      group = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", t(`palette.${name}`));
      const h = document.createElement("div");
      h.className = "label";
      h.setAttribute("aria-hidden", "true");
      h.textContent = t(`palette.${name}`);
      group.append(h);
      box.append(group);
    }
    const o = document.createElement("div");
    o.id = `palette-${i}`;
    o.setAttribute("role", "option");
    o.append(e.label);
    if (e.hint) {
      const hint = document.createElement("span");
      hint.className = "quiet";
      hint.textContent = e.hint;
      o.append(" ", hint);
    }
    o.addEventListener("click", () => run(i));
    group.append(o);
  });
  status.textContent = shown.length > 0 ? t("palette.found", shown.length) : t("palette.none");
  status.classList.toggle("vh", shown.length > 0);
  choose(at);
}

function choose(i: number): void {
  box.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  at = shown.length > 0 ? (i + shown.length) % shown.length : 0;
  const o = document.getElementById(`palette-${at}`);
  o?.setAttribute("aria-selected", "true");
  o?.scrollIntoView({ block: "nearest" });
  if (o) input.setAttribute("aria-activedescendant", o.id);
  else input.removeAttribute("aria-activedescendant");
}

function run(i: number): void {
  const e = shown[i];
  dialog.close();
  e?.run();
}

// more adds what only the server knows.
async function more(): Promise<void> {
  const query = input.value.trim();
  const mine = ++asked;
  if (query.length < 2 || /^[>@#]/.test(query)) return;
  await new Promise((r) => setTimeout(r, 150));
  if (mine !== asked || !dialog.open) return;
  const res = await fetch(`/newsroom/stories/search?q=${encodeURIComponent(query)}`).catch(() => undefined);
  if (mine !== asked || !dialog.open) return;
  if (!res?.ok) {
    status.textContent = t("palette.failed");
    status.classList.remove("vh");
    return;
  }
  const known = new Set(stories.map((e) => e.fold));
  const found = ((await res.json()) as { items: Story[] }).items.map((s) => storyEntry(s, "more")).filter((e) => !known.has(e.fold));
  if (mine !== asked || found.length === 0) return;
  shown = [...shown, ...found];
  paint();
}

function build(): void {
  dialog.className = "palette";
  dialog.setAttribute("aria-label", t("palette.title"));
  input.type = "text";
  input.autocomplete = "off";
  input.spellcheck = false;
  input.placeholder = t("palette.hint");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-label", t("palette.label"));
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", "palette-list");
  input.setAttribute("aria-autocomplete", "list");
  box.id = "palette-list";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", t("palette.title"));
  status.setAttribute("role", "status");
  input.addEventListener("input", () => { draw(); void more(); });
  input.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) choose(at + step);
    else if (e.key === "Enter") run(at);
    else return;
    e.preventDefault();
  });
  dialog.addEventListener("click", (e) => { if (e.target === dialog) dialog.close(); });
  dialog.append(input, box, status);
  document.body.append(dialog);
}

// openPalette shows the palette, empty.
export function openPalette(): void {
  if (!dialog.isConnected) build();
  if (dialog.open) return;
  actions = clickable();
  input.value = "";
  void load();
  draw();
  dialog.showModal();
  input.focus();
}

for (const b of document.querySelectorAll<HTMLElement>("[data-palette]")) {
  b.hidden = false;
  b.addEventListener("click", openPalette);
}

// What this tab kept of the newsroom goes with the person.
document.querySelector<HTMLFormElement>("form[action$='/sign-out']")?.addEventListener("submit", () => sessionStorage.clear());
