// Cards by keyboard: Space lifts, up and down move, left and right lead to another container, Space drops, Escape puts back.
import { act, cards, cardsIn, containerOf, containers, handleOf, headlineOf, hold, nextOf, paint, position, root, say, storyOf } from "./board.ts";
import { t } from "../newsroom/words.ts";

interface Lift {
  card: HTMLElement;
  from: HTMLElement | null; // its container; null: it comes from the stories to place
  home: { list: Element; next: Element | null };
  source?: HTMLElement; // the story that a new card stands for
}

let lift: Lift | undefined;
let moving = false; // the card is taken out and put in: its focus goes and comes

export const lifted = (): boolean => lift !== undefined;

export function toggle(handle: HTMLElement): void {
  if (lift) drop();
  else up(handle);
}

function up(handle: HTMLElement): void {
  const source = handle.closest<HTMLElement>("[data-card], [data-offered]");
  if (!source) return;
  let card = source;
  const from = containerOf(source);
  if (!from) {
    const first = containers()[0];
    const list = first && cards(first);
    if (!list) return;
    card = newCard(source);
    list.prepend(card);
  }
  lift = { card, from, home: { list: card.parentElement!, next: card.nextElementSibling }, source: from ? undefined : source };
  hold("lift", true);
  card.classList.add("lifted");
  focus(card);
  position("fronts.js_lifted", card);
}

// newCard is a card for a story that is not in a container yet, as far as is known of it before the server's answer.
export function newCard(source: HTMLElement): HTMLElement {
  const card = source.cloneNode(true) as HTMLElement;
  card.removeAttribute("id");
  card.dataset.card = storyOf(source);
  delete card.dataset.offered;
  for (const e of card.querySelectorAll("[id]")) e.removeAttribute("id");
  card.querySelector(".deeds")?.replaceChildren();
  return card;
}

function focus(card: HTMLElement): void {
  const handle = handleOf(card);
  handle?.setAttribute("aria-pressed", "true");
  handle?.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function shift(put: (l: Lift) => boolean): void {
  if (!lift) return;
  moving = true;
  const went = put(lift);
  if (went) paint();
  focus(lift.card);
  moving = false;
  position("fronts.js_at", lift.card);
}

const vertical = (step: number) => shift(({ card }) => {
  const to = step < 0 ? card.previousElementSibling : card.nextElementSibling;
  if (!to) return false;
  if (step < 0) to.before(card);
  else to.after(card);
  return true;
});

const across = (step: number) => shift(({ card }) => {
  const all = containers();
  const here = containerOf(card)!;
  const to = all[all.indexOf(here) + step];
  const list = to && cards(to);
  if (!list) return false;
  const story = storyOf(card);
  if (cardsIn(to).some((c) => c !== card && storyOf(c) === story)) return false; // it is there already
  const at = cardsIn(here).indexOf(card);
  const before = cardsIn(to)[at];
  if (before) before.before(card);
  else list.append(card);
  return true;
});

export function drop(): void {
  if (!lift) return;
  const { card, from, home } = lift;
  const to = containerOf(card)!;
  card.classList.remove("lifted");
  const handle = handleOf(card);
  handle?.removeAttribute("aria-pressed");
  const same = from && card.parentElement === home.list && card.nextElementSibling === home.next;
  lift = undefined;
  position("fronts.js_dropped", card);
  if (same) {
    hold("lift", false);
    return;
  }
  // The board that comes back has the card under its new id: the focus finds it there.
  if (handle) handle.id = `h-${to.dataset.container}-${storyOf(card)}`;
  send(storyOf(card), from?.dataset.container, to.dataset.container!, nextOf(card));
  hold("lift", false);
}

// send tells the server where a card went.
export function send(story: string, from: string | undefined, to: string, before: string): void {
  paint();
  act(new URLSearchParams({ do: from ? `move ${from} ${story} ${to} ${before}` : `place ${story} ${to} ${before}` }));
}

export function cancel(): void {
  if (!lift) return;
  const { card, home, source } = lift;
  moving = true;
  card.classList.remove("lifted");
  handleOf(card)?.removeAttribute("aria-pressed");
  if (source) card.remove();
  else home.list.insertBefore(card, home.next);
  say(t("fronts.js_back", headlineOf(card)));
  lift = undefined;
  handleOf(source ?? card)?.focus({ preventScroll: true });
  moving = false;
  hold("lift", false);
}

// walk leads from handle to handle.
function walk(handle: HTMLElement, step: number, over: boolean): void {
  const all = [...root.querySelectorAll<HTMLElement>("[data-handle]")].filter((h) => h.checkVisibility());
  let to: HTMLElement | null | undefined = all[all.indexOf(handle) + step];
  if (over) {
    const k = containerOf(handle);
    const others = containers().filter((c) => c === k || cardsIn(c).length > 0);
    const next = k && others[others.indexOf(k) + step];
    const first = next && cardsIn(next)[0];
    to = first ? handleOf(first) : null;
  }
  to?.focus();
}

export function begin(): void {
  root.addEventListener("keydown", (e) => {
    const handle = (e.target as Element).closest<HTMLElement>("[data-handle]");
    if (!handle || e.metaKey || e.ctrlKey || e.altKey || e.isComposing) return;
    const arrow = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key];
    if (e.key === " " || (e.key === "Enter" && lift)) toggle(handle);
    else if (e.key === "Escape" && lift) cancel();
    else if (arrow && lift) arrow[0] ? vertical(arrow[0]) : across(arrow[1]);
    else if (arrow) walk(handle, arrow[0] || arrow[1], arrow[1] !== 0);
    else return;
    e.preventDefault();
    e.stopPropagation();
  });
  root.addEventListener("keyup", (e) => { if (e.key === " " && (e.target as Element).closest("[data-handle]")) e.preventDefault(); });
  // Screen readers press the handle instead of sending Space.
  root.addEventListener("click", (e) => {
    const handle = (e.target as Element).closest<HTMLElement>("[data-handle]");
    if (handle && e.detail === 0) toggle(handle);
  });
  // Who goes elsewhere while a card is lifted leaves it where it was.
  root.addEventListener("focusout", () => setTimeout(() => {
    if (lift && !moving && !lift.card.contains(document.activeElement)) cancel();
  }));
}
