import type { Card, RefusalWire } from "./wire";

// A community's queue, as its moderators get it.

export type ItemKind = "accessRequest" | "report" | "appeal" | "review";

export type ItemState = "open" | "decided" | "inEffect" | "settled" | "withdrawn";

export type Verdict = "approved" | "rejected";

/** @property fence Grows with each claim of the item. */
export interface Claim { by: Card; until: string; fence: number }

export interface Decision { verdict: Verdict; by: Card; at: string; effectAt: string; reason: string; contact: string; askAgainFrom: string | null }

export interface Item {
  number: number;
  kind: ItemKind;
  state: ItemState;
  /** Changes with whatever a decision depends on. */
  version: number;
  by: Card;
  openedAt: string;
  message: string;
  reported: { room: string; roomName: string; post: number; author: Card; excerpt: string } | null;
  /** What was handed in for publication. */
  work: { title: string } | null;
  claim: Claim | null;
  decision: Decision | null;
  cameBack: string | null;
  appeals: number | null;
  /** Who is asked besides the moderators. */
  escalation: { level: "leaders" | "administrators" } | null;
  /** What an appeal asks to be lifted. */
  restricted: object | null;
  /** Whom a review is about. */
  reviewed: { member: Card } | null;
}

/** The oldest items that are not over. */
export interface QueueSnapshot { community: string; items: Item[]; waiting: number; arrivals: object }

export interface Decided { number: number; verdict: Verdict; version: number; effectAt: string }

/** Exactly one of the two counts. */
export interface BulkAnswer { number: number; decided: Decided | null; refused: RefusalWire | null }

/** As many as a snapshot has. */
export const snapshotItems = 100;

/** As the server finds it: case and accents do not matter. */
export function isAbout(item: Item, person: string): boolean {
  const bare = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return person === "" || [item.by, item.decision?.by, item.reported?.author, item.reviewed?.member].some(card => card && bare(card.name).includes(bare(person)));
}

/** As words and classes have it: `access-request`. */
export function kebab(name: string): string { return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`); }
