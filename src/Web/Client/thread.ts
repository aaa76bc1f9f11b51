import { live } from "./connection";
import { sayGone, saySignedOut } from "./instead";
import { listenToKeys } from "./keys";
import { Moments } from "./moments";
import { Posts } from "./posts";
import type { Post } from "./wire";
import { Words } from "./words";

/** A thread that is alive: replies, edits and deletions appear as they happen. Writing is the page's own form. */
export class Thread {
  private readonly number: number;
  private readonly posts: Posts;
  private readonly words: Words;

  /** On a page that does not reach the thread's end, newer replies are not put in. */
  private readonly atEnd: boolean;

  constructor(private readonly root: HTMLElement) {
    const data = root.dataset as Record<string, string>;
    this.number = Number(data.thread);
    this.atEnd = data.end === "true";
    this.words = new Words(data.words!, data.culture!);
    this.posts = new Posts(root.querySelector<HTMLElement>("#posts")!, data.member!, this.words, new Moments(data.culture!, data.zone!));
  }

  start(): void {
    listenToKeys(this.posts.list);
    const data = this.root.dataset as Record<string, string>;
    const line = this.root.querySelector<HTMLElement>(".connection")!;
    live.follow(`room/${data.room}`, {
      replace: () => location.reload(),   // away for too long: the page is made anew, by the server
      apply: changes => this.posts.put(changes.filter(change => change.key.startsWith("post/")).map(change => change.put as Post).filter(post => this.belongs(post))),
      reached: () => { line.textContent = ""; this.root.dataset.live = "true"; },
      lost: () => { line.textContent = this.words.say("client.reconnecting"); delete this.root.dataset.live; },
      gone: () => sayGone(this.root, this.words),
      signedOut: () => saySignedOut(this.root, this.words),
    }, { epoch: Number(data.epoch), position: Number(data.position) });
  }

  private belongs(post: Post): boolean {
    return this.posts.find(post.number) !== null || (post.thread === this.number && this.atEnd && post.number > this.posts.last);
  }
}
