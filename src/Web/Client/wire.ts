// What the server and the browser say to each other. Hub and HTTP speak alike.

export interface Card { member: string; name: string; organisation: string }

export interface Post {
  number: number;
  author: Card;
  at: string;
  /** Rendered and made safe by the server; empty once deleted. */
  html: string;
  thread: number | null;
  replies: number;
  revision: number;
  editedAt: string | null;
  deletedAt: string | null;
}

export interface Change { key: string; post: Post }

export interface Frame { topic: string; epoch: number; position: number; changes: Change[] }

export interface RefusalWire { code: string; kind: string; status: number; detail: string; retryAfter?: number }

/** Either a snapshot, in place of everything, or what changed. */
export interface Entered {
  topic: string;
  epoch: number;
  position: number;
  snapshot: { last: number; posts: Post[] } | null;
  changes: Change[] | null;
  refused?: RefusalWire | null;
}

export interface Page { posts: Post[]; older: boolean }
