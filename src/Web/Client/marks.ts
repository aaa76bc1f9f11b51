import { live } from "./connection";
import { ask } from "./http";

/** So that reading on costs one message, not one a post. */
const gathered = 2_000;

/** Tells the server how far the reader has read: what was in view, while the page was. */
export class Marks {
  private seen = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly watching: IntersectionObserver;
  private readonly inView = new Set<Element>();
  private readonly added: MutationObserver;

  /** @param mark What is known to be read already. */
  constructor(private readonly room: string, private readonly thread: number | null, list: HTMLElement, public mark: number, private readonly marked: (mark: number) => void = () => undefined) {
    this.watching = new IntersectionObserver(entries => {
      for (const { target, isIntersecting, boundingClientRect, rootBounds } of entries) {
        // Its end was seen, or it fills the view.
        if (isIntersecting && (!rootBounds || boundingClientRect.bottom <= rootBounds.bottom + 1 || boundingClientRect.height > rootBounds.height)) this.inView.add(target);
        else this.inView.delete(target);
      }
      this.note();
    }, { threshold: [0, 0.5, 1] });
    this.added = new MutationObserver(changes => {
      for (const { addedNodes, removedNodes } of changes) {
        for (const node of addedNodes) if (node instanceof HTMLElement && node.matches("article.post")) this.watching.observe(node);
        for (const node of removedNodes) if (node instanceof HTMLElement) { this.watching.unobserve(node); this.inView.delete(node); }
      }
    });
    this.added.observe(list, { childList: true });
    for (const article of list.querySelectorAll(":scope > article.post")) this.watching.observe(article);
    document.addEventListener("visibilitychange", this.note);
  }

  /** Something was read elsewhere. */
  movedTo(mark: number): void { this.mark = Math.max(this.mark, mark); }

  end(): void {
    clearTimeout(this.timer);
    this.watching.disconnect();
    this.added.disconnect();
    document.removeEventListener("visibilitychange", this.note);
  }

  private readonly note = (): void => {
    if (document.visibilityState !== "visible") return;
    for (const article of this.inView) this.seen = Math.max(this.seen, Number((article as HTMLElement).dataset.number));
    if (this.seen > this.mark) this.timer ??= setTimeout(() => void this.send(), gathered);
  };

  private async send(): Promise<void> {
    const upto = this.seen;
    try {
      await live.invoke("MarkRead", this.room, upto, this.thread)
        .catch(() => ask("POST", `/api/rooms/${this.room}/read`, { number: upto, thread: this.thread }));
      this.mark = Math.max(this.mark, upto);
      this.marked(this.mark);
    } catch { /* not reached: said again with what is read next */ }
    this.timer = undefined;
    if (this.seen > Math.max(upto, this.mark)) this.note();
  }
}
