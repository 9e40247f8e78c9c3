// The library's grid: files by drop, paste and field, keys, selecting, many at once with undo, more without a new page, and
// tiles that renew themselves while their sizes are made. The page works without it. What stands beside the grid: side.ts.
import { toast } from "./toast.ts";
import { Uploads, type Brought } from "./upload.ts";
import { t } from "./words.ts";

const bring = document.querySelector<HTMLFormElement>("form[data-upload]");
const grid = document.querySelector<HTMLElement>("[data-tiles]");

// wide is where a medium can be shown beside the grid.
export const wide = matchMedia("(min-width: 1200px)");

export const tiles = () => [...(grid?.querySelectorAll<HTMLElement>("[data-tile]") ?? [])];
const link = (tile: Element | undefined) => tile?.querySelector<HTMLAnchorElement>("a") ?? undefined;
const box = (tile: Element | null) => tile?.querySelector<HTMLInputElement>("input[name=id]") ?? null;

// dress does what only a script may: the dominant colour behind each picture.
export function dress(inside: ParentNode): void {
  for (const e of inside.querySelectorAll<HTMLElement>("[data-colour]")) {
    const frame = e.querySelector<HTMLElement>(".frame") ?? e;
    if (/^#[0-9a-f]{6}$/i.test(e.dataset.colour ?? "")) frame.style.backgroundColor = e.dataset.colour!;
  }
}

// fetchPart fetches a part of a screen.
export async function fetchPart(url: string, kind = "1"): Promise<Document> {
  const r = await fetch(url, { headers: { "X-Fragment": kind } });
  if (!r.ok) throw new Error(String(r.status));
  return new DOMParser().parseFromString(await r.text(), "text/html");
}

// Files

if (bring) {
  const field = bring.querySelector<HTMLInputElement>("input[type=file]")!;
  const uploads = new Uploads(document.querySelector<HTMLElement>("[data-uploads]")!, bring.dataset.upload!, (m) => void arrived(m));
  const take = (files: FileList | File[] | null | undefined) => { if (files?.length) uploads.add([...files]); };
  bring.querySelector<HTMLElement>("[data-plain]")!.hidden = true;
  for (const hint of bring.querySelectorAll<HTMLElement>("[data-drop]")) hint.hidden = false;
  field.addEventListener("change", () => { take(field.files); field.value = ""; });
  bring.addEventListener("submit", (e) => { e.preventDefault(); take(field.files); });

  const over = document.querySelector<HTMLElement>("[data-dropping]");
  const files = (e: DragEvent) => e.dataTransfer?.types.includes("Files") ?? false;
  let inside = 0;
  const shown = (on: boolean) => { if (over) over.hidden = !on; };
  document.addEventListener("dragenter", (e) => { if (files(e)) { inside++; shown(true); } });
  document.addEventListener("dragleave", (e) => { if (files(e) && --inside <= 0) { inside = 0; shown(false); } });
  document.addEventListener("dragover", (e) => { if (files(e)) e.preventDefault(); });
  document.addEventListener("drop", (e) => {
    inside = 0;
    shown(false);
    if (!files(e)) return;
    e.preventDefault();
    take(e.dataTransfer?.files);
  });
  document.addEventListener("paste", (e) => {
    if (!e.clipboardData?.files.length) return;
    e.preventDefault();
    take(e.clipboardData.files);
  });
}

// arrived puts a medium that was just brought at the head of the grid.
async function arrived(m: Brought): Promise<void> {
  if (!grid) return;
  try {
    const found = (await fetchPart(`/newsroom/library/tiles?ids=${encodeURIComponent(m.id)}`)).querySelector<HTMLElement>("[data-tile]");
    if (!found) return;
    tiles().find((o) => o.dataset.id === m.id)?.remove();
    document.querySelector("[data-empty]")?.remove();
    grid.prepend(found);
    dress(grid);
    rove();
    watch(true);
  } catch { /* the next look at the page shows it */ }
}

// Sizes being made: asked for after a second, then more and more seldom, five seconds at most.

let pause = 1_000;
let timer = 0;

function watch(anew = false): void {
  if (anew) pause = 1_000;
  clearTimeout(timer);
  const ids = tiles().filter((e) => e.dataset.state === "making").map((e) => e.dataset.id!).slice(0, 60);
  if (ids.length === 0) return;
  timer = setTimeout(async () => {
    pause = Math.min(5_000, pause * 1.5);
    try {
      if (!document.hidden) for (const now of (await fetchPart(`/newsroom/library/tiles?ids=${ids.join(",")}`)).querySelectorAll<HTMLElement>("[data-tile]")) renew(now);
      tell(ids);
    } catch { /* it asks again */ }
    watch();
  }, pause) as unknown as number;
}

// tell says it once, not medium by medium, when what was being made is there, and which could not be made.
function tell(were: string[]): void {
  const of = tiles().filter((e) => were.includes(e.dataset.id!)), said = document.querySelector("[data-made]");
  const failed = of.filter((e) => e.dataset.state === "failed").map((e) => t("library.js_made_failed", e.querySelector(".name")?.textContent ?? ""));
  if (said && !tiles().some((e) => e.dataset.state === "making")) said.textContent = [...failed, failed.length < of.length ? t("library.js_made") : ""].join(" ").trim();
}

// renew puts a tile in the place of the one that is there, with the focus and the choice where they were.
function renew(now: HTMLElement): void {
  const was = tiles().find((e) => e.dataset.id === now.dataset.id);
  if (!was) return;
  if (was.dataset.state === now.dataset.state) { // then only the work has gone on
    const said = was.querySelector(".making"), is = now.querySelector(".making");
    if (said && is && said.textContent !== is.textContent) said.replaceWith(is);
    return;
  }
  if (was.classList.contains("viewed")) now.classList.add("viewed");
  const focused = was.contains(document.activeElement), picked = box(was)?.checked ?? false;
  was.replaceWith(now);
  const tick = box(now);
  if (tick) tick.checked = picked;
  now.classList.toggle("chosen", picked);
  dress(grid!);
  rove();
  if (focused) focusOn(now);
}

// Keys: one tile is in the order of Tab, arrows lead to the others.

let at: HTMLElement | undefined;

function rove(): void {
  const all = tiles();
  if (!at?.isConnected) at = all.find((e) => e.dataset.id === at?.dataset.id) ?? all[0];
  for (const e of all) {
    const a = link(e), tick = box(e);
    if (a) a.tabIndex = e === at ? 0 : -1;
    if (tick) tick.tabIndex = e === at ? 0 : -1;
  }
}

export function focusOn(tile: HTMLElement | undefined): void {
  if (!tile) return;
  at = tile;
  rove();
  link(tile)?.focus();
}

// columns is how many tiles stand beside each other.
function columns(all: HTMLElement[]): number {
  const n = all.findIndex((e) => e.offsetTop > all[0]!.offsetTop + 8);
  return n < 0 ? all.length : n;
}

grid?.addEventListener("keydown", (e) => {
  const tile = (e.target as HTMLElement).closest<HTMLElement>("[data-tile]");
  if (!tile || e.altKey || e.ctrlKey || e.metaKey || (e.target as HTMLElement).matches("input")) return;
  const all = tiles(), i = all.indexOf(tile), letters = document.body.dataset.keys !== "off";
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(all), ArrowUp: -columns(all), Home: -i, End: all.length - 1 - i, j: letters ? 1 : undefined, k: letters ? -1 : undefined }[e.key];
  if (step !== undefined) {
    const to = all[i + step];
    if (to) focusOn(to);
  } else if ((e.key === " " && !wide.matches) || (e.key.toLowerCase() === "x" && letters)) {
    pick(tile, e.shiftKey);
  } else return;
  e.preventDefault();
});
grid?.addEventListener("focusin", (e) => {
  const tile = (e.target as HTMLElement).closest<HTMLElement>("[data-tile]");
  if (tile && tile !== at) { at = tile; rove(); }
});

// Selecting, and many at once

let last = -1; // where a range begins

function pick(tile: HTMLElement, range: boolean): void {
  const all = tiles(), here = all.indexOf(tile), tick = box(tile);
  if (!tick) return;
  if (range && last >= 0) for (const e of all.slice(Math.min(last, here), Math.max(last, here) + 1)) { const b = box(e); if (b) b.checked = true; }
  else tick.checked = !tick.checked;
  last = here;
  count();
}

const picked = () => tiles().filter((e) => box(e)?.checked);

function count(): void {
  const n = picked().length;
  const said = document.querySelector("[data-picked]");
  if (said) said.textContent = n > 0 ? t("library.js_picked", n) : t("library.bulk");
  document.querySelector(".bulk")?.classList.toggle("on", n > 0);
  for (const e of tiles()) e.classList.toggle("chosen", box(e)?.checked ?? false);
}

grid?.addEventListener("change", (e) => { if ((e.target as HTMLInputElement).name === "id") count(); });

interface Answer { said: string; done: string[] | null; failed?: Record<string, string>; undo: string; detail?: string }

const bulk = document.querySelector<HTMLFormElement>("[data-library-bulk]");
let undo = document.querySelector<HTMLInputElement>(".undone [name=undo]")?.value ?? "";
let offer: HTMLElement | undefined;

bulk?.addEventListener("submit", (e) => {
  e.preventDefault();
  const body = new URLSearchParams();
  for (const [k, v] of new FormData(bulk, e.submitter)) body.append(k, String(v));
  void many(bulk.action, body);
});
// Enter in a field presses the button beside it, not the form's first.
bulk?.addEventListener("keydown", (e) => {
  const field = e.target as HTMLElement;
  if (e.key !== "Enter" || e.isComposing || !field.matches(".bulk input")) return;
  e.preventDefault();
  field.closest(".pair")?.querySelector("button")?.click();
});

let doing = false; // a deed is under way: a second press of the same key would spoil its undo

async function many(to: string, body: URLSearchParams): Promise<void> {
  if (doing) return;
  doing = true;
  try {
    const r = await fetch(to, { method: "POST", body, headers: { Accept: "application/json" } });
    const a = (await r.json()) as Answer;
    if (!r.ok) throw new Error(a.detail);
    undo = a.undo;
    for (const e of tiles()) { const b = box(e); if (b && a.done?.includes(e.dataset.id!)) b.checked = false; }
    count();
    offer?.remove();
    offer = toast(a.said, undo ? { label: t("shell.undo"), run: takeBack } : undefined, !undo && !a.done?.length);
    if (a.done?.length) await again(a.done);
  } catch (err) {
    toast((err as Error).message && !(err instanceof TypeError || err instanceof SyntaxError) ? (err as Error).message : t("library.js_failed"), undefined, true);
  } finally {
    doing = false;
  }
}

function takeBack(): void {
  const was = undo;
  undo = "";
  offer?.remove();
  if (was) void many("/newsroom/library/undo", new URLSearchParams({ undo: was }));
}

// again shows tiles as they are now.
export async function again(ids: string[]): Promise<void> {
  const found = await fetchPart(`/newsroom/library/tiles?ids=${ids.join(",")}`);
  for (const now of found.querySelectorAll<HTMLElement>("[data-tile]")) {
    const was = tiles().find((e) => e.dataset.id === now.dataset.id);
    if (was) was.dataset.state = "";
    renew(now);
  }
}

document.addEventListener("keydown", (e) => {
  const typing = (e.target as HTMLElement).matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (!grid || e.key !== "z" || typing || e.altKey || e.ctrlKey || e.metaKey || document.body.dataset.keys === "off") return;
  const offered = document.querySelector<HTMLFormElement>("main > .undone"); // of what was removed
  if (!undo && !offered) return;
  e.preventDefault();
  if (undo) takeBack();
  else offered!.requestSubmit();
});

// More: the page that follows is fetched as soon as its link comes near, and shown when a person asks.

const ahead = new Map<string, Promise<Document>>();

function prefetch(a: HTMLAnchorElement): Promise<Document> {
  let p = ahead.get(a.href);
  if (!p) {
    ahead.set(a.href, p = fetchPart(a.href));
    p.catch(() => ahead.delete(a.href));
  }
  return p;
}

const near = new IntersectionObserver((all) => {
  for (const e of all) if (e.isIntersecting) void prefetch(e.target as HTMLAnchorElement).catch(() => undefined);
}, { rootMargin: "600px" });

function older(): void {
  const a = bulk?.querySelector<HTMLAnchorElement>("[data-older]");
  if (!a) return;
  near.observe(a);
  a.addEventListener("click", async (e) => {
    if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
    e.preventDefault();
    try {
      const page = await prefetch(a);
      const known = new Set(tiles().map((o) => o.dataset.id));
      const list = [...page.querySelectorAll<HTMLElement>("[data-tiles] [data-tile]")].filter((o) => !known.has(o.dataset.id));
      grid!.append(...list);
      const next = page.querySelector(".more");
      near.unobserve(a);
      if (next) a.closest(".more")!.replaceWith(next);
      else a.closest(".more")!.remove();
      dress(grid!);
      focusOn(list[0]);
      older();
      watch();
    } catch {
      toast(t("library.js_more_failed"), undefined, true);
    }
  });
}

if (grid) {
  dress(grid);
  rove();
  count();
  older();
  watch();
}
