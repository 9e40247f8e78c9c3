// The screens beside the board, shown over it: the same forms as their own pages have.
import { base, look, settle, tell } from "./board.ts";
import { fit } from "./frame.ts";
import { toast } from "../newsroom/toast.ts";
import { t } from "../newsroom/words.ts";

let dialog: HTMLDialogElement | undefined;
let opener = ""; // what the focus returns to

const header = { "X-Fragment": "1", Accept: "application/json" };

async function open(url: string, from: HTMLElement): Promise<void> {
  if (!dialog) opener = from.id;
  try {
    const res = await fetch(url, { headers: header });
    if (!res.ok || res.redirected) {
      if (res.headers.get("Content-Type")?.startsWith("application/json")) {
        toast(((await res.json()) as { detail?: string }).detail || t("fronts.js_failed"), undefined, true);
        void look(true);
      } else location.assign(url);
      return;
    }
    show(await res.text());
  } catch {
    toast(t("fronts.js_failed"), undefined, true);
  }
}

function show(html: string): void {
  const d = dialog ?? document.createElement("dialog");
  d.className = "front-dialog";
  d.innerHTML = html;
  d.querySelector(".crumbs")?.remove();
  const h1 = d.querySelector("h1");
  if (h1) { // the page has one
    const h2 = document.createElement("h2");
    h2.id = "front-dialog-title";
    h2.append(...h1.childNodes);
    h1.replaceWith(h2);
    d.setAttribute("aria-labelledby", h2.id);
  }
  d.classList.toggle("wide", d.querySelector(".before-after, .pictures") !== null);
  if (!dialog) {
    dialog = d;
    d.addEventListener("close", () => {
      d.remove();
      dialog = undefined;
      document.getElementById(opener)?.focus();
    });
    document.body.append(d);
    d.showModal();
  }
  fit(d);
  card(d);
  zones(d);
  (d.querySelector<HTMLElement>("#fault") ?? d.querySelector<HTMLElement>("input:not([type=hidden]):not([type=radio]), select, textarea, button"))?.focus();
}

async function submit(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const body = new URLSearchParams();
  for (const [k, v] of new FormData(form, submitter)) body.append(k, String(v));
  try {
    const res = await fetch(form.action.split("?")[0] + location.search, { method: "POST", body, headers: header });
    const text = await res.text();
    if (text.includes("data-front=")) {
      dialog?.close();
      settle(text);
      tell(text);
    } else if (res.headers.get("Content-Type")?.startsWith("application/json")) {
      dialog?.close();
      toast((JSON.parse(text) as { detail?: string }).detail || t("fronts.js_failed"), undefined, true);
      await look(true);
    } else show(text);
  } catch {
    toast(t("fronts.js_failed"), undefined, true);
  }
}

// card shows what is typed as it will look.
function card(d: HTMLElement): void {
  const image = d.querySelector<HTMLImageElement>("[data-shown-picture]");
  if (!image) return;
  const mirror = (id: string, to: string) => {
    const field = d.querySelector<HTMLInputElement>(id)!;
    const shown = d.querySelector(to)!;
    const write = () => { shown.textContent = field.value.trim() || field.dataset.own || ""; };
    field.addEventListener("input", write);
    write();
  };
  mirror("#card-headline", "[data-shown-headline]");
  mirror("#card-kicker", "[data-shown-kicker]");
  d.addEventListener("change", (e) => {
    const radio = e.target as HTMLInputElement;
    if (radio.name !== "picture") return;
    image.hidden = !radio.dataset.src;
    if (radio.dataset.src) image.src = radio.dataset.src;
  });
  d.querySelector("#card-q")?.addEventListener("keydown", (e) => {
    if ((e as KeyboardEvent).key !== "Enter") return;
    e.preventDefault();
    d.querySelector<HTMLButtonElement>("[data-find]")?.click();
  });
}

// zones tells a chosen moment in both zones; the field is in the newsroom's.
function zones(d: HTMLElement): void {
  const field = d.querySelector<HTMLInputElement>("#launch-at[data-there]");
  const both = d.querySelector("[data-both]");
  if (!field || !both) return;
  field.addEventListener("input", () => {
    const at = inZone(field.value, field.dataset.zone!);
    if (!at) {
      both.textContent = "";
      return;
    }
    const write = (zone: string) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(at) + ` ${zone.split("/").pop()!.replaceAll("_", " ")}`;
    both.textContent = `${write(field.dataset.zone!)} = ${write(field.dataset.there!)}`;
  });
}

// inZone is the moment at which clocks of a zone show a local time.
function inZone(local: string, zone: string): Date | undefined {
  const utc = Date.parse(`${local}Z`);
  if (Number.isNaN(utc)) return undefined;
  const offset = (at: number) => {
    const p = Object.fromEntries(new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }).formatToParts(at).map((x) => [x.type, x.value]));
    return Date.parse(`${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}:${p.second}Z`) - at;
  };
  const first = utc - offset(utc);
  return new Date(utc - offset(first));
}

export function begin(): void {
  document.addEventListener("click", (e) => {
    const a = (e.target as Element).closest<HTMLAnchorElement>("a[data-dialog], a[data-close]");
    if (!a || e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0 || !a.pathname.startsWith(base)) return;
    e.preventDefault();
    if (a.matches("[data-close]")) dialog?.close();
    else void open(a.href, a);
  });
  document.addEventListener("submit", (e) => {
    const form = e.target as HTMLFormElement;
    if (!dialog?.contains(form)) return;
    e.preventDefault();
    void submit(form, (e as SubmitEvent).submitter);
  });
}
