import { Refused } from "./http";
import { rename } from "./names";
import type { Card, Change, Entered, Frame } from "./wire";

/** Somebody on the page who shows a topic, or part of it. */
export interface Reader {
  /** In place of everything the reader has. The topic's name says what kind of snapshot it is. */
  replace(snapshot: unknown): void;
  apply(changes: Change[]): void;
  /** Values without a position, in any order with what has one. */
  pass?(values: Change[]): void;
  /** Everything up to now is on the page. */
  reached?(): void;
  lost?(): void;
  gone?(): void;
  signedOut?(): void;
}

/** Where what the reader has stands. */
export interface Place { epoch: number; position: number }

/**
 * What the page has of a topic, and up to which position. A frame at the next position is applied, an earlier one is ignored,
 * and a gap is closed by entering again: nothing is seen twice, nothing is missed.
 */
export class Topic {
  private readonly readers = new Map<Reader, number>();
  private held: Frame[] | null = null;
  private epoch = 0;
  private position = -1;

  constructor(readonly name: string) {}

  get isRead(): boolean { return this.readers.size > 0; }

  /** False when the topic must be entered, again or for the first time, before the reader has everything. */
  join(reader: Reader, from: Place): boolean {
    const onward = this.isRead && from.epoch === this.epoch && from.position >= this.position;
    // Further back: those who have more already get some of it again, and what is put twice is the same.
    if (!onward) [this.epoch, this.position] = !this.isRead || from.epoch === this.epoch ? [from.epoch, from.position] : [0, -1];
    this.readers.set(reader, from.position);
    return onward;
  }

  leave(reader: Reader): void { this.readers.delete(reader); }

  tell(what: "reached" | "lost" | "gone" | "signedOut"): void {
    for (const reader of [...this.readers.keys()]) reader[what]?.();
  }

  /** Asks with the present position; frames that come before the answer wait for it. False when something is missing after it. */
  async enter(ask: (topic: string, epoch: number, position: number) => Promise<Entered>): Promise<boolean> {
    this.held ??= [];
    const asked: Place = { epoch: this.epoch, position: this.position };
    const entered = await ask(this.name, asked.epoch, asked.position);
    const waiting = this.held ?? [];
    this.held = null;

    if (entered.refused) throw new Refused(entered.refused);
    if (asked.epoch !== this.epoch || asked.position !== this.position) return false;   // somebody joined further back
    this.take(entered);
    if (entered.passing) this.pass(entered.passing);
    return waiting.every(frame => this.receive(frame));
  }

  /** False when something is missing before this frame. */
  receive(frame: Frame): boolean {
    if (this.held) {
      this.held.push(frame);
      return true;
    }

    if (frame.epoch !== this.epoch) return false;
    if (frame.position <= this.position) return true;
    if (frame.position !== this.position + 1) return false;

    this.position = frame.position;
    for (const [reader, from] of [...this.readers]) if (frame.position > from) reader.apply(frame.changes);
    return true;
  }

  pass(values: Change[]): void {
    for (const { key, put } of values) if (key.startsWith("name/")) rename(put as Card);
    for (const reader of [...this.readers.keys()]) reader.pass?.(values);
  }

  /** The connection is gone, and with it what was on its way. */
  forgetHeld(): void { this.held = null; }

  private take(entered: Entered): void {
    this.epoch = entered.epoch;
    this.position = entered.position;
    for (const reader of [...this.readers.keys()]) {
      if (entered.snapshot) {
        this.readers.set(reader, entered.position);
        reader.replace(entered.snapshot);
      } else if (entered.changes?.length) reader.apply(entered.changes);
    }
  }
}
