import { Connection } from "./connection";
import { sayGone, saySignedOut } from "./instead";
import { listenToKeys } from "./keys";
import { Moments } from "./moments";
import { Posts } from "./posts";
import { Topic } from "./topic";
import type { Post } from "./wire";
import { Words } from "./words";

/** A thread that is alive: replies, edits and deletions appear as they happen. Writing is the page's own form. */
export class Thread {
  private readonly number: number;
  private readonly posts: Posts;
  private readonly words: Words;
  private readonly connection: Connection;

  /** On a page that does not reach the thread's end, newer replies are not put in. */
  private readonly atEnd: boolean;

  constructor(root: HTMLElement) {
    const data = root.dataset as Record<string, string>;
    this.number = Number(data.thread);
    this.atEnd = data.end === "true";
    this.words = new Words(data.words!, data.culture!);
    this.posts = new Posts(root.querySelector<HTMLElement>("#posts")!, data.member!, this.words, new Moments(data.culture!, data.zone!));
    const line = root.querySelector<HTMLElement>(".connection")!;
    this.connection = new Connection(new Topic(`room/${data.room}`, Number(data.epoch), Number(data.position), {
      replace: () => location.reload(),   // away for too long: the page is made anew, by the server
      apply: changes => this.posts.put(changes.filter(change => change.key.startsWith("post/")).map(change => change.post).filter(post => this.belongs(post))),
    }), `/api/rooms/${data.room}/posts?count=1`, {
      reached: () => { line.textContent = ""; root.dataset.live = "true"; },
      lost: () => { line.textContent = this.words.say("client.reconnecting"); delete root.dataset.live; },
      gone: () => sayGone(root, this.words),
      signedOut: () => saySignedOut(root, this.words),
    });
  }

  start(): void {
    listenToKeys(this.posts.list);
    void this.connection.follow();
  }

  private belongs(post: Post): boolean {
    return this.posts.find(post.number) !== null || (post.thread === this.number && this.atEnd && post.number > this.posts.last);
  }
}
