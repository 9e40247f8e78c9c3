// The frame: navigation that folds, the look, menus that close.
import { t } from "./words.ts";

const year = 31_536_000;

function keep(name: string, value: string): void {
  document.cookie = `${name}=${value}; path=/newsroom; max-age=${value ? year : 0}; samesite=lax`;
}

const fold = document.querySelector<HTMLButtonElement>("[data-fold]");
if (fold) {
  const show = () => {
    const slim = document.body.classList.contains("slim");
    fold.setAttribute("aria-expanded", String(!slim));
    const words = t(slim ? "shell.nav_wide" : "shell.nav_narrow");
    fold.title = words;
    fold.querySelector("span")!.textContent = words;
  };
  fold.hidden = false;
  show();
  fold.addEventListener("click", () => {
    keep("nav", document.body.classList.toggle("slim") ? "slim" : "");
    show();
  });
}

const more = document.querySelector<HTMLButtonElement>("[data-more]");
if (more) {
  more.hidden = false;
  document.body.classList.add("thumbs");
  more.addEventListener("click", () => {
    more.setAttribute("aria-expanded", String(document.body.classList.toggle("more")));
  });
}

const look = document.querySelector<HTMLFieldSetElement>("[data-look]");
if (look) {
  look.hidden = false;
  look.addEventListener("change", (e) => {
    const value = (e.target as HTMLInputElement).value;
    keep("look", value);
    if (value) document.documentElement.dataset.theme = value;
    else delete document.documentElement.dataset.theme;
  });
}

// Open menus close when a person goes elsewhere.
document.addEventListener("click", (e) => {
  for (const m of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) if (!m.contains(e.target as Node)) m.open = false;
});
document.addEventListener("keydown", (e) => {
  const open = document.querySelector<HTMLDetailsElement>("details.menu[open]");
  if (e.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary")?.focus();
  e.preventDefault();
});

if (/Mac|iP/.test(navigator.platform)) for (const k of document.querySelectorAll("[data-mod]")) k.textContent = "⌘K";
