import { Composer, type Said } from "./composer";
import { live } from "./connection";
import { ask } from "./http";
import { Marks } from "./marks";
import type { Panel } from "./panel";
import { isLockedFor, isOver, type Fills } from "./post";
import { Posts } from "./posts";
import type { Change, Post } from "./wire";

interface ThreadPage {
  epoch: number;
  position: number;
  post: Post;
  replies: Post[];
  after: number | null;
}

/** Longer threads are read on a page of their own. */
const mostPages = 5;

export interface ThreadSurroundings {
  room: string;
  fills: Fills;
  panel: Panel;
  say(said: Said): void;
  typing(): void;
  read(thread: number, mark: number): void;
  markOf(thread: number): number;
}

/** The thread that is open beside the room, live, with its own place to write and its own mark of what was read. */
export class ThreadPanel {
  private readonly section = document.querySelector<HTMLElement>("aside.panel .thread-panel");
  private readonly about = document.querySelector<HTMLElement>("aside.panel .about");
  private readonly posts: Posts | null = null;
  private composer: Composer | null = null;
  private root = 0;
  private isLocked = false;
  private isShut = false;
  private opener: { number: number; selector: string } | null = null;
  private stop: () => void = () => undefined;
  private marks: Marks | null = null;

  constructor(private readonly around: ThreadSurroundings) {
    if (!this.section) return;
    this.posts = new Posts(this.section.querySelector<HTMLElement>(".posts")!, around.fills, "thread-");
    this.section
      .closest("aside")!
      .querySelector(".close-panel")!
      .addEventListener("click", () => this.close(false));
    this.section.addEventListener("keydown", event => {
      if (
        event.key !== "Escape" ||
        event.defaultPrevented ||
        (event.target as HTMLElement).closest("details[open], form.in-place, .replying:not([hidden])")
      )
        return;
      event.preventDefault();
      this.close(true);
    });
  }

  get isOpen(): boolean {
    return this.root !== 0;
  }

  /** False where there is no panel to open it in. */
  async open(number: number, from: number, selector: string): Promise<boolean> {
    if (!this.section || !this.posts) return false;
    this.leave();
    this.root = number;
    this.opener = { number: from, selector };
    if (await this.take(number)) this.show();
    return true;
  }

  /**
   * Too much was missed to be told one by one: the thread is taken anew. What is being written or edited in it stays.
   */
  private async renew(): Promise<void> {
    const { root } = this;
    this.stop();
    await this.take(root);
  }

  /** False when another thread was opened meanwhile. */
  private async take(number: number): Promise<boolean> {
    let page: ThreadPage;
    const replies: Post[] = [];
    let pages = 0;
    do {
      page = await ask<ThreadPage>(
        "GET",
        `/api/rooms/${this.around.room}/posts/${number}?after=${replies.at(-1)?.number ?? 0}`,
      );
      replies.push(...page.replies);
    } while (page.after !== null && ++pages < mostPages);
    if (this.root !== number) return false;

    this.root = page.post.number;
    const atEnd = page.after === null;
    this.posts!.replace([page.post, ...replies]);
    this.marks?.end();
    this.marks = new Marks(
      this.around.room,
      this.root,
      this.posts!.list,
      Math.max(this.around.markOf(this.root), 0),
      { member: this.around.fills.member, marked: mark => this.around.read(this.root, mark) },
    );
    this.write(page.post);
    this.stop = live.follow(
      `room/${this.around.room}`,
      {
        replace: () => void this.renew().catch(() => undefined),
        apply: changes => this.apply(changes, atEnd),
      },
      { epoch: page.epoch, position: page.position },
    );
    return true;
  }

  /** Whether the post stands in the open thread. */
  shows(number: number): boolean {
    return this.isOpen && this.posts!.find(number) !== null;
  }

  close(keepPanel: boolean): void {
    if (!this.isOpen) return;
    const opener = this.opener;
    this.leave();
    this.section!.hidden = true;
    this.about!.hidden = false;
    if (keepPanel && this.around.panel.isOver) this.around.panel.set(false);
    const article = opener && document.querySelector<HTMLElement>(`#posts > [data-number="${opener.number}"]`);
    ((opener?.selector && article?.querySelector<HTMLElement>(opener.selector)) || article)?.focus({
      preventScroll: true,
    });
  }

  private leave(): void {
    this.stop();
    this.marks?.end();
    this.marks = null;
    this.stop = () => undefined;
    this.root = 0;
    this.posts!.clear(); // what is not followed any more does not stay on the page
  }

  private apply(changes: Change[], atEnd: boolean): void {
    const posts = changes
      .filter(change => change.key.startsWith("post/"))
      .map(change => change.put as Post)
      .filter(
        post =>
          this.posts!.find(post.number) !== null ||
          (atEnd && post.thread === this.root && post.number > this.posts!.last),
      );
    if (!posts.length) return;
    const list = this.posts!.list.closest("aside")!;
    const atBottom = list.scrollHeight - list.scrollTop - list.clientHeight < 160;
    this.posts!.put(posts);
    const root = posts.find(post => post.number === this.root);
    if (root) this.lock(root);
    if (atBottom) list.scrollTo({ top: list.scrollHeight });
  }

  private show(): void {
    const section = this.section!;
    this.about!.hidden = true;
    section.hidden = false;
    section.querySelector<HTMLAnchorElement>(".whole")!.href = `/communities/${this.around.room}/posts/${this.root}`;
    this.around.panel.set(true, false);
    section.querySelector<HTMLElement>("h2")!.focus({ preventScroll: true });
    const aside = section.closest("aside")!;
    const unread = this.posts!.articles.find(article => this.marks!.isUnread(article));
    if (unread) unread.scrollIntoView({ block: "center" });
    else aside.scrollTo({ top: aside.scrollHeight });
  }

  private write(root: Post): void {
    const form = this.section!.querySelector<HTMLFormElement>("form.composer")!;
    const { room, fills } = this.around;
    const where = `${room}:${root.number}`;
    this.composer ??= new Composer(form, where, {
      api: `/api/rooms/${room}`,
      member: fills.member,
      moderates: fills.moderates,
      words: fills.words,
      say: said => this.around.say(said),
      typing: () => this.around.typing(),
    });
    this.composer.stayIn(root.number, where);
    this.lock(root);
  }

  private lock(root: Post): void {
    const isLocked = isLockedFor(root, this.around.fills.moderates);
    this.isLocked = isLocked || isOver(root);
    this.section!.querySelector<HTMLElement>(".notice.locked")!.hidden = !isLocked;
    this.showWriting();
  }

  /** Nobody writes in the whole room: its community is closed. */
  shut(isShut: boolean): void {
    this.isShut = isShut;
    if (this.section) this.showWriting();
  }

  private showWriting(): void {
    this.section!.classList.toggle("is-closed", this.isShut);
    this.section!.querySelector<HTMLElement>(".notice.shut")!.hidden = !this.isShut;
    this.composer?.shut(this.isLocked || this.isShut);
  }
}
