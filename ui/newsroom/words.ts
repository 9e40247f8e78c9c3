// The page's texts, by area: the server writes those that a screen needs into it.
type Text = string | { one: string; other: string };

const all: Record<string, Record<string, Text>> = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
export const lang = document.documentElement.lang || "en";

// t returns a text with its arguments put in; a text with plural forms takes the count first.
export function t(key: string, ...args: (string | number)[]): string {
  const dot = key.indexOf(".");
  const text = all[key.slice(0, dot)]?.[key.slice(dot + 1)];
  if (text === undefined) return key;
  const one = args[0] === 1 || (args[0] === 0 && lang === "fr");
  const s = typeof text === "string" ? text : one ? text.one : text.other;
  return s.replace(/\{(\d)\}/g, (_, n) => String(args[Number(n)] ?? ""));
}
