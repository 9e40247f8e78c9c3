// Who may write: one tab of one person at a time. Others read, watch, ask, or take over.
import { t } from "../newsroom/words.ts";
import { button, el } from "./dom.ts";
import type { Holder } from "./save.ts";

interface Answer { mine: boolean; holder: Holder | null; wanted: (Holder & { take?: boolean }) | null; version: number }
type Act = "open" | "beat" | "close" | "ask" | "take" | "give";

export interface Sides {
  mine: (version: number) => Promise<void>; // this tab may write now; version is the server's, 0 unknown
  theirs: () => void; // it may not
  flush: () => Promise<boolean>; // saves all of the text
  newer: (version: number) => Promise<void>; // while watching: the server has a newer text
}

const beatEvery = 10_000, watchEvery = 3000, takeEvery = 2000, stealAfter = 12_000;

// Hold is this tab's part in that. The browser's lock keeps its own tabs apart, the server keeps people apart.
export class Hold {
  private isMine = false;
  private locked = false;
  private release: (() => void) | null = null;
  private watching = false;
  private taking = false;
  private asked = false;
  private dismissed = "";
  private shown = "";
  private timer = 0;
  private readonly bar = el("div", { class: "box presence", role: "status", hidden: true });
  private readonly channel: BroadcastChannel;
  private readonly name: string;

  constructor(private readonly url: string, private readonly tab: string, id: string, private readonly on: Sides) {
    this.name = `masthead-story-${id}`;
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = () => void this.yield();
    const place = document.getElementById("banner");
    if (place) { place.hidden = false; place.append(this.bar); } else document.getElementById("story")?.before(this.bar);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) void this.beat(); });
    addEventListener("pagehide", () => { if (this.isMine) void this.send("close", true); });
    addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });
  }

  async start(): Promise<void> {
    const got = await this.lock(true);
    if (got) await this.open();
    else this.otherTab();
    this.next();
  }

  // lock resolves when the browser's lock is ours, or with false when another tab has it and we do not wait.
  private lock(onlyIfFree: boolean): Promise<boolean> {
    if (!navigator.locks) { this.locked = true; return Promise.resolve(true); }
    return new Promise((done) => {
      const held = (l: Lock | null) => {
        this.locked = l !== null;
        done(this.locked);
        return l ? new Promise<void>((r) => { this.release = r; }) : undefined;
      };
      navigator.locks.request(this.name, { ifAvailable: onlyIfFree }, held).catch(() => { this.locked = false; this.lose(null); this.otherTab(); });
      if (!onlyIfFree) setTimeout(() => { if (!this.locked) navigator.locks.request(this.name, { steal: true }, held).catch(() => { this.locked = false; this.lose(null); this.otherTab(); }); }, stealAfter);
    });
  }

  private async open(): Promise<void> {
    const a = await this.send("open");
    if (a) await this.answered(a);
    else await this.become(0); // without a network a person writes on; the server judges later
  }

  // yield: another tab of this browser wants to write.
  private async yield(): Promise<void> {
    if (!this.isMine || !this.release) return;
    await this.on.flush();
    await this.send("close");
    this.lose(null);
    this.release();
    this.release = null;
    this.locked = false;
    this.otherTab();
  }

  private otherTab(): void {
    this.on.theirs();
    this.say("tab", t("editor.other_tab"), button(t("editor.edit_here"), async () => {
      this.channel.postMessage("edit");
      if (await this.lock(false)) { await this.open(); this.next(); }
    }));
  }

  private next(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.beat(), this.taking ? takeEvery : this.watching ? watchEvery : beatEvery);
  }

  private async beat(): Promise<void> {
    if (this.locked && !document.hidden) {
      const a = await this.send(this.taking ? "take" : this.isMine ? "open" : "beat");
      if (a) await this.answered(a);
    }
    this.next();
  }

  private async answered(a: Answer): Promise<void> {
    if (a.mine) {
      if (!this.isMine) await this.become(a.version);
      if (a.wanted) await this.wanted(a.wanted);
      else if (this.shown.startsWith("wanted")) this.say("", "");
      return;
    }
    if (this.isMine) this.lose(a.holder);
    this.held(a.holder);
    if (this.watching) await this.on.newer(a.version);
  }

  private async become(version: number): Promise<void> {
    this.isMine = true;
    this.taking = this.watching = this.asked = false;
    this.say("", "");
    await this.on.mine(version);
  }

  // lose is told when somebody else may write: the server said so.
  lose(holder: Holder | null): void {
    const was = this.isMine;
    this.isMine = false;
    this.on.theirs();
    if (holder) this.held(holder);
    if (was) this.next();
  }

  private async wanted(w: Holder & { take?: boolean }): Promise<void> {
    if (w.take) return this.give(w);
    if (this.dismissed === w.tab) return;
    this.say(`wanted ${w.tab}`, t("editor.asks", w.name), button(t("editor.hand_over"), () => void this.give(w)),
      button(t("editor.keep_editing"), () => { this.dismissed = w.tab; this.say("", ""); }));
  }

  private async give(w: Holder): Promise<void> {
    await this.on.flush();
    const a = await this.send("give");
    this.lose(a?.holder ?? w);
  }

  private held(h: Holder | null): void {
    if (!h) { this.say("free", t("editor.nobody"), button(t("editor.edit"), () => void this.open())); return; }
    const watch = button(t(this.watching ? "editor.watching" : "editor.watch_it"), () => { this.watching = !this.watching; this.shown = ""; this.held(h); void this.beat(); }, { "aria-pressed": String(this.watching) });
    this.say(`held ${h.tab} ${this.watching} ${this.asked} ${this.taking}`, t(this.taking ? "editor.taking" : this.asked ? "editor.asked" : "editor.editing", h.name), watch,
      this.asked || this.taking ? null : button(t("editor.ask"), async () => { this.asked = true; const a = await this.send("ask"); if (a) await this.answered(a); }),
      this.taking ? null : button(t("editor.take_over"), async () => { this.taking = true; const a = await this.send("take"); if (a) await this.answered(a); this.next(); }));
  }

  // say shows a sentence and its buttons; the same again leaves focus where it is.
  private say(key: string, text: string, ...acts: (HTMLElement | null)[]): void {
    if (key && key === this.shown) return;
    this.shown = key;
    this.bar.hidden = !text;
    this.bar.replaceChildren(el("span", {}, text), ...acts.filter((a) => a !== null));
  }

  private async send(act: Act, keepalive = false): Promise<Answer | null> {
    try {
      const r = await fetch(`${this.url}/hold`, { method: "POST", credentials: "same-origin", keepalive, headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify({ tab: this.tab, act }) });
      return r.ok ? ((await r.json()) as Answer) : null;
    } catch {
      return null;
    }
  }
}
