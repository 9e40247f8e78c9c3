// The page's own fields (headline, panels) as parts of the same copy that the text is part of.
import { kept, seen } from "./modules.ts";

export interface Json { [key: string]: unknown }
export interface Named { name: string; slug?: string; role?: string }
export interface Guard extends Json { embargo?: string; legal?: string; ban?: boolean; youth?: boolean; cleared?: string }
export interface Copy extends Json {
  headline?: string; topics?: Named[]; bylines?: Named[]; credits?: string[]; regions?: string[]; lead?: Json; body: Json;
}

const texts = ["headline", "standfirst", "slug", "section", "language", "kind", "kicker", "short_headline", "social_headline", "search_headline", "description", "dateline"];
const leads = ["media", "title", "alt", "caption", "credit"];
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

// Fields reads and writes the fields by their names; a name that the page does not have leaves the copy as it was.
export class Fields {
  constructor(private readonly form: HTMLFormElement, private readonly zone: string) {}

  private all(name: string): Control[] { return [...this.form.elements].filter((e): e is Control => (e as Control).name === name); }
  private get(name: string): Control | undefined { return this.all(name)[0]; }

  read(copy: Copy, guard: Guard): { copy: Copy; guard: Guard } {
    const out: Copy = { ...copy }, g: Guard = { ...guard };
    for (const name of texts) { const c = this.get(name); if (c) out[name] = c.value.replace(/[\r\n]+/g, " ").trim(); }
    const list = (name: string) => this.get(name)?.value.split(/\n/).map((s) => s.trim()).filter(Boolean);
    const keep = (was: Named[] | undefined, name: string): Named => was?.find((n) => n.name === name) ?? { name };
    const topics = list("topics"), bylines = list("bylines"), credits = list("credits");
    if (topics) out.topics = topics.map((name) => keep(copy.topics, name));
    if (bylines) out.bylines = bylines.map((line) => {
      const [name, role] = [line.split(", ")[0]!, line.split(", ").slice(1).join(", ")], { role: _, ...rest } = keep(copy.bylines, name);
      return role ? { ...rest, role } : rest;
    });
    if (credits) out.credits = credits;
    const regions = this.all("regions");
    if (regions.length) out.regions = regions.flatMap((r) => r instanceof HTMLSelectElement ? [...r.selectedOptions].map((o) => o.value) : (r as HTMLInputElement).checked ? [r.value] : []);
    const developing = this.get("developing") as HTMLInputElement | undefined;
    if (developing) out.developing = developing.checked;
    const media = this.get("lead_media");
    if (media && !media.value.trim()) delete out.lead;
    else if (media) {
      out.lead = { ...(copy.lead?.media === media.value.trim() ? copy.lead : {}) };
      for (const name of leads) { const c = this.get(`lead_${name}`); if (c) out.lead[name] = kept(media.value.trim(), name, c.value.trim()); }
    }
    for (const name of ["legal", "cleared"] as const) { const c = this.get(name); if (c) g[name] = c.value.trim(); }
    for (const name of ["ban", "youth"] as const) { const c = this.get(name) as HTMLInputElement | undefined; if (c) g[name] = c.checked; }
    const embargo = this.get("embargo");
    if (embargo?.value) g.embargo = local(guard.embargo ?? "", this.zone) === full(embargo.value) ? guard.embargo : instant(embargo.value, this.zone);
    else if (embargo) delete g.embargo;
    return { copy: out, guard: g };
  }

  write(copy: Copy, guard: Guard): void {
    const put = (name: string, v: string) => { const c = this.get(name); if (c && c.value !== v) { c.value = v; c.dispatchEvent(new Event("story:set")); } };
    const check = (name: string, v: boolean) => { const c = this.get(name) as HTMLInputElement | undefined; if (c) c.checked = v; };
    for (const name of texts) put(name, String(copy[name] ?? ""));
    put("topics", (copy.topics ?? []).map((n) => n.name).join("\n"));
    put("bylines", (copy.bylines ?? []).map((n) => (n.role ? `${n.name}, ${n.role}` : n.name)).join("\n"));
    put("credits", (copy.credits ?? []).join("\n"));
    for (const r of this.all("regions")) {
      if (r instanceof HTMLSelectElement) for (const o of r.options) o.selected = (copy.regions ?? []).includes(o.value);
      else (r as HTMLInputElement).checked = (copy.regions ?? []).includes(r.value);
    }
    check("developing", copy.developing === true);
    for (const name of leads) put(`lead_${name}`, String(seen(copy.lead?.media, name, copy.lead?.[name]) ?? ""));
    for (const name of ["legal", "cleared"] as const) put(name, guard[name] ?? "");
    for (const name of ["ban", "youth"] as const) check(name, guard[name] === true);
    put("embargo", local(guard.embargo ?? "", this.zone));
  }

  lock(locked: boolean): void {
    for (const name of [...texts, "topics", "bylines", "credits", "regions", "developing", ...leads.map((l) => `lead_${l}`), "embargo", "legal", "ban", "youth", "cleared"]) {
      for (const c of this.all(name)) {
        if (c.dataset.fixed === undefined) c.dataset.fixed = String(c.disabled || (c as HTMLInputElement).readOnly === true);
        if (c.dataset.fixed === "true") continue;
        if (c instanceof HTMLSelectElement || c.type === "checkbox") c.disabled = locked;
        else c.readOnly = locked;
        c.dispatchEvent(new Event("story:set"));
      }
    }
  }
}

const full = (v: string) => (v.length === 16 ? `${v}:00` : v);

// local returns an instant as a zone's clocks show it, for a datetime-local field.
export function local(at: string, zone: string): string {
  const d = new Date(at);
  if (!at || Number.isNaN(d.getTime()) || at.startsWith("0001-")) return "";
  const p = Object.fromEntries(new Intl.DateTimeFormat("en-CA", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(d).map((x) => [x.type, x.value]));
  return `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}:${p.second}`;
}

// instant returns when a zone's clocks show a time; the later of two, and the next of none, where clocks change.
export function instant(v: string, zone: string): string {
  const want = Date.parse(`${full(v)}Z`);
  if (Number.isNaN(want)) return "";
  let at = want;
  for (let i = 0; i < 2; i++) at += want - Date.parse(`${local(new Date(at).toISOString(), zone)}Z`);
  return new Date(at).toISOString();
}
