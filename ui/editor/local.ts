// What this computer keeps of a story until the server has it.
import type { Text } from "./compare.ts";

// Kept is a text that the server has not acknowledged. base is the last one that it has, sent the one that was on its way.
export interface Kept { story: string; version: number; base: Text; sent: Text | null; mine: Text; at: number }

const store = "stories";
let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((done, fail) => {
    const r = indexedDB.open("masthead-editor", 1);
    r.onupgradeneeded = () => { r.result.createObjectStore(store, { keyPath: "story" }); };
    r.onsuccess = () => done(r.result);
    r.onerror = () => fail(r.error);
  });
  opened.catch(() => { opened = null; });
  return opened;
}

async function run<T>(mode: IDBTransactionMode, act: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  return new Promise((done, fail) => {
    const tx = db.transaction(store, mode), r = act(tx.objectStore(store));
    tx.oncomplete = () => done(r.result);
    tx.onabort = tx.onerror = () => fail(tx.error);
  });
}

// key keeps apart the people who share a computer: nobody saves another's text under their own name.
const key = (story: string): string => `${document.body.dataset.me ?? ""}/${story}`;

export const kept = (story: string): Promise<Kept | undefined> => run("readonly", (s) => s.get(key(story)) as IDBRequest<Kept | undefined>);
export const keep = (k: Kept): Promise<unknown> => run("readwrite", (s) => s.put({ ...k, story: key(k.story) }));
export const drop = (story: string): Promise<unknown> => run("readwrite", (s) => s.delete(key(story)));
