// The page of one medium: the focal point on the picture with the crops that follow it, names as chips, leases one after
// another, and a word about what is not saved. The page works without it.
import { dress, fetchPart } from "./library.ts";
import { t } from "./words.ts";

const clamp = (n: number) => Math.min(100, Math.max(0, Math.round(n * 10) / 10));

start(document);
addEventListener("beforeunload", (e) => { if (unsavedIn(document)) e.preventDefault(); });

// unsavedIn reports whether a form of a medium on a page, or in a part of it, has what is not saved.
export const unsavedIn = (part: ParentNode) => part.querySelector("[data-medium] form[data-unsaved]") !== null;

// start makes a medium's page work, or that part of another page which shows one.
export function start(part: ParentNode): void {
  const page = part.querySelector<HTMLElement>("[data-medium]"), form = part.querySelector<HTMLFormElement>("form#medium");
  if (!page || !form) return;
  dress(part);
  const stage = page.querySelector<HTMLElement>("[data-stage]"), x = page.querySelector<HTMLInputElement>("#focus_x"), y = page.querySelector<HTMLInputElement>("#focus_y");
  if (stage && x && y) focal(stage, page.querySelector<HTMLElement>("[data-crops]")!, x, y);
  for (const f of form.querySelectorAll<HTMLTextAreaElement>("textarea[data-names]")) if (!f.readOnly) names(f);
  const list = form.querySelector<HTMLElement>("[data-leases]");
  if (list) leases(list);
  unsaved(page, form);
  const waiting = part.querySelector<HTMLElement>("[data-making]");
  if (waiting) made(waiting, part);
}

function focal(stage: HTMLElement, box: HTMLElement, x: HTMLInputElement, y: HTMLInputElement): void {
  const img = stage.querySelector("img");
  if (!img) return;
  const handle = document.createElement("button");
  handle.type = "button";
  handle.className = "focal";
  box.hidden = false;
  const crops = [...box.querySelectorAll<HTMLElement>("[data-ratio]")];
  const value = (f: HTMLInputElement) => { const n = Number(f.value.replace(",", ".")); return Number.isFinite(n) && f.value.trim() !== "" ? clamp(n) : 50; };
  const draw = () => {
    const px = value(x), py = value(y);
    handle.style.left = `${px}%`;
    handle.style.top = `${py}%`;
    handle.setAttribute("aria-label", t("library.js_handle", px, py));
    for (const c of crops) place(c, px, py, img);
  };
  const put = (px: number, py: number) => {
    x.value = String(clamp(px));
    y.value = String(clamp(py));
    x.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const from = (e: PointerEvent) => {
    const r = img.getBoundingClientRect();
    put((e.clientX - r.left) / r.width * 100, (e.clientY - r.top) / r.height * 100);
  };
  stage.addEventListener("pointerdown", (e) => {
    if (e.button !== 0) return;
    e.preventDefault();
    handle.focus();
    stage.setPointerCapture(e.pointerId);
    from(e);
  });
  stage.addEventListener("pointermove", (e) => { if (stage.hasPointerCapture(e.pointerId)) from(e); });
  handle.addEventListener("keydown", (e) => {
    const by = e.shiftKey ? 10 : 1;
    const step = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[e.key];
    if (!step || e.altKey || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    e.stopPropagation();
    put(value(x) + step[0]!, value(y) + step[1]!);
  });
  x.addEventListener("input", draw);
  y.addEventListener("input", draw);
  stage.classList.add("live");
  stage.querySelector("picture")!.append(handle);
  if (img.complete) draw();
  else img.addEventListener("load", draw);
  draw();
}

// place shows the part of a picture that a crop of some ratio keeps: as much as fits, with the focal point as near to its
// middle as the picture's edges allow. That is how the server cuts.
function place(crop: HTMLElement, px: number, py: number, picture: HTMLImageElement): void {
  const img = crop.querySelector("img")!, [a, b] = crop.dataset.ratio!.split(":").map(Number), ratio = a! / b!;
  const w = picture.naturalWidth || Number(picture.getAttribute("width")), h = picture.naturalHeight || Number(picture.getAttribute("height"));
  if (!w || !h) return;
  const cw = Math.min(w, h * ratio), ch = Math.min(h, w / ratio);
  const along = (size: number, part: number, at: number) => (size - part < .5 ? 50 : Math.min(1, Math.max(0, (at / 100 * size - part / 2) / (size - part))) * 100);
  img.style.objectPosition = `${along(w, cw, px).toFixed(2)}% ${along(h, ch, py).toFixed(2)}%`;
}

// names shows a field of one name a line as chips.
function names(field: HTMLTextAreaElement): void {
  const label = field.labels?.[0], input = document.createElement("input"), list = document.createElement("ul");
  input.className = "input";
  input.id = `${field.id}-name`;
  input.autocomplete = "off";
  const hint = field.parentElement!.querySelector<HTMLElement>("[data-lines-hint]");
  if (hint) {
    hint.textContent = t("library.js_lines");
    input.setAttribute("aria-describedby", hint.id);
  }
  list.className = "tokens";
  list.setAttribute("aria-label", label?.textContent ?? field.name);
  const all = () => field.value.split("\n").map((s) => s.trim()).filter(Boolean);
  const draw = () => list.replaceChildren(...all().map((name, i) => {
    const li = document.createElement("li"), b = document.createElement("button");
    li.className = "chip";
    b.type = "button";
    b.className = "plain";
    b.textContent = "×";
    b.setAttribute("aria-label", t("library.chip_remove", name));
    b.addEventListener("click", () => { put(all().toSpliced(i, 1)); input.focus(); });
    li.append(name, " ", b);
    return li;
  }));
  const put = (to: string[]) => {
    field.value = to.join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    draw();
  };
  const add = () => {
    const v = input.value.trim();
    input.value = "";
    if (v && !all().includes(v)) put([...all(), v]);
  };
  input.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    if (e.key === "Enter" && input.value.trim()) { e.preventDefault(); add(); }
    else if (e.key === "Backspace" && !input.value && all().length) put(all().slice(0, -1));
  });
  input.addEventListener("blur", add);
  field.form?.addEventListener("submit", add, true);
  if (label) label.htmlFor = input.id;
  field.hidden = true;
  field.after(list, input);
  draw();
}

// leases keeps the empty row for whoever wants another, behind a button, and gives every other one a way out.
function leases(list: HTMLElement): void {
  const empty = list.lastElementChild as HTMLElement | null;
  if (!empty || empty.querySelector("select")?.disabled) return;
  const fresh = empty.cloneNode(true) as HTMLElement;
  empty.remove();
  const out = (row: HTMLElement) => {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "button";
    b.textContent = "×";
    b.setAttribute("aria-label", t("library.js_lease_remove", [...list.children].indexOf(row) + 1));
    b.addEventListener("click", () => {
      row.remove();
      list.dispatchEvent(new Event("input", { bubbles: true }));
      more.focus();
    });
    row.append(b);
  };
  for (const row of list.querySelectorAll<HTMLElement>("li")) out(row);
  const more = document.createElement("button");
  more.type = "button";
  more.className = "button";
  more.textContent = t("library.js_lease_add");
  more.addEventListener("click", () => {
    const row = fresh.cloneNode(true) as HTMLElement, kind = row.querySelector("select")!;
    kind.value = "allow";
    list.append(row);
    out(row);
    list.dispatchEvent(new Event("input", { bubbles: true }));
    kind.focus();
  });
  // A form without a lease says so too: without the field, leases would stay as they are.
  const none = document.createElement("input");
  none.type = "hidden";
  none.name = "lease_kind";
  list.after(none, more);
}

function unsaved(page: HTMLElement, form: HTMLFormElement): void {
  const said = form.querySelector("[data-said]");
  page.addEventListener("input", (e) => { // a film has forms of its own, which are sent alone
    const field = e.target as HTMLElement, of = (field as HTMLInputElement).form ?? field.closest("form");
    if (field.id?.endsWith("-name") || !of) return;
    of.dataset.unsaved = "";
    if (of === form && said && !said.textContent) said.textContent = t("library.js_unsaved");
  });
  page.addEventListener("submit", (e) => { delete (e.target as HTMLFormElement).dataset.unsaved; });
}

// made looks until the sizes are there, shows how far the work on a film is, and says when it is done: a status is read out
// once. Where nobody is in the middle of something the medium is then shown as it is now.
function made(at: HTMLElement, part: ParentNode, pause = 1_000): void {
  setTimeout(async () => {
    if (!at.isConnected) return;
    try {
      const tile = document.hidden ? null : (await fetchPart(`/newsroom/library/tiles?ids=${at.dataset.making}`)).querySelector<HTMLElement>("[data-tile]");
      if (tile && tile.dataset.state !== "making") {
        const failed = tile.dataset.state === "failed", name = tile.querySelector(".name")?.textContent ?? "";
        at.textContent = failed ? t("library.js_made_failed", name) : t("library.js_made");
        part.querySelector<HTMLElement>("[data-work]")?.remove();
        at.dispatchEvent(new Event("made", { bubbles: true }));
        return;
      }
      const work = part.querySelector<HTMLElement>("[data-work]");
      if (work && tile?.dataset.work) {
        work.hidden = false;
        work.querySelector("progress")!.value = Number(tile.dataset.work);
        work.querySelector(".num")!.textContent = tile.dataset.percent ?? "";
      }
    } catch { /* it asks again */ }
    made(at, part, Math.min(5_000, pause * 1.5));
  }, pause);
}
