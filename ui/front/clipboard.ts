// The clipboard: stories that this browser keeps for later, on whichever front they will be placed.
import { headlineOf, root, say, settled, storyOf } from "./board.ts";
import { t } from "../newsroom/words.ts";

interface Kept { id: string; headline: string }

const name = "front-clipboard";
const most = 30;

function all(): Kept[] {
  try {
    const list = JSON.parse(localStorage.getItem(name) ?? "[]") as Kept[];
    return Array.isArray(list) ? list.filter((k) => typeof k?.id === "string" && typeof k.headline === "string") : [];
  } catch {
    return [];
  }
}

function store(list: Kept[]): void {
  try {
    localStorage.setItem(name, JSON.stringify(list.slice(0, most)));
  } catch { /* then nothing is kept */ }
  draw();
}

// keep puts a story on the clipboard, the newest first.
export function keep(card: HTMLElement): void {
  const id = storyOf(card);
  store([{ id, headline: headlineOf(card) }, ...all().filter((k) => k.id !== id)]);
  say(t("fronts.js_clipped", headlineOf(card)));
}

function draw(): void {
  const room = root.querySelector("[data-clipboard]");
  const list = room?.querySelector("[data-clip-list]");
  if (!room || !list) return;
  const kept = all();
  room.querySelector<HTMLElement>("[data-clip-none]")!.hidden = kept.length > 0;
  room.querySelector("[data-clip-count]")!.textContent = kept.length > 0 ? String(kept.length) : "";
  list.replaceChildren(...kept.map(row));
}

function row(k: Kept): HTMLElement {
  const li = document.createElement("li");
  li.className = "card";
  li.dataset.offered = k.id;
  li.dataset.headline = k.headline;
  const handle = button("handle", "⠿", t("fronts.move", k.headline));
  handle.dataset.handle = "";
  handle.id = `ch-${k.id}`;
  handle.setAttribute("aria-describedby", "front-keys");
  const what = document.createElement("div");
  what.className = "what";
  const p = document.createElement("p");
  p.className = "headline";
  const a = document.createElement("a");
  a.href = `/newsroom/stories/${encodeURIComponent(k.id)}`;
  a.textContent = k.headline;
  p.append(a);
  what.append(p);
  const tools = document.createElement("div");
  tools.className = "deeds";
  if (document.getElementById("placing")) {
    const place = button("mini", t("fronts.place"), t("fronts.place_of", k.headline));
    place.type = "submit";
    place.id = `cp-${k.id}`;
    place.setAttribute("form", "placing");
    place.name = "story";
    place.value = k.id;
    tools.append(place);
  }
  const off = button("mini", t("fronts.js_off"), t("fronts.js_unclip", k.headline));
  off.id = `co-${k.id}`;
  off.addEventListener("click", () => store(all().filter((o) => o.id !== k.id)));
  tools.append(off);
  li.append(handle, what, tools);
  return li;
}

function button(kind: string, text: string, label: string): HTMLButtonElement {
  const b = document.createElement("button");
  b.type = "button";
  b.className = kind;
  b.textContent = text;
  b.setAttribute("aria-label", label);
  return b;
}

export function begin(): void {
  draw();
  settled(draw);
  addEventListener("storage", (e) => { if (e.key === name) draw(); });
  root.addEventListener("click", (e) => {
    const card = (e.target as Element).closest("[data-clip]")?.closest<HTMLElement>("[data-card], [data-offered]");
    if (card) keep(card);
  });
}
