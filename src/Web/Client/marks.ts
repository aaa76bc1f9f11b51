import { live } from "./connection";
import { ask } from "./http";
import { viewOfPosts, whenViewChanges } from "./view";

/** So that reading on costs one message, not one a post. */
const gathered = 2_000;

/** So many pixels of a post's lower edge may be out of view. */
const nearly = 8;

export interface Reader {
  member: string;
  /** The server knows of nothing that was read here, though the mark may stand further on. */
  isFirstVisit?: boolean;
  /** Read elsewhere: in its thread, for a post of the room. */
  hasRead?(article: HTMLElement): boolean;
  /** The mark has moved. */
  marked?(mark: number): void;
  /** More has been seen, though the mark may stand where it stood. */
  saw?(): void;
}

/**
 * Tells the server how far the reader has read. A post is read once it was in view, while the page was; the mark moves
 * up to the first one that was not. What was skipped stays unread.
 */
export class Marks {
  private readonly seen = new Set<number>();
  private readonly inView = new Set<Element>();
  private readonly added: MutationObserver;
  private readonly forgetView: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watching: IntersectionObserver;

  /** @param mark What is known to be read already; zero where nothing is known. */
  constructor(
    private readonly room: string,
    private readonly thread: number | null,
    private readonly list: HTMLElement,
    public mark: number,
    private readonly reader: Reader,
  ) {
    this.watching = this.watch();
    this.added = new MutationObserver(changes => {
      for (const { addedNodes, removedNodes } of changes) {
        for (const node of addedNodes)
          if (node instanceof HTMLElement && node.matches("article.post")) this.watching.observe(node);
        for (const node of removedNodes)
          if (node instanceof HTMLElement) {
            this.watching.unobserve(node);
            this.inView.delete(node);
          }
      }
    });
    this.added.observe(list, { childList: true });
    this.forgetView = whenViewChanges(() => {
      this.watching.disconnect();
      this.inView.clear();
      this.watching = this.watch();
    });
    document.addEventListener("visibilitychange", this.note);
  }

  /** Something was read elsewhere. */
  movedTo(mark: number): void {
    this.mark = Math.max(this.mark, mark);
    this.reader.saw?.();
  }

  /** Whether the reader has still to see it. */
  isUnread(article: HTMLElement): boolean {
    const number = Number(article.dataset.number);
    return number > this.mark && !this.seen.has(number) && !this.needsNoReading(article);
  }

  end(): void {
    clearTimeout(this.timer);
    this.watching.disconnect();
    this.added.disconnect();
    this.forgetView();
    document.removeEventListener("visibilitychange", this.note);
  }

  private get articles(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>(":scope > article.post")];
  }

  private watch(): IntersectionObserver {
    // A panel has a view of its own, which nothing covers.
    const { top, bottom } = this.list.closest("aside") ? { top: 0, bottom: window.innerHeight } : viewOfPosts();
    const watching = new IntersectionObserver(
      entries => {
        for (const { target, isIntersecting, boundingClientRect, rootBounds } of entries) {
          // Its end was seen, or it fills the view.
          const isRead =
            isIntersecting &&
            (!rootBounds ||
              boundingClientRect.bottom <= rootBounds.bottom + nearly ||
              boundingClientRect.height > rootBounds.height);
          if (isRead) this.inView.add(target);
          else this.inView.delete(target);
        }
        this.note();
      },
      { threshold: [0, 0.5, 0.9, 1], rootMargin: `${-Math.floor(top)}px 0px ${-Math.floor(window.innerHeight - bottom)}px` },
    );
    for (const article of this.articles) watching.observe(article);
    return watching;
  }

  private readonly note = (): void => {
    if (document.visibilityState !== "visible") return;
    for (const article of this.inView) this.seen.add(Number((article as HTMLElement).dataset.number));
    this.reader.saw?.();
    if (this.reached() > this.known) this.timer ??= setTimeout(() => void this.send(), gathered);
  };

  /** What the server knows to be read. */
  private get known(): number {
    return this.reader.isFirstVisit && this.seen.size > 0 ? 0 : this.mark;
  }

  /** Up to the first post that was not in view. */
  private reached(): number {
    if (this.mark === 0) return Math.max(0, ...this.seen); // nothing is known: it begins with what is seen first
    let reached = this.mark;
    const after = this.articles.filter(article => Number(article.dataset.number) > this.mark);
    for (const article of after) {
      const number = Number(article.dataset.number);
      if (this.isUnread(article) || this.skips(reached, number)) break;
      reached = number;
    }
    return reached;
  }

  /** A room's numbers have no gaps: what is not on the page, and never was, is a hole. A thread is there as a whole. */
  private skips(from: number, to: number): boolean {
    if (this.thread !== null) return false;
    for (let number = from + 1; number < to; number++) if (!this.seen.has(number)) return true;
    return false;
  }

  private needsNoReading(article: HTMLElement): boolean {
    return (
      article.dataset.author === this.reader.member ||
      article.querySelector(":scope > .deleted, :scope > .removed, :scope > .hidden-post") !== null ||
      this.reader.hasRead?.(article) === true
    );
  }

  private async send(): Promise<void> {
    const upto = this.reached();
    try {
      await live
        .invoke("MarkRead", this.room, upto, this.thread)
        .catch(() => ask("POST", `/api/rooms/${this.room}/read`, { number: upto, thread: this.thread }));
      this.mark = Math.max(this.mark, upto);
      this.reader.isFirstVisit = false;
      this.reader.marked?.(this.mark);
    } catch {
      /* not reached: said again with what is read next */
    }
    this.timer = undefined;
    if (this.reached() > Math.max(upto, this.known)) this.note();
  }
}
