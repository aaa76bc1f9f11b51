import { Refused } from "./http";
import type { Change, Entered, Frame } from "./wire";

export interface Reader {
  /** In place of everything the reader has. */
  replace(entered: NonNullable<Entered["snapshot"]>): void;
  apply(changes: Change[]): void;
}

/**
 * What the reader has of a topic, and up to which position. A frame at the next position is applied, an earlier one is ignored,
 * and a gap is closed by entering again: nothing is seen twice, nothing is missed.
 */
export class Topic {
  private held: Frame[] | null = null;

  constructor(readonly name: string, public epoch: number, public position: number, private readonly reader: Reader) {}

  /** Asks with the present position; frames that come before the answer wait for it. False when something is missing after it. */
  async enter(ask: (topic: string, epoch: number, position: number) => Promise<Entered>): Promise<boolean> {
    this.held ??= [];
    const entered = await ask(this.name, this.epoch, this.position);
    const waiting = this.held ?? [];
    this.held = null;

    if (entered.refused) throw new Refused(entered.refused);
    this.take(entered);
    return waiting.every(frame => this.receive(frame));
  }

  /** False when something is missing before this frame. */
  receive(frame: Frame): boolean {
    if (frame.topic !== this.name) return true;
    if (this.held) {
      this.held.push(frame);
      return true;
    }

    if (frame.epoch !== this.epoch) return false;
    if (frame.position <= this.position) return true;
    if (frame.position !== this.position + 1) return false;

    this.position = frame.position;
    this.reader.apply(frame.changes);
    return true;
  }

  /** The connection is gone, and with it what was on its way. */
  forgetHeld(): void { this.held = null; }

  private take(entered: Entered): void {
    this.epoch = entered.epoch;
    this.position = entered.position;
    if (entered.snapshot) this.reader.replace(entered.snapshot);
    else if (entered.changes?.length) this.reader.apply(entered.changes);
  }
}
