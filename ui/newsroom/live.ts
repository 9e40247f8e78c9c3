// What others do, on this screen: who is online, what waits, and an event "news" for the rest of the page.
import { connect, type News, type Word } from "./stream.ts";
import { toast } from "./toast.ts";
import { t } from "./words.ts";

const worker = document.body.dataset.events;

function told(w: Word): void {
  if ("up" in w) {
    toast(t(w.up ? "shell.live_back" : "shell.live_poll"));
    return;
  }
  const n = w.news;
  if (n.trouble) toast(t("shell.live_trouble"), undefined, true);
  for (const [name, count] of Object.entries(n.act ?? {})) {
    const at = document.querySelector(`[data-count="${name}"]`);
    if (at) at.textContent = count > 999 ? "999+" : count > 0 ? String(count) : "";
  }
  for (const [name, count] of Object.entries(n.counts ?? {})) {
    const at = document.querySelector(`[data-view-count="${name}"]`);
    if (at) at.textContent = count > 999 ? "999+" : count > 0 ? String(count) : "";
  }
  if (n.online) online(n.online);
  document.dispatchEvent(new CustomEvent<News>("news", { detail: n }));
}

function online(people: NonNullable<News["online"]>): void {
  const menu = document.querySelector<HTMLDetailsElement>("[data-online]");
  if (!menu) return;
  menu.hidden = false;
  menu.querySelector("summary")!.textContent = t("shell.online", people.length);
  menu.querySelector("ul")!.replaceChildren(...people.map((p) => {
    const li = document.createElement("li");
    if (p.story) {
      const a = document.createElement("a");
      a.href = `/newsroom/stories/${p.story}`;
      a.textContent = t("shell.online_writes", p.name);
      li.append(a);
    } else li.textContent = p.name;
    return li;
  }));
}

if (document.body.dataset.me !== undefined) {
  if (worker && typeof SharedWorker === "function") {
    const shared = new SharedWorker(worker, { type: "module", name: `newsroom ${document.body.dataset.me}` });
    shared.onerror = () => connect(told);
    shared.port.onmessage = (e: MessageEvent<Word>) => told(e.data);
    addEventListener("pagehide", () => shared.port.postMessage("gone"));
    addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });
  } else connect(told);
}
