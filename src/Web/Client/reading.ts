import { viewOfPosts } from "./view";
import type { Words } from "./words";

/** Where the page was left, in the history of the tab: which post stood how far below the window's top. */
interface Place {
  post: number;
  top: number;
}

/** So that scrolling costs one entry, not one a frame. */
const settles = 200;

export interface Surroundings {
  /** After the last post. */
  end: HTMLElement;
  list: HTMLElement;
  words: Words;
  /** Something stands above it that is being read: the page never moves by itself. */
  isBelow: boolean;
  /** Whether the page reaches the end of what there is. */
  isEnd(): boolean;
  /** What was said beyond the end of the page. */
  beyond(): number;
  isUnread(article: HTMLElement): boolean;
  /** Where unread posts stand that are before the page's first. */
  unreadBefore(): HTMLElement | null;
  /** To a page that ends with the newest posts. */
  leaveForNewest(): void;
}

/**
 * Where the reader is. At the end, new posts come into view; further up what is being read does not move, and what is
 * unread above or below the view is offered.
 */
export class Reading {
  private atEnd = true;
  private leaves: ReturnType<typeof setTimeout> | undefined;
  private readonly above: HTMLButtonElement;
  private readonly below: HTMLButtonElement;

  constructor(root: HTMLElement, private readonly around: Surroundings) {
    this.above = root.querySelector<HTMLButtonElement>(".pill.above")!;
    this.below = root.querySelector<HTMLButtonElement>(".pill.below")!;
    new IntersectionObserver(
      ([entry]) => {
        this.atEnd = entry!.isIntersecting;
        this.offer();
      },
      { rootMargin: "0px 0px 40px 0px" },
    ).observe(around.end);
    this.above.addEventListener("click", () => this.toUnreadAbove());
    this.below.addEventListener("click", () => this.toUnreadBelow());
    window.addEventListener("scroll", () => this.moved(), { passive: true });
    window.addEventListener("resize", () => this.offer());
  }

  get isAtEnd(): boolean {
    return this.atEnd && this.around.isEnd();
  }

  /** Changes the page by `change`. Who is at its end stays there. */
  changing(change: () => void): void {
    const follow = this.isAtEnd && !this.around.isBelow;
    const before = document.documentElement.scrollHeight;
    change();
    if (follow && document.documentElement.scrollHeight > before) this.toEnd();
    else this.offer();
  }

  toEnd(): void {
    window.scrollTo({ top: document.documentElement.scrollHeight });
    this.offer();
  }

  /**
   * Where reading begins: at the first post that is new; or else where the page was left, if one comes back to it; or
   * else at the end. The browser would go where the page was scrolled to, or to the address's fragment.
   */
  toBeginning(unread: HTMLElement | null): void {
    if (this.around.isBelow) return;
    history.scrollRestoration = "manual";
    const begin = (): void => {
      if (unread) this.show(unread);
      else if (!this.toPlace() && this.around.isEnd()) this.toEnd();
    };
    begin();
    if (document.readyState !== "complete") window.addEventListener("load", begin, { once: true });
  }

  toPost(article: HTMLElement): void {
    this.show(article);
    article.focus({ preventScroll: true });
  }

  /** Posts are put before all others: the page stays where it is under the reader's eyes. */
  before(change: () => void): void {
    const before = document.documentElement.scrollHeight - window.scrollY;
    change();
    window.scrollTo({ top: document.documentElement.scrollHeight - before });
  }

  /** What is unread out of view, and where the newest posts are. */
  offer(): void {
    const { words } = this.around;
    const { above, below } = this.unread();
    const before = this.around.unreadBefore();
    this.above.hidden = above.length === 0 && !before;
    this.above.textContent = before ? words.say("client.new-before") : words.count("client.new-above", above.length);

    const news = below.length + this.around.beyond();
    this.below.hidden = news === 0 && !this.isFar;
    this.below.textContent = news ? words.count("client.new-below", news) : words.say("client.newest");
  }

  /** The end is more than a screen away. */
  private get isFar(): boolean {
    if (this.around.isBelow) return false;
    return !this.around.isEnd() || this.around.end.getBoundingClientRect().top - window.innerHeight > window.innerHeight;
  }

  private unread(): { above: HTMLElement[]; below: HTMLElement[] } {
    const view = viewOfPosts();
    const all = [...this.around.list.querySelectorAll<HTMLElement>(":scope > article.post")].filter(article =>
      this.around.isUnread(article),
    );
    return {
      above: all.filter(article => article.getBoundingClientRect().top < view.top),
      below: all.filter(article => article.getBoundingClientRect().bottom > view.bottom),
    };
  }

  private toUnreadAbove(): void {
    const before = this.around.unreadBefore();
    if (before) return before.click();
    this.goTo(this.unread().above[0]);
  }

  private toUnreadBelow(): void {
    const [next] = this.unread().below;
    if (next) this.goTo(next);
    else if (this.around.isEnd()) this.toEnd();
    else this.around.leaveForNewest();
  }

  private goTo(article: HTMLElement | undefined): void {
    if (article) this.toPost(article);
  }

  /** A third of the view below its top, so that what was said before it can be read as well. */
  private show(element: HTMLElement): void {
    const { top, bottom } = viewOfPosts();
    window.scrollBy({ top: element.getBoundingClientRect().top - top - (bottom - top) / 3 });
    this.offer();
  }

  private moved(): void {
    this.offer();
    if (this.around.isBelow) return;
    clearTimeout(this.leaves);
    this.leaves = setTimeout(() => this.keepPlace(), settles);
  }

  private keepPlace(): void {
    const { top } = viewOfPosts();
    const articles = [...this.around.list.querySelectorAll<HTMLElement>(":scope > article.post")];
    const first = this.isAtEnd ? undefined : articles.find(article => article.getBoundingClientRect().bottom > top);
    const place: Place | null = first
      ? { post: Number(first.dataset.number), top: first.getBoundingClientRect().top }
      : null;
    history.replaceState(place && { reading: place }, "");
  }

  private toPlace(): boolean {
    const place = (history.state as { reading?: Place } | null)?.reading;
    const article = place && this.around.list.querySelector<HTMLElement>(`:scope > [data-number="${place.post}"]`);
    if (!article) return false;
    window.scrollBy({ top: article.getBoundingClientRect().top - place.top });
    return true;
  }
}
