// The page of one story, beside its text: panels as tabs, the checks as the last save found them, keys that lead to the
// story's other screens.
import { t } from "./words.ts";

interface Issue { code: string; level: "must" | "consider"; text: string; where: string; block: number }

const form = document.querySelector<HTMLFormElement>("form#story");

if (form) {
  tabs();
  addEventListener("load", follow); // the editor is there by then
  addEventListener("hashchange", follow);
  const base = `/newsroom/stories/${form.dataset.id}`;
  document.addEventListener("story:saved", (e) => {
    const found = (e as CustomEvent<{ checks?: Issue[] }>).detail?.checks;
    if (found) checks(found);
  });
  document.addEventListener("story:publish", () => document.querySelector<HTMLAnchorElement>("[data-publish]")?.click());
  document.addEventListener("story:command", (e) => {
    const to: Record<string, string> = { p: "/preview", v: "/versions", c: "/correct" };
    const key = (e as CustomEvent<string>).detail;
    if (key === "n") document.getElementById("note-text")?.focus();
    else if (to[key]) location.assign(base + to[key]);
    else document.querySelectorAll<HTMLButtonElement>("[role=tab]")[Number(key) - 1]?.click();
  });
}

// tabs shows one panel at a time; the headings of the panels are their names.
function tabs(): void {
  const room = document.getElementById("panels");
  const panels = [...(room?.querySelectorAll<HTMLElement>(":scope > section.panel") ?? [])];
  if (!room || panels.length === 0) return;
  const list = document.createElement("div");
  list.className = "tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", room.getAttribute("aria-label") ?? "");
  const buttons = panels.map((panel, i) => {
    const b = document.createElement("button");
    b.type = "button";
    b.id = `tab-${i}`;
    b.setAttribute("role", "tab");
    b.setAttribute("aria-controls", panel.id);
    b.textContent = panel.querySelector("h2")?.textContent ?? "";
    panel.querySelector("h2")?.classList.add("vh");
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", b.id);
    b.addEventListener("click", () => show(i));
    list.append(b);
    return b;
  });
  const show = (at: number) => {
    panels.forEach((panel, i) => {
      panel.hidden = i !== at;
      buttons[i].setAttribute("aria-selected", String(i === at));
      buttons[i].tabIndex = i === at ? 0 : -1;
    });
  };
  list.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    const at = (buttons.indexOf(document.activeElement as HTMLButtonElement) + step + buttons.length) % buttons.length;
    show(at);
    buttons[at].focus();
  });
  room.prepend(list);
  const wrong = panels.findIndex((p) => p.querySelector("[aria-invalid=true]") || (location.hash && p.querySelector(location.hash)));
  show(Math.max(wrong, 0));
}

// follow leads to what the address names after #: a block of the text, or a field, whose panel is opened.
function follow(): void {
  const block = /^#block-(\d+)$/.exec(location.hash);
  if (block) document.dispatchEvent(new CustomEvent("story:goto", { detail: { block: Number(block[1]) } }));
  const field = block ? null : document.getElementById(location.hash.slice(1));
  if (field) reach(field);
}

function reach(field: HTMLElement): void {
  const panel = field.closest<HTMLElement>("[role=tabpanel]");
  if (panel?.hidden) document.getElementById(panel.getAttribute("aria-labelledby") ?? "")?.click();
  field.focus();
}

// checks writes what the checks found. An issue that stands in the text leads there.
function checks(found: Issue[]): void {
  const room = document.getElementById("checks");
  if (!room) return;
  if (found.length === 0) {
    const p = document.createElement("p");
    p.textContent = t("story.all_clear");
    room.replaceChildren(p);
    return;
  }
  const list = document.createElement("ul");
  list.className = "issues";
  for (const issue of found) {
    const item = document.createElement("li");
    item.className = issue.level;
    const word = document.createElement("span");
    word.className = "icon-word";
    word.textContent = (issue.level === "must" ? "▲ " : "● ") + t("story." + issue.level);
    item.append(word, " ", way(issue));
    list.append(item);
  }
  room.replaceChildren(list);
}

function way(issue: Issue): HTMLElement {
  const field = issue.where && form?.querySelector<HTMLElement>(`[name="${CSS.escape(issue.where)}"]`);
  if (issue.block < 0 && !field) {
    const span = document.createElement("span");
    span.textContent = issue.text;
    return span;
  }
  const b = document.createElement("button");
  b.type = "button";
  b.className = "plain";
  b.textContent = issue.text;
  b.addEventListener("click", () => {
    if (issue.block >= 0) document.dispatchEvent(new CustomEvent("story:goto", { detail: { block: issue.block } }));
    else if (field) reach(field);
  });
  return b;
}
