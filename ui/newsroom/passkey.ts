// Passkeys: buttons that are there only when the browser knows passkeys and the address can have them. The server says
// what to ask and judges the answer.
import { t } from "./words.ts";

type Ceremony = { ticket: string; options: { publicKey: any } };

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer: ArrayBuffer | null): string =>
  buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") : "";

// Refusal is what the server, or the way to it, has against a step; its text is for the person.
class Refusal extends Error {}

async function ask(path: string, body: unknown): Promise<any> {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body),
  }).catch(() => { throw new Refusal(t("door.e_offline")); });
  const said = await answer.json().catch(() => ({})); // 401 has no words
  if (!answer.ok) throw new Refusal(said.detail || t("door.e_over"));
  return said;
}

// known are the keys that a ceremony names, with their ids as bytes.
const known = (list: any[] | undefined) => list?.map((k) => ({ ...k, id: bytes(k.id) }));

async function create({ publicKey: o }: Ceremony["options"]): Promise<unknown> {
  const made = (await navigator.credentials.create({
    publicKey: { ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: known(o.excludeCredentials) },
  })) as PublicKeyCredential;
  const r = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id, rawId: text(made.rawId), type: made.type, authenticatorAttachment: made.authenticatorAttachment ?? undefined, clientExtensionResults: {},
    response: { clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: r.getTransports?.() ?? [] },
  };
}

async function get({ publicKey: o }: Ceremony["options"]): Promise<unknown> {
  const used = (await navigator.credentials.get({
    publicKey: { ...o, challenge: bytes(o.challenge), allowCredentials: known(o.allowCredentials) },
  })) as PublicKeyCredential;
  const r = used.response as AuthenticatorAssertionResponse;
  return {
    id: used.id, rawId: text(used.rawId), type: used.type, authenticatorAttachment: used.authenticatorAttachment ?? undefined, clientExtensionResults: {},
    response: { clientDataJSON: text(r.clientDataJSON), authenticatorData: text(r.authenticatorData), signature: text(r.signature), userHandle: text(r.userHandle) },
  };
}

// usable: browsers refuse passkeys for addresses that are no names.
const usable = "PublicKeyCredential" in window && isSecureContext && !/^[\d.]+$|:/.test(location.hostname);

for (const place of document.querySelectorAll<HTMLElement>("[data-passkey]")) {
  if (!usable) continue;
  place.hidden = false;
  for (const note of document.querySelectorAll<HTMLElement>("[data-no-passkey]")) note.hidden = true;
  const button = place.querySelector("button")!;
  const wrong = place.querySelector<HTMLElement>(".wrong")!;
  button.addEventListener("click", async () => {
    wrong.textContent = "";
    button.disabled = true;
    const { password: _, ...fields } = Object.fromEntries(new FormData(place.closest("form")!)) as Record<string, string>;
    try {
      const c: Ceremony = await ask(place.dataset.options!, fields);
      const answer = await (place.dataset.passkey === "create" ? create : get)(c.options);
      location.assign((await ask(place.dataset.finish!, { ...fields, ticket: c.ticket, answer })).to);
    } catch (e) {
      wrong.textContent = e instanceof Refusal ? e.message : t("door.e_passkey_browser");
      button.disabled = false;
    }
  });
}
for (const form of document.querySelectorAll<HTMLFormElement>("[data-only-script]")) form.addEventListener("submit", (e) => e.preventDefault());
