import type { Said } from "./composer";
import { ask, Refused, SignedOut, Unreached } from "./http";
import { Pause } from "./pause";
import type { Posted } from "./wire";

/** Something that was said and is not known to have arrived. Its request id makes sending it again harmless. */
export interface Draft extends Said { request: string; failed?: string }

export interface Sender {
  changed(drafts: readonly Draft[]): void;
  posted(draft: Draft, answer: Posted): void;
  /** Not now: it is sent by itself once so many seconds have passed. */
  slowed(draft: Draft, seconds: number): void;
  signedOut(): void;
}

/** What is on its way to a room, in the order it was written; kept over reloads until the server has said yes or no. */
export class Outbox {
  private drafts: Draft[];
  private sending = false;
  private held = false;
  private readonly pause = new Pause();
  private readonly wake = new EventTarget();

  constructor(private readonly key: string, private readonly path: string, private readonly sender: Sender) {
    this.drafts = this.read();
  }

  /** Waits for slow mode. */
  get isHeld(): boolean { return this.held; }

  get waiting(): readonly Draft[] { return this.drafts; }

  add(said: Said): void {
    this.keep([...this.drafts, { request: crypto.randomUUID(), ...said }]);
    void this.send();
  }

  again(request: string): void {
    this.keep(this.drafts.map(each => each.request === request ? withoutFailure(each) : each));
    void this.send();
  }

  discard(request: string): Draft | undefined {
    const draft = this.drafts.find(each => each.request === request);
    this.keep(this.drafts.filter(each => each.request !== request));
    return draft;
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
    try {
      for (let next = this.next(); next; next = this.next()) await this.sendOne(next);
    } finally {
      this.sending = false;
    }
  }

  private next(): Draft | undefined { return this.drafts.find(each => each.failed === undefined); }

  private async sendOne(draft: Draft): Promise<void> {
    try {
      const answer = await ask<Posted>("POST", this.path, {
        requestId: draft.request, markdown: draft.markdown, thread: draft.thread, mentions: draft.mentions ?? null, attachments: (draft.attachments ?? []).map(each => each.id),
      });
      this.pause.reset();
      this.discard(draft.request);
      this.sender.posted(draft, answer);
    } catch (fault) {
      if (fault instanceof Refused) {
        this.keep(this.drafts.map(each => each === draft || each.request === draft.request ? { ...each, failed: fault.message } : each));
      } else if (fault instanceof SignedOut) {
        this.sender.signedOut();
        await this.woken();
      } else {
        if (fault instanceof Unreached && fault.why?.code === "room.slow-mode") {
          this.sender.slowed(draft, fault.retryAfter ?? 0);
          this.hold(true);
        }
        const now = new AbortController();
        this.wake.addEventListener("now", () => now.abort(), { once: true });
        await this.pause.wait(now.signal, fault instanceof Unreached && fault.retryAfter ? fault.retryAfter * 1000 : 0);
        this.hold(false);
      }
    }
  }

  private hold(held: boolean): void {
    if (this.held === held) return;
    this.held = held;
    this.sender.changed(this.drafts);
  }

  private woken(): Promise<void> { return new Promise(resolve => this.wake.addEventListener("now", () => resolve(), { once: true })); }

  private keep(drafts: Draft[]): void {
    this.drafts = drafts;
    try {
      if (drafts.length) localStorage.setItem(this.key, JSON.stringify(drafts));
      else localStorage.removeItem(this.key);
    } catch { /* no storage: kept in memory only */ }
    this.sender.changed(drafts);
  }

  private read(): Draft[] {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "[]") as Draft[];
    } catch {
      return [];
    }
  }
}

function withoutFailure({ failed: _, ...draft }: Draft): Draft { return draft; }
