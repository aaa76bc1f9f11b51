import type { Words } from "./words";

export interface Undoable { number: number; version: number; effectAt: string }

/** In seconds: what the page took to come is not time to undo. */
const longest = 10;

/** Ten seconds to think again, wherever on the page one has gone meanwhile. */
export class UndoBar {
  private all: Undoable[] = [];

  constructor(private readonly bar: HTMLElement, private readonly words: Words, private readonly now: () => number, private readonly undo: (all: Undoable[]) => void) {
    bar.querySelector("button")!.addEventListener("click", () => this.take());
  }

  get isOpen(): boolean { return !this.bar.hidden; }

  show(all: Undoable[], text: string): void {
    this.all = all;
    this.bar.querySelector("p")!.textContent = text;
    this.bar.hidden = all.length === 0;
    this.tick();
  }

  take(): void {
    if (!this.isOpen) return;
    const all = this.all;
    this.close();
    this.undo(all);
  }

  /** Forgets what was undone, or is in effect, elsewhere. */
  forget(number: number): void {
    this.all = this.all.filter(each => each.number !== number);
    if (this.all.length === 0) this.close();
  }

  tick(): void {
    if (!this.isOpen) return;
    const left = Math.ceil((Math.min(...this.all.map(each => Date.parse(each.effectAt))) - this.now()) / 1000);
    if (left <= 0) this.close();
    else this.bar.querySelector(".left")!.textContent = this.words.say("queue.takes-effect-in", { seconds: this.words.figure(Math.min(left, longest)) });
  }

  private close(): void {
    const hadFocus = this.bar.contains(document.activeElement);
    this.bar.hidden = true;
    this.all = [];
    if (hadFocus) (document.querySelector<HTMLElement>("#item-heading") ?? document.querySelector<HTMLElement>("main"))!.focus({ preventScroll: true });
  }
}
