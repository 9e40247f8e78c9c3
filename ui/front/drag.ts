// Cards by mouse, pen and finger: pulled by their handle to a line that shows where they go. Pointer events only.
import { cards, cardsIn, containerOf, containers, headlineOf, hold, nextOf, root, storyOf } from "./board.ts";
import { keep } from "./clipboard.ts";
import { cancel as putBack, lifted, newCard, send } from "./lift.ts";

interface Drag {
  card: HTMLElement;
  handle: HTMLElement;
  pointer: number;
  x: number;
  y: number;
  begun: boolean;
  to?: { container: HTMLElement; before: HTMLElement | null };
  clip: boolean;
}

let drag: Drag | undefined;
let scroll = 0;
const least = 4; // pixels that are no drag yet
const edge = 56; // from here on the page follows

const line = document.createElement("div");
line.className = "insertion";
const label = document.createElement("div");
label.className = "dragged";

function start(): void {
  const d = drag!;
  d.begun = true;
  hold("drag", true);
  d.card.classList.add("away");
  label.textContent = headlineOf(d.card);
  document.body.append(label);
  document.body.classList.add("dragging");
}

function over(x: number, y: number): void {
  const d = drag!;
  label.style.transform = `translate(${x + 12}px, ${y + 12}px)`;
  const under = document.elementFromPoint(x, y);
  const clip = under?.closest<HTMLElement>("[data-clipboard]") ?? null;
  root.querySelector("[data-clipboard]")?.classList.toggle("target", clip !== null);
  d.clip = clip !== null;
  d.to = clip ? undefined : target(under, x, y);
  if (!d.to) {
    line.remove();
    return;
  }
  const list = cards(d.to.container)!;
  const all = cardsIn(d.to.container);
  const box = list.getBoundingClientRect();
  const last = all.at(-1)?.getBoundingClientRect();
  const at = d.to.before ? d.to.before.getBoundingClientRect().top : last ? last.bottom : box.top;
  document.body.append(line);
  line.style.transform = `translate(${box.left}px, ${at - 1}px)`;
  line.style.width = `${box.width}px`;
}

// target is the place nearest to the pointer in the container under it.
function target(under: Element | null, x: number, y: number): Drag["to"] {
  const d = drag!;
  let container = under ? containerOf(under) : null;
  if (!container || !cards(container)) {
    const board = document.getElementById("board")!.getBoundingClientRect();
    if (x < board.left || x > board.right) return undefined;
    container = containers().find((k) => { const r = k.getBoundingClientRect(); return y >= r.top - 8 && y <= r.bottom + 8; }) ?? null;
  }
  if (!container || !cards(container)) return undefined;
  const story = storyOf(d.card);
  const all = cardsIn(container).filter((c) => c !== d.card);
  if (container !== containerOf(d.card) && all.some((c) => storyOf(c) === story)) return undefined; // it is there already
  const before = all.find((c) => { const r = c.getBoundingClientRect(); return y < r.top + r.height / 2; }) ?? null;
  return { container, before };
}

function follow(y: number): void {
  cancelAnimationFrame(scroll);
  const step = y < edge + 48 ? -10 : y > innerHeight - edge ? 10 : 0;
  if (!drag?.begun || step === 0) return;
  const on = () => {
    scrollBy(0, step);
    scroll = requestAnimationFrame(on);
  };
  scroll = requestAnimationFrame(on);
}

function end(take: boolean): void {
  const d = drag;
  if (!d) return;
  drag = undefined;
  cancelAnimationFrame(scroll);
  line.remove();
  label.remove();
  document.body.classList.remove("dragging");
  root.querySelector("[data-clipboard]")?.classList.remove("target");
  d.card.classList.remove("away");
  if (d.handle.hasPointerCapture(d.pointer)) d.handle.releasePointerCapture(d.pointer);
  if (!d.begun) return;
  if (take && d.clip) keep(d.card);
  if (take && d.to) place(d.card, d.to.container, d.to.before);
  hold("drag", false);
}

function place(card: HTMLElement, to: HTMLElement, before: HTMLElement | null): void {
  const from = containerOf(card);
  const list = cards(to)!;
  if (from === to && (before === card.nextElementSibling)) return;
  const own = from ? card : newCard(card);
  list.insertBefore(own, before);
  send(storyOf(card), from?.dataset.container, to.dataset.container!, nextOf(own));
}

export function begin(): void {
  root.addEventListener("pointerdown", (e) => {
    const handle = (e.target as Element).closest<HTMLElement>("[data-handle]");
    const card = handle?.closest<HTMLElement>("[data-card], [data-offered]");
    if (!handle || !card || e.button !== 0 || drag) return;
    if (lifted()) putBack();
    drag = { card, handle, pointer: e.pointerId, x: e.clientX, y: e.clientY, begun: false, clip: false };
    handle.setPointerCapture(e.pointerId);
  });
  root.addEventListener("pointermove", (e) => {
    if (!drag || e.pointerId !== drag.pointer) return;
    if (!drag.begun && Math.hypot(e.clientX - drag.x, e.clientY - drag.y) < least) return;
    if (!drag.begun) start();
    over(e.clientX, e.clientY);
    follow(e.clientY);
  });
  root.addEventListener("pointerup", (e) => { if (e.pointerId === drag?.pointer) end(true); });
  root.addEventListener("pointercancel", () => end(false));
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !drag?.begun) return;
    e.preventDefault();
    end(false);
  }, true);
  document.addEventListener("scroll", () => { if (drag?.begun) line.remove(); }, { passive: true });
}
