import type { Words } from "./words";

/** Where the reader is. At the end, new posts come into view; further up they are only counted: what is being read does not move. */
export class Reading {
  private fresh = 0;
  private atEnd = true;

  /**
   * @param isEnd Whether the page reaches the end of what there is.
   * @param isBelow Whether there is something above it that is being read: the page never moves by itself.
   */
  constructor(end: HTMLElement, private readonly pill: HTMLButtonElement, private readonly words: Words, private readonly isEnd: () => boolean = () => true, private readonly isBelow = false) {
    new IntersectionObserver(([entry]) => {
      this.atEnd = entry!.isIntersecting;
      if (this.atEnd) this.show(0);
    }, { rootMargin: "0px 0px 40px 0px" }).observe(end);
    pill.addEventListener("click", () => this.toEnd());
  }

  get isAtEnd(): boolean { return this.atEnd && this.isEnd(); }

  /** Changes the page by `change`, which puts `added` posts at its end. */
  around(change: () => void, added: number): void {
    const follow = this.isAtEnd;
    change();
    if (added === 0) return;
    if (follow && !this.isBelow) this.toEnd();
    else if (!follow) this.show(this.fresh + added);
  }

  toEnd(): void {
    window.scrollTo({ top: document.documentElement.scrollHeight });
    this.show(0);
  }

  /** Where to start reading: at the first post that is new, or else at the end. */
  toBeginning(unread: Element | null): void {
    if (this.isBelow) return;
    if (unread) unread.scrollIntoView({ block: "center" });
    else if (this.isEnd()) this.toEnd();
  }

  /** Posts are put before all others: the page stays where it is under the reader's eyes. */
  above(change: () => void): void {
    const before = document.documentElement.scrollHeight - window.scrollY;
    change();
    window.scrollTo({ top: document.documentElement.scrollHeight - before });
  }

  private show(fresh: number): void {
    this.fresh = fresh;
    this.pill.hidden = fresh === 0;
    if (fresh) this.pill.textContent = this.words.count("client.new-posts", fresh);
  }
}
