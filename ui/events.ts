// The one connection to the newsroom's stream that all tabs of a browser share: a shared worker.
import { connect, type News, type Word } from "./newsroom/stream.ts";

const ports = new Set<MessagePort>();
let last: News = { at: 0 };
let up = true;

connect((w: Word) => {
  if ("news" in w) last = { ...last, ...w.news, changed: undefined };
  else up = w.up;
  for (const p of ports) p.postMessage(w);
});

(globalThis as unknown as { onconnect: (e: MessageEvent) => void }).onconnect = (e) => {
  const p = e.ports[0];
  ports.add(p);
  p.onmessage = () => ports.delete(p);
  if (last.at) p.postMessage({ news: last });
  if (!up) p.postMessage({ up });
};
