import type { Said } from "./composer";
import { ask, Refused, SignedOut, Unreached } from "./http";
import { exclusively } from "./locks";
import { Pause } from "./pause";
import type { Posted } from "./wire";
import { newId, piecesIn, placeOf, read, remove, whenChanged, write } from "./written";

/** Something that was said and is not known to have arrived. Its request id makes sending it again harmless. */
export interface Draft extends Said {
  request: string;
  at: number;
  failed?: string;
}

export interface Sender {
  changed(drafts: readonly Draft[]): void;
  /** @param isOwn Whether this page sent it off, and not another tab, or the page before a reload. */
  posted(draft: Draft, answer: Posted, isOwn: boolean): void;
  /** Not now: it is sent by itself once so many seconds have passed. */
  slowed(draft: Draft, seconds: number): void;
  signedOut(): void;
}

/**
 * What came of an attempt: nothing was there to send, or it is settled, or it is tried again after so many milliseconds
 * at least.
 */
type Attempt = "empty" | "settled" | "signed-out" | { again: number };

/**
 * What is on its way to a room, in the order it was written; kept over reloads until the server has said yes or no.
 * All tabs of the room share it: each post is an entry of its own, and one tab sends at a time.
 */
export class Outbox {
  private readonly place: string;
  private readonly own = new Set<string>();
  private sending = false;
  private held = false;
  private newest = 0;
  private readonly pause = new Pause();
  private readonly wake = new EventTarget();

  constructor(
    member: string,
    room: string,
    private readonly path: string,
    private readonly sender: Sender,
  ) {
    this.place = placeOf(member, "post", room);
    whenChanged(this.place, () => sender.changed(this.waiting));
  }

  /** Waits for slow mode. */
  get isHeld(): boolean {
    return this.held;
  }

  get waiting(): readonly Draft[] {
    return piecesIn<Draft>(this.place).map(([, draft]) => draft);
  }

  add(said: Said): void {
    const request = newId();
    this.own.add(request);
    this.newest = Math.max(Date.now(), this.newest + 1); // in the order it was written, even within a millisecond
    this.keep({ request, at: this.newest, ...said });
    void this.send();
  }

  again(request: string): void {
    const draft = read<Draft>(this.place + request);
    if (draft) this.keep(withoutFailure(draft));
    void this.send();
  }

  discard(request: string): void {
    remove(this.place + request);
    this.sender.changed(this.waiting);
  }

  /** The server can be reached: no need to wait any longer. */
  hurry(): void {
    this.pause.reset();
    this.wake.dispatchEvent(new Event("now"));
    void this.send();
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    let attempt: Attempt = "settled";
    try {
      while (attempt !== "empty" && attempt !== "signed-out") {
        attempt = await exclusively(`sending:${this.place}`, () => this.sendNext());
        if (typeof attempt === "object") await this.wait(attempt.again);
      }
    } finally {
      this.sending = false;
    }
    if (attempt === "empty" && this.next()) void this.send(); // written while the lock was let go
  }

  private next(): Draft | undefined {
    return this.waiting.find(each => each.failed === undefined);
  }

  private async sendNext(): Promise<Attempt> {
    const draft = this.next();
    if (!draft) return "empty";
    try {
      const answer = await ask<Posted>("POST", this.path, {
        requestId: draft.request,
        markdown: draft.markdown,
        thread: draft.thread,
        mentions: draft.mentions ?? null,
        attachments: (draft.attachments ?? []).map(each => each.id),
      });
      this.pause.reset();
      this.discard(draft.request);
      this.sender.posted(draft, answer, this.own.has(draft.request));
      return "settled";
    } catch (fault) {
      // In up to an hour: whoever wrote it is told, and sends it again when they like.
      if (fault instanceof Refused || (fault instanceof Unreached && fault.why?.code === "room.newcomer-posts")) {
        if (read(this.place + draft.request)) this.keep({ ...draft, failed: fault.message });
        return "settled";
      }
      if (fault instanceof SignedOut) {
        this.sender.signedOut();
        return "signed-out";
      }
      if (fault instanceof Unreached && fault.why?.code === "room.slow-mode") {
        this.sender.slowed(draft, fault.retryAfter ?? 0);
        this.hold(true);
      }
      return { again: fault instanceof Unreached && fault.retryAfter ? fault.retryAfter * 1000 : 0 };
    }
  }

  private async wait(atLeast: number): Promise<void> {
    const now = new AbortController();
    this.wake.addEventListener("now", () => now.abort(), { once: true });
    await this.pause.wait(now.signal, atLeast);
    this.hold(false);
  }

  private hold(held: boolean): void {
    if (this.held === held) return;
    this.held = held;
    this.sender.changed(this.waiting);
  }

  private keep(draft: Draft): void {
    write(this.place + draft.request, draft);
    this.sender.changed(this.waiting);
  }
}

function withoutFailure({ failed: _, ...draft }: Draft): Draft {
  return draft;
}
