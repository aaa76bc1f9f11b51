/**
 * What was written in this browser and has not been sent. Each piece has a key of its own, with the member's id in it:
 * tabs that write at the same
 * time never overwrite each other's, and nothing is offered to another account.
 */
const prefix = "written:";

/** In milliseconds: 30 days. What is older is forgotten. */
const lasts = 30 * 24 * 3_600_000;

/** Characters of one piece, as it is stored. */
const largest = 512 * 1024;

/** Pieces of one member; the oldest make room. */
const mostPieces = 200;

export interface Piece {
  at: number;
}

/** Where the browser stores nothing, or has no room: as long as the page. */
const memory = new Map<string, string>();

export function placeOf(member: string, kind: "draft" | "post" | "form", where: string): string {
  return `${prefix}${member}:${kind}:${encodeURIComponent(where)}:`;
}

export function read<T extends Piece>(key: string): T | null {
  const piece = parse<T>(memory.get(key) ?? stored(key));
  return piece && Date.now() - piece.at < lasts ? piece : null;
}

/** False when it is kept only as long as the page. */
export function write<T extends Piece>(key: string, piece: T): boolean {
  const text = JSON.stringify(piece);
  try {
    if (text.length > largest) throw new RangeError();
    localStorage.setItem(key, text);
    memory.delete(key);
    return true;
  } catch {
    memory.set(key, text);
    return false;
  }
}

export function remove(key: string): void {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    /* nothing is stored */
  }
}

/** All pieces of a place, oldest first. */
export function piecesIn<T extends Piece>(place: string): [key: string, piece: T][] {
  return keysIn(place)
    .flatMap(key => {
      const piece = read<T>(key);
      return piece ? [[key, piece] as [string, T]] : [];
    })
    .sort(([one, a], [other, b]) => a.at - b.at || (one < other ? -1 : 1));
}

/** Pieces of one kind, wherever they were written. */
export function piecesOf<T extends Piece>(member: string, kind: "draft" | "post" | "form"): [key: string, piece: T][] {
  return piecesIn<T>(`${prefix}${member}:${kind}:`);
}

/** Calls back when another tab changes anything in the place. */
export function whenChanged(place: string, changed: () => void): void {
  window.addEventListener("storage", event => {
    if (event.key === null || event.key.startsWith(place)) changed();
  });
}

/** Another account's texts go when this member is signed in; one's own go when they are old or too many. */
export function tidy(member: string): void {
  try {
    const all = Object.keys(localStorage);
    for (const key of all)
      if (key.startsWith(prefix) && !key.startsWith(`${prefix}${member}:`)) localStorage.removeItem(key);
    moveOld(member, all);
    const mine = Object.keys(localStorage).filter(key => key.startsWith(`${prefix}${member}:`));
    const old = mine.map(key => ({ key, at: parse<Piece>(stored(key))?.at ?? 0 })).sort((a, b) => b.at - a.at);
    for (const [place, { key, at }] of old.entries())
      if (place >= mostPieces || Date.now() - at >= lasts) localStorage.removeItem(key);
  } catch {
    /* nothing is stored */
  }
}

/** An id that nothing else has, on plain http too. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(each => each.toString(16).padStart(2, "0")).join("");
}

/** Before, all drafts of a room had one key, and all posts on their way another. */
function moveOld(member: string, keys: string[]): void {
  for (const key of keys) {
    const [kind, owner, room, thread] = key.split(":");
    if ((kind !== "draft" && kind !== "outbox") || !room) continue;
    const text = stored(key);
    localStorage.removeItem(key);
    if (owner !== member) continue;
    if (kind === "draft") {
      const draft = parse<Piece>(text);
      if (draft) write(placeOf(member, "draft", thread ? `${room}:${thread}` : room) + newId(), draft);
      continue;
    }
    const at = Date.now();
    const posts = parse<(Piece & { request: string })[]>(text) ?? [];
    posts.forEach((post, index) => write(placeOf(member, "post", room) + post.request, { ...post, at: at + index }));
  }
}

function keysIn(place: string): string[] {
  let keys: string[] = [];
  try {
    keys = Object.keys(localStorage);
  } catch {
    /* nothing is stored */
  }
  return [...new Set([...keys, ...memory.keys()])].filter(key => key.startsWith(place));
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function parse<T>(text: string | null | undefined): T | null {
  try {
    return text ? (JSON.parse(text) as T) : null;
  } catch {
    return null;
  }
}
