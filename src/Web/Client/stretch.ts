import { ask } from "./http";
import type { Posts } from "./posts";
import type { Reading } from "./reading";
import type { Page, Post } from "./wire";

const pageSize = 50;

/** Kept on the page; those furthest from the reader are taken away, and read again when wanted. */
const mostPosts = 300;

/** So near to an end of what is on the page, more of it is read. */
const nearEnd = 400;

/** Changes of posts that are not on the page, remembered while a page of posts is on its way. */
const mostMissed = 500;

/** The stretch of the room that is on the page: without holes, growing at both ends, never too long. */
export class Stretch {
  private readonly missed = new Map<number, Post>();
  private readonly api: string;
  private reads = false;

  constructor(private readonly root: HTMLElement, private readonly room: string, private readonly posts: Posts, private readonly reading: Reading, public atNewest: boolean) {
    this.api = `/api/rooms/${room}/posts`;
  }

  /** Puts in what belongs to the stretch; answers what is new at its end. */
  take(all: Post[], also: () => void): Post[] {
    const { last } = this.posts;
    const shown = all.filter(post => this.posts.find(post.number) !== null || (this.atNewest && post.number > last));
    const fresh = shown.filter(post => post.number > last);
    for (const post of all) if (!shown.includes(post)) this.miss(post);

    this.reading.changing(() => { this.posts.put(shown); also(); });
    if (fresh.length && this.reading.isAtEnd && this.posts.articles.length > mostPosts)
      this.reading.before(() => { if (this.posts.keep(mostPosts, "last")) this.linkToOlder(true); });
    return fresh;
  }

  /** What others have said beyond the end of the page, as far as it is remembered. */
  beyond(member: string): number {
    if (this.atNewest) return 0;
    const { last } = this.posts;
    return [...this.missed.values()].filter(post => post.number > last && post.author.member !== member).length;
  }

  /** A snapshot in place of everything; false where it does not reach the stretch. */
  replace(posts: Post[], also: () => void): boolean {
    if (!this.atNewest) return false;
    this.reading.changing(() => {
      this.posts.replace(posts);
      also();
    });
    this.linkToOlder(this.posts.first > 1);
    return true;
  }

  readOnScroll(): void {
    this.listen(".earlier a", () => this.readEarlier());
    this.listen(".later a:first-child", () => this.readLater());
    // Not before the reader moves: a page that is short to begin with stays as it was given.
    window.addEventListener("scroll", () => {
      if (this.root.dataset.below !== "true" && window.scrollY < nearEnd && this.isShown(".earlier") && this.posts.first > 1) this.read(() => this.readEarlier());
      else if (document.documentElement.scrollHeight - window.scrollY - window.innerHeight < nearEnd && !this.atNewest) this.read(() => this.readLater());
    }, { passive: true });
  }

  private listen(selector: string, work: () => Promise<void>): void {
    this.root.querySelector(selector)?.addEventListener("click", event => { event.preventDefault(); this.read(work); });
  }

  private isShown(selector: string): boolean { return this.root.querySelector<HTMLElement>(selector)?.hidden === false; }

  private read(work: () => Promise<void>): void {
    if (this.reads) return;
    this.reads = true;
    work().catch(() => undefined).finally(() => { this.reads = false; });
  }

  private async readEarlier(): Promise<void> {
    const page = await this.page(`before=${this.posts.first}`);
    this.reading.before(() => {
      this.posts.put(page.posts);
      this.linkToOlder(page.older);
    });
    if (this.posts.keep(mostPosts, "first")) this.linkToNewer(true);
  }

  private async readLater(): Promise<void> {
    const page = await this.page(`after=${this.posts.last}`);
    this.posts.put(page.posts);
    this.linkToNewer(page.newer === true);
    if (this.atNewest) this.posts.put([...this.missed.values()].filter(post => post.number > this.posts.last).sort((one, other) => one.number - other.number));
    this.reading.before(() => { if (this.posts.keep(mostPosts, "last")) this.linkToOlder(true); });
  }

  /** What changed while the page was on its way is newer than the page. */
  private async page(where: string): Promise<Page> {
    this.missed.clear();
    const page = await ask<Page>("GET", `${this.api}?${where}&count=${pageSize}`);
    return { ...page, posts: page.posts.map(post => this.missed.get(post.number) ?? post) };
  }

  private miss(post: Post): void {
    this.missed.set(post.number, post);
    if (this.missed.size > mostMissed) this.missed.delete(this.missed.keys().next().value!);
  }

  private linkToOlder(older: boolean): void {
    const earlier = this.root.querySelector<HTMLElement>(".earlier");
    if (!earlier) return;
    earlier.hidden = !older;
    earlier.querySelector("a")!.href = `/communities/${this.room}?before=${this.posts.first}`;
  }

  private linkToNewer(newer: boolean): void {
    this.atNewest = !newer;
    const later = this.root.querySelector<HTMLElement>(".later");
    if (!later) return;
    later.hidden = !newer;
    later.querySelector("a")!.href = `/communities/${this.room}?after=${this.posts.last}`;
  }
}
