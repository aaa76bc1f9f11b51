import { Acts } from "./acts";
import { Closing } from "./closing";
import { Composer } from "./composer";
import { live } from "./connection";
import { keepMentions } from "./editing";
import { sayGone, saySignedOut } from "./instead";
import { listenToKeys } from "./keys";
import { Marks } from "./marks";
import { Moments } from "./moments";
import { Mutes } from "./mutes";
import { Outbox, type Draft } from "./outbox";
import { Outgoing } from "./outgoing";
import { fold, isLockedFor, isOver, tintMine, type Fills } from "./post";
import { Posts } from "./posts";
import type { Post } from "./wire";
import { Words } from "./words";

/** A thread on a page of its own that is alive: replies, edits and deletions appear as they happen. */
export class Thread {
  private readonly number: number;
  private readonly posts: Posts;
  private readonly words: Words;
  private readonly fills: Fills;
  private readonly mutes: Mutes;
  private readonly closing: Closing;
  private isLocked = false;
  private isOver = false;
  private composer: Composer | null = null;
  private outbox: Outbox | null = null;
  private outgoing: Outgoing | null = null;

  /** On a page that does not reach the thread's end, newer replies are not put in. */
  private readonly atEnd: boolean;

  constructor(private readonly root: HTMLElement) {
    const data = root.dataset as Record<string, string>;
    this.number = Number(data.thread);
    this.atEnd = data.end === "true";
    this.words = new Words(data.words!, data.culture!);
    this.mutes = new Mutes(data.member!, data.room!, () => this.refold(), () => undefined);
    this.fills = { member: data.member!, moderates: data.moderates === "true", words: this.words, moments: new Moments(data.culture!, data.zone!), isMuted: member => this.mutes.has(member), newsIn: () => 0 };
    this.posts = new Posts(root.querySelector<HTMLElement>("#posts")!, this.fills);
    this.isOver = root.dataset.over === "true";
    this.isLocked = root.querySelector<HTMLElement>(".dock > .notice.locked")?.hidden === false;
    this.closing = new Closing(root, this.words, this.fills.moments, () => this.showWriting());
  }

  start(): void {
    const data = this.root.dataset as Record<string, string>;
    const { words } = this;
    listenToKeys(this.posts.list);
    const acts = new Acts({
      room: data.room!, words,
      reply: () => this.root.querySelector<HTMLElement>("form.composer textarea")?.focus(),
      openThread: article => article.focus(),
      prepare: form => keepMentions(form, `/api/rooms/${data.room}`, this.fills.moderates, words),
      tell: text => { this.root.querySelector(".told")!.textContent = text; },
    });
    acts.listen(this.root);
    acts.reopen(this.root);
    for (const text of this.posts.list.querySelectorAll<HTMLElement>(".text")) tintMine(text, data.member!);
    this.refold();
    this.write(data.room!);
    this.mutes.follow();
    const [mark, previous] = [Number(data.mark), Number(data.previous)];
    // where an earlier page holds unread replies, reading this one leaves them unread
    if (mark >= previous) new Marks(data.room!, this.number, this.posts.list, mark, { member: data.member! });

    const line = this.root.querySelector<HTMLElement>(".connection")!;
    live.follow(`room/${data.room}`, {
      replace: () => location.reload(),   // away for too long: the page is made anew, by the server
      apply: changes => this.apply(changes.filter(change => change.key.startsWith("post/")).map(change => change.put as Post).filter(post => this.belongs(post))),
      pass: values => this.closing.take(values),
      reached: () => { line.textContent = ""; this.root.dataset.live = "true"; this.outbox?.hurry(); },
      lost: () => { line.textContent = words.say("client.reconnecting"); delete this.root.dataset.live; },
      gone: () => sayGone(this.root, words),
      signedOut: () => saySignedOut(this.root, words),
    }, { epoch: Number(data.epoch), position: Number(data.position) });
  }

  private write(room: string): void {
    const form = this.root.querySelector<HTMLFormElement>("form.composer");
    if (!form) return;
    const { member, moderates } = this.fills;
    const api = `/api/rooms/${room}`;
    const where = `${room}:${this.number}`;
    const composer = this.composer = new Composer(form, where, { api, member, moderates, words: this.words, say: said => this.outbox!.add(said) });
    const outgoing = this.outgoing = new Outgoing(this.root.querySelector<HTMLElement>("#outgoing")!, this.words, member, () => this.outbox!, taken => {
      void composer.write(taken, null).then(() => this.outbox!.discard(taken.request));
    });
    const ofThread = (waiting: readonly Draft[]): Draft[] => waiting.filter(each => each.thread === this.number);
    this.outbox = new Outbox(member, room, `${api}/posts`, {
      changed: waiting => outgoing.show(ofThread(waiting), this.outbox!.isHeld),
      posted: (_, answer, isOwn) => {
        if (answer?.unreached > 0) this.root.querySelector(".told")!.textContent = this.words.count("client.unreached", answer.unreached);
        if (isOwn && !this.atEnd) location.assign(`/communities/${room}/posts/${answer.number}#post-${answer.number}`);
      },
      slowed: (_, seconds) => composer.hold(Date.now() + seconds * 1000, left => { this.root.querySelector(".told")!.textContent = left ? this.words.say("client.slow", { seconds: this.words.figure(left) }) : ""; }),
      signedOut: () => saySignedOut(this.root, this.words),
    });
    composer.stayIn(this.number, where);
    outgoing.show(ofThread(this.outbox.waiting));
    this.showWriting();
    this.outbox.hurry();
  }

  private apply(posts: Post[]): void {
    this.posts.put(posts);
    const first = posts.find(post => post.number === this.number);
    if (first) this.close(first);
    this.outgoing?.forget(posts);
  }

  private close(first: Post): void {
    this.isLocked = isLockedFor(first, this.fills.moderates);
    const note = this.root.querySelector<HTMLElement>(".dock > .notice.locked");
    if (note) note.hidden = !this.isLocked;
    this.isOver = isOver(first);
    this.showWriting();
  }

  private showWriting(): void {
    this.composer?.shut(this.isLocked || this.isOver || this.closing.isClosed || this.root.dataset.ended === "true");
  }

  private refold(): void {
    for (const article of this.posts.articles) fold(article, this.fills);
  }

  private belongs(post: Post): boolean {
    return this.posts.find(post.number) !== null || (post.thread === this.number && this.atEnd && post.number > this.posts.last);
  }
}
