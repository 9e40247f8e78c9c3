// The screen of a front: cards by hand, by keyboard and by buttons, forms in dialogs, what others do. The page works
// without it.
import { act, begin as board, containerOf, go, handleOf, hold, paint, root, settled, undo } from "../front/board.ts";
import { begin as clipboard } from "../front/clipboard.ts";
import { begin as dialog } from "../front/dialog.ts";
import { begin as drag } from "../front/drag.ts";
import { fit } from "../front/frame.ts";
import { begin as lift } from "../front/lift.ts";
import { typing } from "./keys.ts";

if (root) {
  board();
  lift();
  drag();
  dialog();
  clipboard();
  fit(root);
  settled(() => fit(root));
  root.addEventListener("submit", submit);
  // What is pressed stays in its place until it is let go: else the click would be lost.
  root.addEventListener("pointerdown", () => hold("press", true));
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => hold("press", false)));
  root.addEventListener("click", (e) => {
    const a = (e.target as Element).closest<HTMLAnchorElement>("a[data-look]");
    if (!a || e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
    e.preventDefault();
    void go(a.href);
  });
  document.addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.metaKey || e.ctrlKey || e.altKey || e.key !== "z" || typing() || document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
    e.preventDefault();
    undo();
  });
}

function submit(e: SubmitEvent): void {
  const form = e.target as HTMLFormElement;
  if (form.matches("[data-look]")) {
    e.preventDefault();
    const q = new URLSearchParams();
    for (const [k, v] of new FormData(form)) q.append(k, String(v));
    void go(`${form.action.split("?")[0]}?${q}`);
    return;
  }
  if (form.method !== "post") return;
  e.preventDefault();
  const body = new URLSearchParams();
  for (const [k, v] of new FormData(form, e.submitter)) body.append(k, String(v));
  e.submitter?.closest(".lost")?.remove();
  optimistic(e.submitter, body.get("do") ?? "");
  act(body, new URL(form.action).pathname.slice(root.dataset.front!.length));
}

// optimistic paints what a button of a card does before the server has answered.
function optimistic(button: HTMLElement | null, words: string): void {
  const card = button?.closest<HTMLElement>("[data-card]");
  if (!button || !card) return;
  const [name, , , boost] = words.split(" ");
  const { previousElementSibling: before, nextElementSibling: after } = card;
  switch (name) {
    case "up":
      before?.before(card);
      break;
    case "down":
      after?.after(card);
      break;
    case "remove":
      (after ?? before ? handleOf((after ?? before)!) : document.getElementById(`c-${containerOf(card)!.dataset.container}`))?.focus();
      card.remove();
      break;
    case "boost":
      for (const b of card.querySelectorAll(".boost button")) b.setAttribute("aria-pressed", String(b.textContent === (boost === "0" ? "0" : `+${boost}`)));
      break;
    default:
      return;
  }
  paint();
  if (name !== "remove") button.focus({ preventScroll: true });
}
