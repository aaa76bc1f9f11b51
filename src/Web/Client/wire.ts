// What the server and the browser say to each other. Hub and HTTP speak alike.

export interface Card { member: string; name: string; organisation: string }

/** What a moderator did, and why. */
export interface Act { by: Card; at: string; reason: string }

export type ReactionName = "agree" | "thanks" | "useful" | "curious" | "done" | "disagree";

/** @property names Of the first ten. */
export interface Reacted { reaction: ReactionName; members: string[]; names: string[] }

/** @property storage Bytes of the sender's own space. */
export interface Uploaded extends Attachment { storage: Storage }

/** Bytes of somebody's own space. */
export interface Storage { used: number; limit: number; isNearLimit: boolean }

export interface Attachment { id: string; name: string; type: string; bytes: number; width: number | null; height: number | null }

export interface Post {
  number: number;
  author: Card;
  at: string;
  /** Rendered and made safe by the server; empty once deleted, and while hidden. */
  html: string;
  thread: number | null;
  replies: number;
  lastReplyAt: string | null;
  lastReply: number | null;
  revision: number;
  editedAt: string | null;
  deletedAt: string | null;
  mentions: string[];
  everybody: boolean;
  attachments: Attachment[];
  reactions: Reacted[];
  pinned: Act | null;
  hidden: Act | null;
  locked: Act | null;
  removed: Act | null;
}

export interface RoomSettings { slowSeconds: number; slowedBy: Act | null; pinned: number[] }

export interface RoomSnapshot { room: string; last: number; posts: Post[]; settings: RoomSettings }

/** Who has the room open: all of them counted, the first fifty named. */
export interface Here { count: number; members: Card[] }

/** @property more How many type besides those named. */
export interface Typing { members: Card[]; more: number }

export type NoticeKind = "mention" | "room" | "reply" | "reaction" | "waiting" | "joined" | "decided" | "standing" | "welcomed" | "escalated";

export interface Notice {
  number: number;
  kind: NoticeKind;
  /** None for what is not in a room, like the post. */
  room: string | null;
  roomName: string;
  community: string;
  communityName: string;
  post: number | null;
  thread: number | null;
  by: Card;
  at: string;
  reaction: ReactionName | null;
  isRead: boolean;
  /** Of the post as it stands now; empty where it may not be read, or not any more. */
  excerpt: string;
  /** Which sentence says it. */
  word: string;
  href: string;
  /** Of the community's queue. */
  item: number | null;
  verdict: "approved" | "rejected" | null;
}

/** Unread notices; `byRoom` counts the mentions and replies among them. */
export interface Counts { unread: number; byRoom: Record<string, number> }

export interface Mutes { rooms: string[]; members: string[] }

/** As of a position of the room. One of an earlier position, or with an earlier mark, is out of date. */
export interface Unread { room: string; epoch: number; position: number; mark: number; unread: number; muted?: boolean }

export interface MeSnapshot extends Counts { notices: Notice[]; mutes: Mutes; rooms: Unread[]; rail: string }

/** What the reader has under the key is replaced; by null, taken away. */
export interface Change { key: string; put: unknown }

export interface Frame { topic: string; epoch: number; position: number; changes: Change[] }

/** Values without a position: the last of each key counts. */
export interface PassingFrame { topic: string; values: Change[] }

export interface RefusalWire { code: string; kind: string; status: number; detail: string; retryAfter?: number }

export interface Answer<T> { value: T | null; refused: RefusalWire | null }

/** @property unreached People mentioned whom nobody told. */
export interface Posted { number: number; unreached: number }

/** Either a snapshot, in place of everything, or what changed. */
export interface Entered {
  topic: string;
  epoch: number;
  position: number;
  snapshot: unknown;
  changes: Change[] | null;
  /** Values without a position, for who polls. */
  passing?: Change[];
  refused?: RefusalWire | null;
}

export interface Page { epoch: number; position: number; posts: Post[]; older: boolean; newer?: boolean }
