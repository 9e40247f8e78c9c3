// Saving: first on this computer, then on the server, one request at a time. The page always says how that stands.
import { lang, t } from "../newsroom/words.ts";
import { same, type Text } from "./compare.ts";
import { dialog } from "./dialogs.ts";
import { button, el } from "./dom.ts";
import type { Copy, Guard } from "./fields.ts";
import { drop, keep, kept } from "./local.ts";

export interface Holder { account: string; name: string; tab: string }
export interface Check { code: string; level: "must" | "consider"; text: string; where: string; block: number }
export interface Saved { version: number; saved: string; words: number; state?: string; checks: Check[] }

export interface Wiring {
  id: string; url: string; tab: string; zone: string;
  read: () => Text; // what the page shows now
  write: (t: Text) => void; // shows another text
  compare: (base: Text, mine: Text, theirs: Text, who: string) => Promise<Text | null>;
  lost: (h: Holder | null) => void; // somebody else may write now
}

const onDisk = 200, pause = 2000, atMost = 10_000, again = 10_000, keepaliveLimit = 60_000;

// Saver keeps a story's text. version and base are what the server has acknowledged.
export class Saver {
  paused = true; // nothing is sent: somebody else writes, or the page is not ready
  private typed = 0; // counts changes
  private acked = 0; // the change that the server has
  private since = 0; // when the first change came that it has not
  private flying: Promise<boolean> | null = null;
  private sent: Text | null = null; // what was sent without an answer: the server may have it
  private disk: Promise<unknown> = Promise.resolve();
  private diskWorks = true;
  private diskTimer = 0;
  private timer = 0;
  private ticker = 0;
  private comparing = false;
  private readonly line: HTMLElement;
  private readonly acts = el("span", { class: "save-acts" });
  private readonly alarm = el("p", { class: "vh", role: "alert" });

  constructor(private readonly w: Wiring, public version: number, private base: Text) {
    this.line = document.getElementById("save-state") ?? document.body.appendChild(el("p", { id: "save-state" }));
    this.line.setAttribute("aria-live", "off"); // each save read out would be noise; errors have the alarm
    this.line.after(this.acts, this.alarm);
    addEventListener("online", () => { if (this.dirty) void this.save(true); });
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => { if (document.hidden && this.dirty) void this.save(true); });
    addEventListener("beforeunload", (e) => { if (this.dirty && !this.diskWorks) e.preventDefault(); });
  }

  get dirty(): boolean { return this.typed > this.acked; }

  // changed is told of every change that a person makes.
  changed(): void {
    this.typed++;
    this.since ||= Date.now();
    this.diskTimer ||= window.setTimeout(() => this.keepNow(), onDisk);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(true), Math.max(0, Math.min(pause, this.since + atMost - Date.now())));
    document.dispatchEvent(new CustomEvent("story:changed"));
  }

  private keepNow(): void {
    clearTimeout(this.diskTimer);
    this.diskTimer = 0;
    if (!this.dirty) return;
    const mine = this.w.read(), { version, base, sent } = this;
    this.disk = this.disk.then(() => (this.dirty ? keep({ story: this.w.id, version, base, sent, mine, at: Date.now() }) : undefined))
      .then(() => { this.diskWorks = true; }, () => { this.diskWorks = false; });
  }

  private forget(): void {
    this.disk = this.disk.then(() => (this.dirty ? undefined : drop(this.w.id))).catch(() => undefined);
  }

  // adopt takes a text as what the server has; the page shows it.
  adopt(version: number, text: Text): void {
    this.version = version;
    this.base = text;
    this.acked = this.typed;
    this.since = 0;
    this.w.write(text);
    this.publishVersion();
  }

  // restore brings back what this computer kept and the server never had. true: something came back.
  async restore(): Promise<boolean> {
    const k = await kept(this.w.id).catch(() => undefined);
    if (!k) return false;
    // What holds a story back has no version of its own: what nobody touched here stays as the server has it.
    const mine: Text = alike(k.mine, k.base) ? { ...k.mine, guard: this.base.guard } : k.mine;
    if (same(mine, this.base)) { await drop(this.w.id).catch(() => undefined); return false; }
    if (k.version === this.version && (alike(k.base, this.base) || alike(mine, this.base))) {
      this.w.write(mine);
      this.changed();
      void this.save(true);
      return true;
    }
    this.w.write(mine);
    this.typed++;
    this.sent = k.sent;
    await this.settle(this.typed, k.base, mine, this.base, this.version, t("editor.the_server"));
    return true;
  }

  // save sends the text if it changed and returns whether the server has all of it.
  async save(auto: boolean): Promise<boolean> {
    clearTimeout(this.timer);
    if (this.flying) { await this.flying; return this.dirty ? this.save(auto) : true; }
    if (!this.dirty && auto) return true;
    if (this.paused || this.comparing) return !this.dirty;
    this.flying = this.send(auto);
    const ok = await this.flying;
    this.flying = null;
    if (ok && this.dirty) this.timer = window.setTimeout(() => void this.save(true), pause);
    return ok && !this.dirty;
  }

  private async send(auto: boolean): Promise<boolean> {
    const seq = this.typed, text = this.w.read(), before = this.sent;
    this.sent = text;
    this.keepNow();
    this.show("saving", t("editor.saving"));
    let r: Response, body: Record<string, unknown>;
    try {
      r = await fetch(`${this.w.url}/save`, this.request(text, auto, { signal: AbortSignal.timeout(30_000) }));
      // A failure may come from a machine in between, in its own words; an answer that breaks off is no answer.
      body = (await (r.status === 200 || r.status === 409 ? r.json() : r.json().catch(() => ({})))) as Record<string, unknown>;
    } catch {
      await this.disk;
      this.retry(this.diskWorks ? "offline" : "failed");
      return false;
    }
    switch (r.status) {
      case 200: return this.done(seq, text, body as unknown as Saved);
      case 409: {
        const theirs: Text = { copy: body.copy as Copy, guard: (body.guard as Guard | undefined) ?? text.guard };
        this.sent = before; // this one was refused
        return this.settle(seq, this.base, text, theirs, body.version as number, String(body.who ?? ""));
      }
      case 423:
        this.paused = true;
        this.trouble(t("editor.held_by", (body.holder as Holder | null)?.name ?? ""));
        this.w.lost((body.holder as Holder | null) ?? null);
        return false;
      case 401: case 403: case 404: case 410: case 413: case 422: {
        const why = r.status === 401 ? t("editor.signed_out") : String(body.detail ?? body.title ?? t("editor.refused"));
        this.trouble(t("editor.not_saved", why), r.status === 401);
        return false;
      }
    }
    this.retry("failed");
    return false;
  }

  private request(text: Text, auto: boolean, more: RequestInit): RequestInit {
    return { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ version: this.version, tab: this.w.tab, ...text, was: this.base.guard, auto }), ...more };
  }

  private done(seq: number, text: Text, s: Saved, tell = true): boolean {
    this.version = s.version;
    this.base = text;
    this.sent = null;
    this.acked = Math.max(this.acked, seq);
    this.since = this.dirty ? Date.now() : 0;
    if (this.dirty) this.keepNow();
    else this.forget();
    this.show("saved", t("editor.saved", clock(s.saved, this.w.zone)));
    this.publishVersion();
    if (tell) document.dispatchEvent(new CustomEvent("story:saved", { detail: s }));
    return true;
  }

  // publishVersion keeps the page's other forms up to date: they say which version they act on.
  private publishVersion(): void {
    for (const i of document.querySelectorAll<HTMLInputElement>("input[type=hidden][name=version]")) i.value = String(this.version);
  }

  // settle brings two texts together. What nobody else changed needs no question.
  private async settle(seq: number, base: Text, mine: Text, theirs: Text, version: number, who: string): Promise<boolean> {
    if (same(mine, theirs)) return this.done(seq, theirs, { version, saved: new Date().toISOString(), words: 0, checks: [] }, false);
    if (same(base, theirs) || (this.sent && same(this.sent, theirs))) {
      this.sent = null;
      this.version = version;
      this.base = theirs;
      this.publishVersion();
      queueMicrotask(() => this.changed());
      return true;
    }
    this.comparing = true;
    this.trouble(t("editor.conflict", who), false, () => void this.decide(base, theirs, version, who));
    this.keepNow();
    void this.decide(base, theirs, version, who);
    return false;
  }

  private async decide(base: Text, theirs: Text, version: number, who: string): Promise<void> {
    if (document.querySelector("dialog.compare[open]")) return;
    const chosen = await this.w.compare(base, this.w.read(), theirs, who);
    if (!chosen) return;
    this.comparing = false;
    this.version = version;
    this.base = theirs;
    this.w.write(chosen);
    this.changed();
    await this.save(false);
  }

  private retry(kind: "offline" | "failed"): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(true), again);
    if (kind === "offline") { this.show("offline", t("editor.offline")); return; }
    const until = Date.now() + again;
    this.trouble(t("editor.retrying", again / 1000));
    this.ticker = window.setInterval(() => { this.line.textContent = t("editor.retrying", Math.max(1, Math.round((until - Date.now()) / 1000))); }, 1000);
  }

  private trouble(text: string, signIn = false, compare?: () => void): void {
    this.show("failed", text);
    this.alarm.textContent = text;
    this.acts.append(button(t("editor.copy_all"), () => void this.copyAll()));
    if (compare) this.acts.append(button(t("editor.compare"), compare));
    else if (!this.paused) this.acts.append(button(t("editor.try_now"), () => void this.save(false)));
    if (signIn) this.acts.append(el("a", { class: "button", href: "/newsroom/sign-in", target: "_blank" }, t("editor.sign_in")));
  }

  private show(state: string, text: string): void {
    clearInterval(this.ticker);
    this.line.dataset.state = state;
    this.line.textContent = text;
    this.alarm.textContent = "";
    this.acts.replaceChildren();
  }

  // copyAll puts the whole text on the clipboard, whatever the network does.
  async copyAll(): Promise<void> {
    const { copy } = this.w.read();
    const text = [copy.headline, copy.standfirst, (document.querySelector<HTMLElement>("#editor .ProseMirror")?.innerText ?? "")].filter(Boolean).join("\n\n");
    try {
      await navigator.clipboard.writeText(text);
      this.alarm.textContent = t("editor.copied");
    } catch {
      const area = el("textarea", { class: "input", readonly: "", rows: "12", "aria-label": t("editor.copy_all") });
      area.value = text;
      const d = dialog(t("editor.copy_all"), el("p", {}, t("editor.copy_by_hand")), area, el("div", { class: "actions" }, button(t("editor.close"), () => d.close())));
      area.select();
    }
  }

  // flush is the last chance: the page goes away. The copy on disk stays until a save is acknowledged.
  private flush(): void {
    if (!this.dirty || this.paused || this.comparing) return;
    this.keepNow();
    if (this.flying) return; // two at once would contradict each other
    const request = this.request(this.w.read(), true, { keepalive: true });
    if (new Blob([request.body as string]).size < keepaliveLimit) void fetch(`${this.w.url}/save`, request).catch(() => undefined);
  }
}

// alike reports whether the same holds two texts back.
const alike = (a: Text, b: Text): boolean => same(a, { copy: a.copy, guard: b.guard });

// clock shows a moment as the newsroom's clocks do.
export function clock(at: string, zone: string): string {
  return new Intl.DateTimeFormat(lang === "fr" ? "fr-CA" : "en-CA", { timeStyle: "medium", timeZone: zone }).format(new Date(at)).replace(/[\u202f\u00a0]/g, " ");
}
