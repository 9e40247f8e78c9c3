// Keys that every screen knows, and the sheet that lists them. Never Ctrl with Alt: that types characters on many keyboards.
import { list } from "./list.ts";
import { openPalette } from "./palette.ts";
import { t } from "./words.ts";

let leader = 0; // until when a letter after g is a place to go

// typing reports whether keys belong to what has the focus.
export function typing(): boolean {
  const at = document.activeElement as HTMLElement | null;
  return !!at && (at.isContentEditable || /^(TEXTAREA|SELECT)$/.test(at.tagName) || (at instanceof HTMLInputElement && !/^(checkbox|radio|button|submit)$/.test(at.type)));
}

export function single(): boolean {
  return document.body.dataset.keys !== "off";
}

document.addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.isComposing || e.altKey) return;
  if ((e.metaKey || e.ctrlKey) && !e.shiftKey && e.key.toLowerCase() === "k") {
    e.preventDefault();
    openPalette();
    return;
  }
  if (e.metaKey || e.ctrlKey || typing() || document.querySelector("dialog[open]")) return;
  if (list()?.key(e)) {
    e.preventDefault();
    return;
  }
  if (!single()) return;
  if (Date.now() < leader) {
    leader = 0;
    const to = document.querySelector<HTMLAnchorElement>(`[data-go="${CSS.escape(e.key.toLowerCase())}"]`);
    if (to) {
      e.preventDefault();
      to.click();
      return;
    }
  }
  const search = document.querySelector<HTMLInputElement>("[data-search]");
  switch (e.key) {
    case "g":
      leader = Date.now() + 1_500;
      return;
    case "?":
      sheet();
      break;
    case "/":
      if (search) {
        search.closest("details")?.setAttribute("open", "");
        search.focus();
      } else openPalette();
      break;
    case "c":
      document.querySelector<HTMLFormElement>("[data-new]")?.requestSubmit();
      break;
    default:
      return;
  }
  e.preventDefault();
});

// rows of the sheet: keys, and what they do.
const everywhere = [["⌘/Ctrl K", "k_palette"], ["?", "k_sheet"], ["/", "k_search"], ["Esc", "k_escape"], ["c", "k_new"]];
const inList = [["j k ↑ ↓", "k_move"], ["Enter", "k_open"], ["Space", "k_preview"], ["x", "k_select"], ["Shift x", "k_range"], ["z", "k_undo"], ["e", "k_edit"], ["a", "k_assign"], ["s", "k_state"]];
const inLibrary = [["← → ↑ ↓ j k", "k_tiles"], ["Enter", "k_open"], ["Space", "k_side"], ["Esc", "k_close"], ["x", "k_select"], ["Shift x", "k_range"], ["z", "k_undo"]];
const inFront = [["Space", "k_lift"], ["↑ ↓", "k_move"], ["← →", "k_across"], ["Esc", "k_back"], ["z", "k_undo"]];

function sheet(): void {
  const d = document.createElement("dialog");
  d.className = "keys";
  d.setAttribute("aria-labelledby", "keys-title");
  const h = element("h2", t("palette.keys"));
  h.id = "keys-title";
  d.append(h, part(t("palette.keys_everywhere"), everywhere.map(([k, w]) => [k, t(`palette.${w}`)])));
  if (list()) d.append(part(t("palette.keys_list"), inList.map(([k, w]) => [k, t(`palette.${w}`)])));
  if (document.querySelector("[data-tiles]")) d.append(part(t("library.k_library"), inLibrary.map(([k, w]) => [k, t(`library.${w}`)])));
  if (document.querySelector("[data-front]")) d.append(part(t("fronts.k_front"), inFront.map(([k, w]) => [k, t(`fronts.${w}`)])));
  const go = [...document.querySelectorAll<HTMLAnchorElement>("[data-go]")].map((a) => [`g ${t("palette.then")} ${a.dataset.go}`, a.querySelector("span")?.textContent ?? ""]);
  if (go.length > 0) d.append(part(t("palette.keys_go"), go));
  const label = document.createElement("label");
  label.className = "choice";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = single();
  box.addEventListener("change", () => { document.body.dataset.keys = box.checked ? "on" : "off"; keepKeys(box.checked); });
  const words = element("span", t("palette.single"));
  words.append(element("span", ` ${t("palette.single_hint")}`, "hint"));
  label.append(box, words);
  const close = element("button", t("shell.close"), "button") as HTMLButtonElement;
  close.type = "button";
  close.addEventListener("click", () => d.close());
  d.append(label, close);
  d.addEventListener("close", () => d.remove());
  document.body.append(d);
  d.showModal();
}

// The choice of this browser's session stands beside the account's: the account's own screen keeps it for good.
function keepKeys(on: boolean): void {
  try {
    sessionStorage.setItem("keys", on ? "on" : "off");
  } catch { /* then this page alone knows */ }
}

try {
  const chosen = sessionStorage.getItem("keys");
  if (chosen) document.body.dataset.keys = chosen;
} catch { /* as the account says */ }

function part(title: string, rows: string[][]): HTMLElement {
  const s = document.createElement("section");
  const dl = document.createElement("dl");
  for (const [keys, words] of rows) {
    const dt = document.createElement("dt");
    dt.append(...keys.split(" ").flatMap((k) => [element(k === t("palette.then") ? "span" : "kbd", k), " "]));
    dl.append(dt, element("dd", words));
  }
  s.append(element("h3", title), dl);
  return s;
}

function element(name: string, text: string, kind = ""): HTMLElement {
  const e = document.createElement(name);
  e.textContent = text;
  if (kind) e.className = kind;
  return e;
}

const open = document.querySelector<HTMLElement>("[data-sheet]");
if (open) {
  open.hidden = false;
  open.querySelector("button")?.addEventListener("click", sheet);
}
