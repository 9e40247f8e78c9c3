// Toasts say what was done. They go after eight seconds unless a person is on them; what failed stays until it is closed.
// All of them can be read again behind the bell.
import { t } from "./words.ts";

export interface Action { label: string; run: () => void }

const room = document.getElementById("toasts");
const bell = document.querySelector<HTMLDetailsElement>("[data-bell]");
const list = document.querySelector<HTMLElement>("[data-bell-list]");
const kept = "messages";
const life = 8_000;
const most = 30;

// toast shows a text, with a button if there is something to do about it. A fault stays.
export function toast(text: string, action?: Action, fault = false): HTMLElement | undefined {
  if (!room) return undefined;
  const p = document.createElement("p");
  p.className = fault ? "toast fault" : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  p.append(words);
  if (action) p.append(button(action.label, () => { p.remove(); action.run(); }));
  if (fault) p.append(button(t("shell.close"), () => p.remove()));
  room.append(p);
  if (!fault) leave(p, life);
  log(text);
  return p;
}

function button(label: string, run: () => void): HTMLButtonElement {
  const b = document.createElement("button");
  b.type = "button";
  b.textContent = label;
  b.addEventListener("click", run);
  return b;
}

function leave(p: HTMLElement, after: number): void {
  setTimeout(() => (p.matches(":hover, :focus-within") ? leave(p, 2_000) : p.remove()), after);
}

type Message = [at: number, text: string];

function messages(): Message[] {
  try {
    return JSON.parse(sessionStorage.getItem(kept) ?? "[]") as Message[];
  } catch {
    return [];
  }
}

function log(text: string): void {
  const all = [...messages(), [Date.now(), text] as Message].slice(-most);
  try {
    sessionStorage.setItem(kept, JSON.stringify(all));
  } catch { /* then this page alone remembers */ }
  draw(all);
}

function draw(all: Message[]): void {
  if (!bell || !list) return;
  bell.hidden = false;
  bell.querySelector<HTMLElement>("[data-bell-none]")!.hidden = all.length > 0;
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: document.body.dataset.zone || undefined });
  list.replaceChildren(...all.toReversed().map(([at, text]) => {
    const li = document.createElement("li");
    li.textContent = `${clock.format(at)} ${text}`;
    return li;
  }));
}

draw(messages());
for (const p of room?.querySelectorAll<HTMLElement>(".toast") ?? []) {
  leave(p, life);
  log(p.textContent ?? "");
}
