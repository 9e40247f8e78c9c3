// The stream of what others do. One connection; where none can be held, it asks every fifteen seconds.

export interface News {
  at: number;
  changed?: { id: string; state: string }[];
  counts?: Record<string, number>;
  act?: Record<string, number>;
  online?: { id: string; name: string; story?: string }[];
  mentions?: number;
  trouble?: boolean;
}

// Word is what a screen is told: news, or whether the connection stands.
export type Word = { news: News } | { up: boolean };

const address = "/newsroom/events";
const pause = 15_000;
const again = 60_000;

// connect tells of all that happens from now on.
export function connect(tell: (w: Word) => void): void {
  let at = 0;
  let poll = 0;
  const take = (text: string) => {
    const news = JSON.parse(text) as News;
    at = news.at || at;
    tell({ news });
  };
  const ask = async () => {
    const r = await fetch(`${address}?once=1&since=${at}`, { headers: { Accept: "application/json" } }).catch(() => undefined);
    if (r?.ok) take(await r.text());
  };
  const down = () => {
    if (poll) return;
    tell({ up: false });
    void ask();
    poll = setInterval(ask, pause) as unknown as number;
  };
  const listen = () => {
    const source = new EventSource(address);
    // A break that the browser mends by itself within a few seconds is nobody's business.
    let patience = 0;
    source.onopen = () => {
      clearTimeout(patience);
      if (!poll) return;
      clearInterval(poll);
      poll = 0;
      tell({ up: true });
    };
    source.onmessage = (e) => take(String(e.data));
    source.onerror = () => {
      clearTimeout(patience);
      if (source.readyState === EventSource.CLOSED) {
        down();
        setTimeout(listen, again);
      } else patience = setTimeout(down, 6_000) as unknown as number;
    };
  };
  listen();
}
