// What stands beside the library's grid on wide screens: the medium that was chosen, with its words, rights and uses. It is
// that medium's own page, fetched; arrow keys in the grid lead it along. Elsewhere, and without this, a tile opens the page.
import { again, fetchPart, focusOn, tiles, wide } from "./library.ts";
import { start, unsavedIn } from "./medium.ts";
import { toast } from "./toast.ts";
import { t } from "./words.ts";

const grid = document.querySelector<HTMLElement>("[data-tiles]");
const side = document.querySelector<HTMLElement>("[data-side]");
if (grid && side) beside(grid, side);

const fresh = 20_000; // how long a page that was fetched ahead may wait
const most = 20;

function beside(grid: HTMLElement, side: HTMLElement): void {
  let shown = ""; // the medium's id
  const tileOf = (id: string) => tiles().find((e) => e.dataset.id === id);

  const ahead = new Map<string, { at: number; page: Promise<Document> }>();
  const page = (id: string) => {
    const known = ahead.get(id);
    if (known && Date.now() - known.at < fresh) return known.page;
    const p = fetchPart(`/newsroom/library/${id}`, "side");
    ahead.delete(id);
    ahead.set(id, { at: Date.now(), page: p });
    p.catch(() => ahead.delete(id));
    if (ahead.size > most) ahead.delete(ahead.keys().next().value!);
    return p;
  };

  // show puts a medium beside the grid. It waits for nobody: whoever chose another meanwhile sees that one.
  const show = async (id: string) => {
    if (shown === id) return;
    shown = id;
    mark();
    try {
      const found = await page(id);
      if (shown === id) fill(found);
    } catch {
      if (shown !== id) return;
      close();
      toast(t("library.js_side_failed"), undefined, true);
    }
  };

  const fill = (found: Document) => {
    const at = side.scrollTop, same = side.dataset.id === shown;
    const out = document.createElement("button");
    out.type = "button";
    out.className = "button";
    out.textContent = t("library.js_side_close");
    out.addEventListener("click", () => leave(close));
    side.replaceChildren(...[...found.body.children].map((e) => document.importNode(e, true)));
    side.querySelector(".head")?.append(out);
    side.dataset.id = shown;
    side.hidden = false;
    side.scrollTop = same ? at : 0;
    side.parentElement!.classList.add("open");
    ahead.delete(shown);
    start(side);
    tileOf(shown)?.scrollIntoView({ block: "nearest" });
  };

  const mark = () => {
    for (const e of tiles()) e.classList.toggle("viewed", e.dataset.id === shown);
    history.replaceState(history.state, "", shown ? `#${shown}` : location.pathname + location.search);
  };

  const close = () => {
    const was = tileOf(shown);
    const inside = side.contains(document.activeElement);
    shown = "";
    mark();
    side.hidden = true;
    side.replaceChildren();
    side.parentElement!.classList.remove("open");
    if (inside) focusOn(was);
  };

  // leave does something that takes the form away, unless there is something in it that is not saved: that is said first.
  let asked: HTMLElement | undefined;
  const leave = (then: () => void) => {
    asked?.remove();
    if (!unsavedIn(side)) return then();
    const name = side.querySelector(".head h2")?.textContent ?? "";
    asked = toast(t("library.js_side_dirty", name), { label: t("library.js_side_drop"), run: then }, true);
  };

  grid.addEventListener("click", (e) => {
    const tile = (e.target as HTMLElement).closest<HTMLElement>("[data-tile]");
    // A click of the keyboard, which Enter makes, has no count: it opens the page.
    if (!tile || !wide.matches || !(e.target as HTMLElement).closest("a") || e.detail === 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
    if (e.detail > 1) return; // twice: the page
    e.preventDefault();
    focusOn(tile);
    leave(() => void show(tile.dataset.id!));
  });
  grid.addEventListener("keydown", (e) => {
    const tile = (e.target as HTMLElement).closest<HTMLElement>("[data-tile]");
    if (!tile || e.key !== " " || !wide.matches || (e.target as HTMLElement).matches("input")) return;
    e.preventDefault();
    if (shown !== tile.dataset.id) return leave(() => void show(tile.dataset.id!));
    side.querySelector<HTMLElement>("h2")?.setAttribute("tabindex", "-1");
    side.querySelector<HTMLElement>("h2")?.focus();
  });
  // It follows the focus once that rests. What is not saved stays.
  let rest = 0;
  grid.addEventListener("focusin", (e) => {
    const tile = (e.target as HTMLElement).closest<HTMLElement>("[data-tile]");
    clearTimeout(rest);
    if (!tile || !shown || !wide.matches) return;
    rest = setTimeout(() => { if (shown && !unsavedIn(side)) void show(tile.dataset.id!); }, 65) as unknown as number;
  });
  let over = 0;
  grid.addEventListener("pointerover", (e) => {
    const tile = (e.target as HTMLElement).closest<HTMLElement>("[data-tile]");
    clearTimeout(over);
    if (tile && wide.matches) over = setTimeout(() => void page(tile.dataset.id!).catch(() => undefined), 65) as unknown as number;
  });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !shown || e.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (!side.contains(document.activeElement) && !grid.contains(document.activeElement) && document.activeElement !== document.body) return;
    e.preventDefault();
    leave(close);
  });
  wide.addEventListener("change", () => { if (shown && !wide.matches) leave(close); });

  // Forms beside the grid do what they do on the page, which is shown anew with what it says; the tile follows.
  side.addEventListener("submit", async (e) => {
    const form = e.target as HTMLFormElement, id = shown;
    e.preventDefault();
    const data = new FormData(form, e.submitter);
    const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams([...data].map(([k, v]) => [k, String(v)]));
    try {
      const r = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "side" } });
      const found = new DOMParser().parseFromString(await r.text(), "text/html");
      if (!found.querySelector("[data-medium]")) throw new Error(String(r.status));
      ahead.delete(id);
      if (shown === id) {
        fill(found);
        const refused = side.querySelector("[role=alert]") && side.querySelector<HTMLFormElement>("form#medium");
        if (refused) refused.dataset.unsaved = "";
        (side.querySelector<HTMLElement>("[role=alert]") ?? side.querySelector<HTMLElement>(".undone button") ?? side.querySelector<HTMLElement>("h2 ~ a"))?.focus();
      }
      await again([id]);
    } catch {
      if (form.closest("[data-medium]")) form.dataset.unsaved = "";
      toast(t("library.js_failed"), undefined, true);
    }
  });
  side.addEventListener("made", () => {
    const id = shown;
    ahead.delete(id);
    if (unsavedIn(side) || side.contains(document.activeElement) || [...side.querySelectorAll<HTMLMediaElement>("video, audio")].some((m) => !m.paused)) return;
    void page(id).then((found) => { if (shown === id && !unsavedIn(side)) fill(found); }, () => undefined);
  });

  const asks = location.hash.slice(1);
  if (asks && wide.matches && tileOf(asks)) void show(asks);
}
