// The board of a front and the way to the server: what a hand does is painted at once and sent, one deed after the other;
// the server's answer is the board as it is then. The page works without it.
import { toast } from "../newsroom/toast.ts";
import { t } from "../newsroom/words.ts";

export const root = document.querySelector<HTMLElement>("[data-front]")!;
export const base = root?.dataset.front ?? "";

// Questions

export const containers = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>("[data-container]")].filter((k) => cards(k) !== null);
export const cards = (container: Element): HTMLElement | null => container.querySelector<HTMLElement>("[data-cards]");
export const cardsIn = (container: Element): HTMLElement[] => [...container.querySelectorAll<HTMLElement>("[data-cards] > [data-card]")];
export const containerOf = (e: Element): HTMLElement | null => e.closest<HTMLElement>("[data-container]");
export const storyOf = (card: HTMLElement): string => card.dataset.card ?? card.dataset.offered ?? "";
export const headlineOf = (card: HTMLElement): string => card.dataset.headline ?? "";
export const handleOf = (card: Element): HTMLElement | null => card.querySelector<HTMLElement>("[data-handle]");

// nextOf is the story of the card that stands after one; "-" at the end.
export function nextOf(card: Element): string {
  for (let e = card.nextElementSibling; e; e = e.nextElementSibling) if (e instanceof HTMLElement && e.dataset.card) return e.dataset.card;
  return "-";
}

export function say(text: string): void {
  const at = document.getElementById("front-say");
  if (at) at.textContent = text;
}

// position tells where a card is, in the words of a key of the catalogue.
export function position(key: string, card: HTMLElement): void {
  const k = containerOf(card);
  if (!k) return;
  const all = cardsIn(k);
  say(t(key, headlineOf(card), all.indexOf(card) + 1, all.length, k.dataset.name ?? ""));
}

// What the server has

const known = new Map<string, string>(); // parts as the server wrote them, by id
let painted = false; // the board shows what the server has not confirmed
let version = root?.dataset.version ?? "0"; // of the board that is shown: a deed is on what its person saw
let newest = Number(version); // of the boards that came
let pending = ""; // a board that waits until the hand is free
const held = new Set<string>(); // what keeps the board still: a lifted card, a drag

function parts(html: string): HTMLElement | null {
  const page = document.createElement("template");
  page.innerHTML = html;
  return page.content.querySelector<HTMLElement>("[data-front]");
}

// hold keeps the board from changing under a hand; the end shows what came meanwhile.
export function hold(why: string, on: boolean): void {
  if (on) held.add(why);
  else held.delete(why);
  if (held.size > 0 || queue.length > 0 || !pending) return;
  const html = pending;
  pending = "";
  settle(html);
}

// settle shows a board of the server's, without moving the focus, the scroll or what is open.
export function settle(html: string): boolean {
  const page = parts(html);
  if (!page) return false;
  const came = page.dataset.version ?? version;
  if (Number(came) < newest) return true; // it was asked for before a deed, and was slow
  newest = Number(came);
  if (held.size > 0) {
    pending = html;
    return true;
  }
  version = came;
  pending = ""; // this one is newer
  for (const part of page.querySelectorAll<HTMLElement>("[data-part]")) {
    const here = document.getElementById(part.id);
    const text = part.outerHTML;
    if (!here || (known.get(part.id) === text && !(painted && part.id === "board"))) continue;
    known.set(part.id, text);
    swap(here, part);
  }
  for (const f of root.querySelectorAll<HTMLInputElement>("input[name=base]")) f.value = version;
  const query = page.dataset.query ?? "";
  if (query !== root.dataset.query) {
    root.dataset.query = query;
    for (const f of root.querySelectorAll<HTMLFormElement>("form[method=post]")) f.action = f.action.split("?")[0] + query;
  }
  painted = false;
  for (const f of listeners) f();
  return true;
}

const listeners: (() => void)[] = [];

// settled runs a function whenever the board was written anew.
export function settled(f: () => void): void {
  listeners.push(f);
}

function swap(here: HTMLElement, fresh: HTMLElement): void {
  const at = document.activeElement as HTMLElement | null;
  const inside = at && here.contains(at) ? at : null;
  const id = inside?.id ?? "";
  const field = inside instanceof HTMLInputElement ? inside : null;
  const typed = field && [field.value, field.selectionStart, field.selectionEnd] as const;
  const container = inside ? containerOf(inside)?.dataset.container : undefined;
  const opened = [...here.querySelectorAll<HTMLDetailsElement>("details[open][id]")].map((d) => d.id);
  const chosen = [...here.querySelectorAll<HTMLSelectElement>("select[id]")].map((s) => [s.id, s.value] as const);
  const frame = here.querySelector("iframe");
  const top = here.scrollTop;
  const next = document.importNode(fresh, true);
  const nextFrame = next.querySelector("iframe");
  if (frame && nextFrame && frame.className === nextFrame.className) keepFrame(frame, nextFrame);
  here.replaceWith(next);
  for (const o of opened) document.getElementById(o)?.setAttribute("open", "");
  for (const [s, value] of chosen) {
    const now = document.getElementById(s) as HTMLSelectElement | null;
    if (now && [...now.options].some((o) => o.value === value)) now.value = value;
  }
  next.scrollTop = top;
  if (!inside) return;
  const to = (id && document.getElementById(id)) || (container && document.getElementById(`c-${container}`)) || document.getElementById("screen");
  to?.focus({ preventScroll: true });
  if (typed && to instanceof HTMLInputElement) {
    to.value = typed[0];
    to.setSelectionRange(typed[1], typed[2]);
  }
}

// keepFrame lets a preview stay where it was scrolled to when it is loaded anew.
function keepFrame(old: HTMLIFrameElement, fresh: HTMLIFrameElement): void {
  const top = old.contentWindow?.scrollY ?? 0;
  if (top) fresh.addEventListener("load", () => fresh.contentWindow?.scrollTo(0, top), { once: true });
}

// Deeds

interface Deed { path: string; body: URLSearchParams; done?: (ok: boolean) => void }

const queue: Deed[] = [];
let offer: HTMLElement | undefined; // the message that offers to take the newest deed back

// paint says that the board was changed here before the server knows.
export function paint(): void {
  painted = true;
}

// act sends a deed. What a hand did before the answer is kept: the board is the server's again when all are answered.
export function act(body: URLSearchParams, path = "/ops", done?: (ok: boolean) => void): void {
  body.set("base", version);
  queue.push({ path, body, done });
  if (queue.length === 1) void work();
}

// deed is a button of the board in its words.
export function deed(words: string): void {
  act(new URLSearchParams({ do: words }));
}

async function work(): Promise<void> {
  while (queue.length > 0) {
    const d = queue[0];
    let html = "";
    let fault = "";
    try {
      const res = await fetch(base + d.path + location.search, { method: "POST", body: d.body, headers: { Accept: "application/json", "X-Fragment": "1" } });
      if (res.status === 401) {
        location.reload();
        return;
      }
      html = await res.text();
      if (!res.ok && !html.includes("data-front=") && res.headers.get("Content-Type")?.startsWith("application/json")) fault = (JSON.parse(html) as { detail?: string }).detail || t("fronts.js_failed");
      else if (!res.ok) fault = t("fronts.js_failed");
    } catch {
      fault = t("fronts.js_failed");
    }
    if (fault) {
      queue.length = 0;
      d.done?.(false);
      toast(fault, undefined, true);
      await look(true);
      return;
    }
    queue.shift();
    if (queue.length === 0) settle(html);
    d.done?.(true);
    tell(parts(html));
  }
}

// tell says what was done, with the way back.
export function tell(page: HTMLElement | null): void {
  const said = page?.dataset.said;
  if (!said) return;
  offer?.remove();
  const back = page.dataset.undo;
  offer = toast(said, back ? { label: t("shell.undo"), run: () => undo(back) } : undefined);
}

// undo takes back the person's last deed on the draft, or what a message offers to.
export function undo(path = "/undo"): void {
  offer?.remove();
  act(new URLSearchParams(), path);
}

// What others do

let tag = "";
const pause = 5_000;

// look asks for the board as it is now. Without a change there is no answer to read.
export async function look(all = false): Promise<void> {
  if (queue.length > 0) return;
  const res = await fetch(base + location.search, { headers: { "X-Fragment": "1", Accept: "application/json", ...(tag && !all ? { "If-None-Match": tag } : {}) } }).catch(() => undefined);
  if (all && !res?.ok) restore();
  if (!res?.ok || queue.length > 0) return;
  tag = res.headers.get("ETag") ?? "";
  if (painted && !all) return;
  const html = await res.text();
  if (queue.length === 0) settle(html);
}

// restore puts the board back as the server had it last, when the server cannot be asked.
function restore(): void {
  const board = document.getElementById("board");
  const page = document.createElement("template");
  page.innerHTML = known.get("board") ?? "";
  if (board && page.content.firstElementChild) swap(board, page.content.firstElementChild as HTMLElement);
  painted = false;
}

// go looks at the front in another way: its address changes at once.
export async function go(url: string): Promise<void> {
  history.replaceState(null, "", url);
  tag = "";
  const slow = setTimeout(() => say(t("fronts.js_loading")), 1_000);
  await look(true);
  clearTimeout(slow);
  const side = document.getElementById("side");
  const board = document.getElementById("board");
  if (side && board && side.getBoundingClientRect().top >= board.getBoundingClientRect().bottom - 1) side.scrollIntoView(); // one column
}

export function begin(): void {
  for (const part of root.querySelectorAll<HTMLElement>("[data-part]")) known.set(part.id, part.outerHTML);
  document.documentElement.classList.add("scripted");
  setInterval(() => { if (!document.hidden && held.size === 0) void look(); }, pause);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && held.size === 0) void look(); });
}
