// Files on their way to the library: three at a time, each with its progress and, if it is refused, the reason. The
// server takes a file as the body of a request with its name in the address.
import { t } from "./words.ts";

// Brought is a medium as the server answers with it.
export interface Brought {
  id: string; kind: string; state?: string; alt?: string; caption?: string; credit?: string; width?: number; height?: number; duration?: number;
  renditions?: { url: string; type: string; width?: number }[]; poster?: { renditions?: { url: string; type: string; width?: number }[] };
  facts?: { title?: string; caption?: string; credit?: string };
  original?: { name?: string }; known?: boolean; alike?: { id: string; name: string }[];
}

const atOnce = 3;

// Refusal is an error whose text is for the person; final: the same file would be refused again.
export class Refusal extends Error {
  constructor(text: string, readonly final = false) { super(text); }
}

// send brings one file; progress is told a fraction from 0 to 1, 1 while the server reads what it has.
export function send(file: File, to: string, progress: (done: number) => void = () => undefined, on?: AbortSignal): Promise<Brought> {
  return new Promise((done, fail) => {
    const x = new XMLHttpRequest();
    x.open("POST", `${to}?name=${encodeURIComponent(file.name || "picture")}`);
    x.setRequestHeader("Accept", "application/json");
    x.setRequestHeader("Content-Type", "application/octet-stream");
    x.upload.addEventListener("progress", (e) => progress(e.lengthComputable && e.total > 0 ? e.loaded / e.total : 0));
    x.upload.addEventListener("load", () => progress(1));
    x.addEventListener("load", () => {
      let body: unknown;
      try {
        body = JSON.parse(x.responseText);
      } catch { /* then the status tells */ }
      if (x.status >= 200 && x.status < 300 && body) return done(body as Brought);
      fail(new Refusal((body as { detail?: string } | undefined)?.detail || t("upload.js_network"), x.status === 413 || x.status === 422));
    });
    x.addEventListener("error", () => fail(new Refusal(t("upload.js_network"))));
    x.addEventListener("abort", () => fail(new Refusal(t("upload.js_network"))));
    on?.addEventListener("abort", () => x.abort());
    x.send(file);
  });
}

// named gives a pasted picture, which browsers call image.png, a name of its own by the clock.
export function named(file: File): File {
  if (!/^image\.\w+$/i.test(file.name)) return file;
  const at = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  return new File([file], file.name.replace(/^image/i, at), { type: file.type });
}

interface Row { file: File; state: "waits" | "runs" | "done" | "refused"; credited: boolean; dom: HTMLLIElement; said: HTMLElement; bar: HTMLProgressElement; acts: HTMLElement }

// Uploads is the list of files that are being brought on a page.
export class Uploads {
  private rows: Row[] = [];
  private readonly list: HTMLElement;
  private readonly said: HTMLElement;
  constructor(private readonly room: HTMLElement, private readonly to: string, private readonly came: (m: Brought) => void) {
    this.list = room.querySelector("ul")!;
    this.said = room.querySelector("[data-uploads-said]")!;
    addEventListener("beforeunload", (e) => { if (this.rows.some((r) => r.state === "waits" || r.state === "runs")) e.preventDefault(); });
  }

  add(files: Iterable<File>): void {
    if (!this.rows.some((r) => r.state === "waits" || r.state === "runs")) { // a new round: what went well before is gone from the list
      for (const r of this.rows) if (r.state === "done") r.dom.remove();
      this.rows = this.rows.filter((r) => r.state !== "done");
    }
    for (const f of files) this.rows.push(this.row(named(f)));
    this.next();
  }

  private row(file: File): Row {
    const dom = document.createElement("li"), name = document.createElement("span"), said = document.createElement("span"), bar = document.createElement("progress"), acts = document.createElement("span");
    name.className = "name";
    name.textContent = file.name;
    said.className = "said";
    said.textContent = t("upload.js_waiting");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    dom.append(name, bar, said, acts);
    this.list.append(dom);
    return { file, state: "waits", credited: true, dom, said, bar, acts };
  }

  private next(): void {
    for (const r of this.rows.filter((r) => r.state === "waits").slice(0, Math.max(0, atOnce - this.rows.filter((r) => r.state === "runs").length))) void this.run(r);
    this.tell();
  }

  private async run(r: Row): Promise<void> {
    r.state = "runs";
    r.acts.replaceChildren();
    r.dom.className = "";
    r.bar.hidden = false;
    try {
      const m = await send(r.file, this.to, (part) => {
        r.bar.value = part;
        r.said.textContent = part < 1 ? t("upload.js_percent", Math.floor(part * 100)) : t("upload.js_reading");
      });
      r.state = "done";
      r.credited = Boolean(m.credit || m.facts?.credit);
      r.said.textContent = t(m.known ? "upload.js_known" : "upload.js_done");
      if (this.to === "/newsroom/library") this.lead(r, m);
      this.came(m);
    } catch (err) {
      r.state = "refused";
      r.dom.className = "refused";
      r.said.textContent = err instanceof Refusal ? err.message : t("upload.js_network");
      if (!(err instanceof Refusal && err.final)) r.acts.append(this.button(t("upload.js_retry"), t("upload.js_retry_of", r.file.name), () => { r.state = "waits"; this.next(); }));
      r.acts.append(this.button("×", t("upload.js_away", r.file.name), () => { this.rows = this.rows.filter((o) => o !== r); r.dom.remove(); this.tell(); }));
    }
    r.bar.hidden = true;
    this.next();
  }

  // lead makes ways to what was brought, and to the first that looks the same.
  private lead(r: Row, m: Brought): void {
    const to = (id: string, text: string) => Object.assign(document.createElement("a"), { href: `${this.to}/${id}`, textContent: text });
    r.dom.querySelector(".name")?.replaceChildren(to(m.id, r.file.name));
    const like = m.alike?.[0];
    if (like) r.said.append(" · ", to(like.id, t("upload.js_alike", like.name)));
  }

  private button(text: string, label: string, run: () => void): HTMLButtonElement {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "button";
    b.textContent = text;
    b.setAttribute("aria-label", label);
    b.addEventListener("click", run);
    return b;
  }

  // tell says how it stands: "4 of 12 done. 2 need a credit."
  private tell(): void {
    const count = (ok: (r: Row) => boolean) => this.rows.filter(ok).length;
    const refused = count((r) => r.state === "refused"), bare = count((r) => r.state === "done" && !r.credited);
    this.room.hidden = this.rows.length === 0;
    const text = [t("upload.js_state", count((r) => r.state === "done"), this.rows.length), refused ? t("upload.js_refused", refused) : "", bare ? t("upload.js_credit", bare) : ""].filter(Boolean).join(" ");
    if (this.said.textContent !== text) this.said.textContent = text;
  }
}
