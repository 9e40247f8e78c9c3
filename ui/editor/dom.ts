// Elements by name, attributes and children; on… are listeners.
type Props = Record<string, unknown>;

let serial = 0;
// newID returns an id that nothing else on the page has.
export const newID = (): string => `e${++serial}`;

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: (Node | string | null)[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (typeof v === "function") e.addEventListener(k.slice(2), v as EventListener);
    else if (k in e && typeof v !== "string") (e as unknown as Props)[k] = v;
    else if (v !== undefined && v !== null) e.setAttribute(k, String(v));
  }
  e.append(...children.filter((c) => c !== null));
  return e;
}

export function button(label: string, run: (e: MouseEvent) => void, props: Props = {}): HTMLButtonElement {
  return el("button", { type: "button", onclick: run, ...props }, label);
}
