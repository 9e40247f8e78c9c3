// Lists of stories: keys, selecting, preview, many at once with undo, views without a new page, and what others change.
// The page works without it. Rows are [data-row] with data-id and data-state; [data-list] is what never jumps under a hand.
import type { News } from "./stream.ts";
import { toast } from "./toast.ts";
import { t } from "./words.ts";

const main = document.getElementById("screen")!;
const home = "/newsroom/stories";

let undo = ""; // what the newest deed is undone by
let offer: HTMLElement | undefined; // the message that offers it
const own = new Map<string, number>(); // stories that were changed here, and when
const waiting = new Set<string>(); // stories that others changed and that are not shown yet

function rows(): HTMLElement[] {
  return [...main.querySelectorAll<HTMLElement>("[data-row]")];
}

function way(row: Element | null | undefined): HTMLAnchorElement | null {
  return row?.querySelector<HTMLAnchorElement>(".headline a, a") ?? null;
}

function current(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("[data-row]") ?? null;
}

function box(row: Element | null): HTMLInputElement | null {
  return row?.querySelector<HTMLInputElement>("input[name=id]") ?? null;
}

// Keys

let last = -1; // the row that was selected last, where a range begins

function key(e: KeyboardEvent): boolean {
  const all = rows();
  const at = current();
  const letters = document.body.dataset.keys !== "off";
  const step = e.key === "ArrowDown" || (letters && e.key === "j") ? 1 : e.key === "ArrowUp" || (letters && e.key === "k") ? -1 : 0;
  if (step) {
    if (document.activeElement?.closest("details.menu, [role=tablist], .bulk, .filters")) return false;
    const to = all[at ? all.indexOf(at) + step : step > 0 ? 0 : all.length - 1];
    way(to)?.focus();
    return to !== undefined;
  }
  if (e.key === " ") {
    if (!at || document.activeElement?.matches("button, input, summary")) return false;
    void preview(at.dataset.id!, true);
    return true;
  }
  if (e.key === "Escape" && glance && !glance.hidden) {
    glance.hidden = true;
    return true;
  }
  if (!letters) return false;
  switch (e.key) {
    case "x":
    case "X":
      return select(at, all, e.shiftKey);
    case "z":
      if (undo) void takeBack();
      return undo !== "";
    case "e":
      way(at)?.click();
      return at !== null;
    case "a":
    case "s": {
      const field = main.querySelector<HTMLSelectElement>(`.bulk select[name=${e.key === "a" ? "assign" : "state"}]`);
      if (!field) return false;
      if (chosen().length === 0) select(at, all, false);
      field.focus();
      return true;
    }
  }
  return false;
}

function select(at: HTMLElement | null, all: HTMLElement[], range: boolean): boolean {
  const here = at ? all.indexOf(at) : -1;
  const tick = box(at);
  if (here < 0 || !tick) return false;
  if (range && last >= 0) for (const r of all.slice(Math.min(last, here), Math.max(last, here) + 1)) { const b = box(r); if (b) b.checked = true; }
  else tick.checked = !tick.checked;
  last = here;
  count();
  return true;
}

function chosen(): HTMLElement[] {
  return rows().filter((r) => box(r)?.checked);
}

function count(): void {
  const n = chosen().length;
  const at = main.querySelector("[data-selected]");
  if (at) at.textContent = n > 0 ? t("stories.js_selected", n) : t("stories.bulk");
  main.querySelector(".bulk")?.classList.toggle("on", n > 0);
  for (const r of rows()) r.classList.toggle("chosen", box(r)?.checked ?? false);
}

main.addEventListener("change", (e) => { if ((e.target as HTMLInputElement).name === "id") count(); });

// Preview

const glances = new Map<string, Promise<string>>();
let glance = document.getElementById("glance");

function fetchGlance(id: string): Promise<string> {
  let p = glances.get(id);
  if (!p) {
    p = fetch(`${home}/${id}/glance`, { headers: { "X-Fragment": "1" } }).then((r) => (r.ok ? r.text() : Promise.reject(new Error(r.statusText))));
    p.catch(() => glances.delete(id));
  }
  glances.delete(id);
  glances.set(id, p); // the newest last
  if (glances.size > 20) glances.delete(glances.keys().next().value!);
  return p;
}

async function preview(id: string, toggle: boolean): Promise<void> {
  if (!glance || !glance.isConnected) {
    glance = document.getElementById("glance") ?? document.createElement("aside");
    glance.id = "glance";
    glance.className = "glance";
    main.append(glance);
  }
  if (toggle && !glance.hidden && glance.dataset.of === id) {
    glance.hidden = true;
    return;
  }
  glance.dataset.of = id;
  try {
    const html = await fetchGlance(id);
    if (glance.dataset.of !== id) return;
    glance.innerHTML = html;
    glance.hidden = false;
  } catch {
    toast(t("shell.e_unavailable_why"), undefined, true);
  }
}

let hover = 0;
main.addEventListener("pointerover", (e) => {
  const row = (e.target as Element).closest<HTMLElement>("[data-row]");
  clearTimeout(hover);
  if (row) hover = setTimeout(() => void fetchGlance(row.dataset.id!).catch(() => undefined), 65) as unknown as number;
});
main.addEventListener("focusin", () => {
  const row = current();
  if (!row?.dataset.id) return;
  void fetchGlance(row.dataset.id).catch(() => undefined);
  if (glance && !glance.hidden) void preview(row.dataset.id, false);
});

// Many at once

interface Answer { said: string; done: string[] | null; failed: Record<string, string> | null; undo: string }

main.addEventListener("submit", (e) => {
  const form = e.target as HTMLFormElement;
  const submitter = (e as SubmitEvent).submitter as HTMLButtonElement | null;
  if (form.matches("[data-filters]")) {
    e.preventDefault();
    const v = new URLSearchParams();
    for (const [k, value] of new FormData(form)) if (value !== "") v.append(k, String(value));
    void show(`${home}${v.size > 0 ? `?${v}` : ""}`, true);
  } else if (form.matches("[data-bulk]") && submitter && !/^(schedule|take-down)$/.test(submitter.value)) {
    e.preventDefault();
    void many(form, submitter);
  }
});

async function many(form: HTMLFormElement, submitter: HTMLButtonElement): Promise<void> {
  const act = submitter.value;
  const body = new URLSearchParams();
  for (const [k, v] of new FormData(form, submitter)) body.append(k, String(v));
  const value = body.get(act) ?? "";
  const list = chosen();
  const before = new Map(list.map((r) => [r.dataset.id!, [r.innerHTML, r.dataset.state!] as const]));
  const restore = (id: string) => {
    const row = rows().find((r) => r.dataset.id === id);
    const was = before.get(id);
    if (row && was) [row.innerHTML, row.dataset.state] = was;
  };
  for (const r of list) paint(r, act, value);
  try {
    const res = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const answer = (await res.json()) as Answer & { detail?: string };
    if (!res.ok) throw new Error(answer.detail);
    Object.keys(answer.failed ?? {}).forEach(restore);
    for (const id of answer.done ?? []) own.set(id, Date.now());
    undo = answer.undo;
    for (const r of list) { const b = box(r); if (b) b.checked = false; }
    offer?.remove();
    offer = toast(answer.said, undo ? { label: t("shell.undo"), run: () => void takeBack() } : undefined, !undo);
  } catch (err) {
    [...before.keys()].forEach(restore);
    toast((err as Error).message && !(err instanceof TypeError) ? (err as Error).message : t("stories.js_failed"), undefined, true);
  }
  count();
}

// paint shows a deed before the server has answered.
function paint(row: HTMLElement, act: string, value: string): void {
  const state = act === "spike" ? "spiked" : act === "state" ? value : "";
  const chip = document.querySelector<HTMLTemplateElement>("#chips")?.content.querySelector(`[data-for="${CSS.escape(state)}"]`);
  const cell = row.querySelector("[data-chip]");
  if (state && chip && cell) {
    cell.innerHTML = chip.innerHTML;
    row.dataset.state = state;
  }
  const who = row.querySelector("[data-who]");
  const person = main.querySelector<HTMLOptionElement>(`.bulk select[name=assign] option[value="${CSS.escape(value)}"]`);
  if (act === "assign" && who && person) who.textContent = person.text;
}

async function takeBack(): Promise<void> {
  const body = new URLSearchParams({ edits: undo });
  undo = "";
  offer?.remove();
  try {
    const res = await fetch(`${home}/undo`, { method: "POST", body, headers: { Accept: "application/json" } });
    const answer = (await res.json()) as Answer & { detail?: string };
    if (!res.ok) throw new Error(answer.detail);
    undo = answer.undo;
    for (const id of answer.done ?? []) own.set(id, Date.now());
    toast(answer.said);
  } catch (err) {
    undo = body.get("edits")!;
    toast((err as Error).message && !(err instanceof TypeError) ? (err as Error).message : t("stories.js_failed"), { label: t("shell.undo"), run: () => void takeBack() }, true);
  }
  await show(location.href, false);
}

// Views: the address changes at once, what is known of it is shown, the newest follows. The focus stays.

const shown = new Map<string, string>();
let asked = 0;

async function show(url: string, push: boolean): Promise<void> {
  const mine = ++asked;
  if (push) {
    history.pushState(null, "", url);
    const known = shown.get(url);
    if (known) swap(known, false);
  }
  let late: HTMLElement | undefined;
  const words = setTimeout(() => { late = toast(t("stories.js_loading")); }, 1_000);
  const again = setTimeout(() => toast(t("stories.js_retry"), { label: t("shell.again"), run: () => void show(url, false) }, true), 10_000);
  try {
    const res = await fetch(url, { headers: { "X-Fragment": "1" } });
    const html = await res.text();
    if (mine !== asked) return;
    if (res.redirected || (!res.ok && res.status !== 422)) {
      location.assign(url);
      return;
    }
    shown.delete(url);
    shown.set(url, html);
    if (shown.size > 20) shown.delete(shown.keys().next().value!);
    waiting.clear();
    swap(html, !push);
  } catch {
    if (push) location.assign(url);
  } finally {
    clearTimeout(words);
    clearTimeout(again);
    late?.remove();
  }
}

// swap puts a screen in the place of this one, and the focus, the choice and the scroll where they were.
function swap(html: string, keepChoice: boolean): void {
  const at = document.activeElement as HTMLElement | null;
  const inMain = at && main.contains(at) ? at : null;
  const row = current()?.dataset.id;
  const href = inMain?.getAttribute("href");
  const id = inMain?.id;
  const ticked = new Set(keepChoice ? chosen().map((r) => r.dataset.id) : []);
  const open = [...main.querySelectorAll("details")].map((d) => d.open);
  const side = glance && !glance.hidden ? glance : null;
  const top = scrollY;
  main.innerHTML = html;
  main.querySelectorAll("details").forEach((d, i) => { d.open ||= open[i] ?? false; });
  if (side) {
    main.querySelector("#glance")?.replaceWith(side);
  } else glance = document.getElementById("glance");
  for (const r of rows()) { const b = box(r); if (b && ticked.has(r.dataset.id)) b.checked = true; }
  count();
  const to = (id && document.getElementById(id)) || (row && way(rows().find((r) => r.dataset.id === row))) || (href && main.querySelector<HTMLElement>(`a[href="${CSS.escape(href)}"]`));
  if (to) to.focus({ preventScroll: true });
  else if (inMain) main.focus({ preventScroll: true });
  scrollTo({ top });
}

main.addEventListener("click", (e) => {
  const a = (e.target as Element).closest<HTMLAnchorElement>(".views a, .chips a, .pager a, .filters a");
  if (a && !e.metaKey && !e.ctrlKey && !e.shiftKey && e.button === 0) {
    e.preventDefault();
    void show(a.href, true);
    if (a.closest(".pager")) scrollTo({ top: 0 });
  }
  if ((e.target as Element).closest("[data-late-show]")) void show(location.href, false);
});
addEventListener("popstate", () => { if (main.querySelector("[data-list]")) void show(location.href, false); });

// What others change

const region = () => main.querySelector<HTMLElement>("[data-list], .today");
let under = false; // the pointer is in the list
let soon = 0;
let lately = 0;

main.addEventListener("pointermove", (e) => {
  const inside = region()?.contains(e.target as Node) ?? false;
  if (under && !inside) later();
  under = inside && e.pointerType === "mouse";
});
document.documentElement.addEventListener("pointerleave", () => { under = false; later(); });
main.addEventListener("focusout", () => setTimeout(later));

function busy(): boolean {
  return under || (region()?.contains(document.activeElement) ?? false) || chosen().length > 0 || main.querySelector(".filters[open]")?.contains(document.activeElement) === true;
}

// later shows what waits, at most every two seconds, unless a hand is in the list: then a bar says so.
function later(): void {
  if (waiting.size === 0 || !region()) return;
  const bar = main.querySelector<HTMLElement>("[data-late]");
  if (busy()) {
    if (bar) {
      bar.hidden = false;
      bar.querySelector("button")!.textContent = t("stories.js_changed", waiting.size);
    }
    return;
  }
  clearTimeout(soon);
  soon = setTimeout(() => {
    if (busy()) return later();
    lately = Date.now();
    return void show(location.href, false);
  }, Math.max(200, lately + 2_000 - Date.now())) as unknown as number;
}

document.addEventListener("news", (e) => {
  for (const c of (e as CustomEvent<News>).detail.changed ?? []) {
    glances.delete(c.id);
    if (Date.now() - (own.get(c.id) ?? 0) < 5_000) continue;
    waiting.add(c.id);
  }
  later();
});

const controller = { key };

// list returns what keys act on; undefined on a screen without rows.
export function list(): typeof controller | undefined {
  return main.querySelector("[data-row], [data-list]") ? controller : undefined;
}

// Undo without script came with the page: with script it is a key away too.
undo = main.querySelector<HTMLInputElement>(".undone [name=edits]")?.value ?? "";
count();
