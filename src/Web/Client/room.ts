import { Composer } from "./composer";
import { live } from "./connection";
import { ask } from "./http";
import { openInPlace } from "./in-place";
import { sayGone, saySignedOut } from "./instead";
import { listenToKeys } from "./keys";
import { Moments } from "./moments";
import { Outbox, type Draft } from "./outbox";
import { Posts } from "./posts";
import { Reading } from "./reading";
import type { Change, Page, Post, RoomSnapshot } from "./wire";
import { Words } from "./words";

const pageSize = 50;

/** Losing the connection for a moment is nobody's concern. */
const patience = 1_000;

/** A room that is alive: what others say appears, what one says is sent, whatever the network does. */
export class Room {
  private readonly name: string;
  private readonly api: string;
  private readonly member: string;
  private readonly words: Words;
  private readonly posts: Posts;
  private readonly reading: Reading;
  private readonly composer: Composer;
  private readonly outbox: Outbox;
  private readonly outgoing: HTMLElement;
  private readonly line: HTMLElement;

  /** On a page of older posts, newer ones are not put in. */
  private readonly atNewest: boolean;
  private readonly missed = new Map<number, Post>();

  /** Drafts whose post has come before the answer to sending them. */
  private readonly covered = new Set<string>();
  private losing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly root: HTMLElement) {
    const data = root.dataset as Record<string, string>;
    this.name = data.room!;
    this.api = `/api/rooms/${this.name}/posts`;
    this.member = data.member!;
    this.atNewest = data.newest === "true";
    this.words = new Words(data.words!, data.culture!);
    this.line = root.querySelector<HTMLElement>(".connection")!;
    this.outgoing = root.querySelector<HTMLElement>("#outgoing")!;
    this.posts = new Posts(root.querySelector<HTMLElement>("#posts")!, this.member, this.words, new Moments(data.culture!, data.zone!));
    this.reading = new Reading(root.querySelector<HTMLElement>("#newest")!, root.querySelector<HTMLButtonElement>(".pill")!, this.words);
    this.composer = new Composer(root.querySelector<HTMLFormElement>("form.composer")!, `draft:${this.member}:${this.name}`, this.words, (markdown, thread) => {
      this.outbox.add(markdown, thread);
      this.reading.toEnd();
    });
    this.outbox = new Outbox(`outbox:${this.member}:${this.name}`, this.api, {
      changed: drafts => this.showOutgoing(drafts),
      signedOut: () => saySignedOut(root, this.words),
    });
  }

  start(): void {
    listenToKeys(this.posts.list);
    this.root.addEventListener("click", event => this.clicked(event));
    this.readOnScroll();
    this.showOutgoing(this.outbox.waiting);
    if (this.atNewest && (location.hash === "" || location.hash === "#newest")) this.reading.toEnd();
    this.outbox.hurry();
    live.follow(`room/${this.name}`, {
      replace: snapshot => this.replace(snapshot as RoomSnapshot),
      apply: changes => this.apply(changes),
      reached: () => this.reached(),
      lost: () => this.lost(),
      gone: () => sayGone(this.root, this.words),
      signedOut: () => saySignedOut(this.root, this.words),
    }, { epoch: Number(this.root.dataset.epoch), position: Number(this.root.dataset.position) });
  }

  private apply(changes: Change[]): void {
    const all = changes.filter(change => change.key.startsWith("post/")).map(change => change.put as Post);
    const last = this.posts.last;
    const shown = all.filter(post => this.belongs(post, last));
    const fresh = shown.filter(post => post.number > last);
    for (const post of all) if (!shown.includes(post)) this.missed.set(post.number, post);

    this.reading.around(() => {
      this.posts.put(shown);
      this.forgetArrived(fresh);
      this.root.querySelector(".empty")?.remove();
    }, fresh.length);
    this.announce(fresh.filter(post => post.author.member !== this.member));
  }

  /** Only what continues the stretch of posts on the page: no holes in it. */
  private belongs(post: Post, last: number): boolean {
    if (this.posts.find(post.number)) return true;
    return last === 0 ? this.atNewest : this.atNewest && post.number > last;
  }

  private replace(snapshot: RoomSnapshot): void {
    if (!this.atNewest) {
      location.reload();
      return;
    }
    const last = this.posts.last;
    const fresh = snapshot.posts.filter(post => post.number > last);
    this.reading.around(() => {
      this.posts.clear();
      this.posts.put(snapshot.posts);
      this.forgetArrived(snapshot.posts);
    }, fresh.length);
    this.linkToOlder(this.posts.first > 1);
  }

  /** One's own post is here: its draft is not shown beside it, even before the answer to sending it has come. */
  private forgetArrived(posts: Post[]): void {
    for (const post of posts) {
      if (post.author.member !== this.member) continue;
      const sending = this.outgoing.querySelector<HTMLElement>("[data-state=sending]:not([hidden])");
      if (!sending) return;
      sending.hidden = true;
      this.covered.add(sending.dataset.request!);
    }
  }

  private showOutgoing(drafts: readonly Draft[]): void {
    let first = true;
    this.outgoing.replaceChildren(...drafts.map(draft => {
      const state = draft.failed !== undefined ? "failed" : first && navigator.onLine ? "sending" : "waiting";
      if (draft.failed === undefined) first = false;
      return this.showDraft(draft, state);
    }));
  }

  private showDraft(draft: Draft, state: "sending" | "waiting" | "failed"): HTMLElement {
    const shown = document.createElement("div");
    shown.className = "post outgoing";
    shown.dataset.state = state;
    shown.dataset.request = draft.request;
    shown.hidden = state !== "failed" && this.covered.has(draft.request);

    const text = document.createElement("div");
    text.className = "text typed";
    text.textContent = draft.markdown;

    const note = document.createElement("p");
    note.className = state === "failed" ? "refusing" : "note";
    note.textContent = this.words.say(`client.${state}`);
    shown.append(text, note);
    if (state === "failed") {
      note.append(` ${draft.failed} `,
        this.button("client.try-again", () => this.outbox.again(draft.request)),
        this.button("post.edit", () => this.takeBack(draft)),
        this.button("client.discard", () => this.outbox.discard(draft.request)));
    }
    return shown;
  }

  private takeBack(draft: Draft): void {
    this.outbox.discard(draft.request);
    this.composer.write(draft.markdown, draft.thread === null ? null : { number: draft.thread, author: this.authorOf(draft.thread) });
  }

  private button(key: string, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = this.words.say(key);
    button.addEventListener("click", act);
    return button;
  }

  private clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>(".actions a");
    const article = link?.closest<HTMLElement>("article.post");
    if (!link || !article) return;

    if (link.matches(".reply")) {
      event.preventDefault();
      const root = Number(article.dataset.thread ?? article.dataset.number);
      this.composer.replyTo({ number: root, author: this.authorOf(Number(article.dataset.number)) });
    } else if (link.matches(".edit, .delete")) {
      event.preventDefault();
      openInPlace(article, link.href, this.words.say("cancel")).catch(() => location.assign(link.href));
    }
  }

  private authorOf(number: number): string {
    return this.posts.find(number)?.querySelector(".author")?.textContent ?? this.words.say("member.nameless");
  }

  private readOnScroll(): void {
    const link = this.root.querySelector<HTMLAnchorElement>(".earlier a");
    if (!link) return;
    let reading = false;
    const read = (): void => {
      if (reading) return;
      reading = true;
      this.readEarlier().catch(() => undefined).finally(() => { reading = false; });
    };
    link.addEventListener("click", event => { event.preventDefault(); read(); });
    // Not before the reader moves: a page that is short to begin with stays as it was given.
    window.addEventListener("scroll", () => {
      if (window.scrollY < 400 && link.isConnected && !link.parentElement!.hidden && this.posts.first > 1) read();
    }, { passive: true });
  }

  private async readEarlier(): Promise<void> {
    this.missed.clear();
    const page = await ask<Page>("GET", `${this.api}?before=${this.posts.first}&count=${pageSize}`);
    this.reading.above(() => {
      // What changed while the page was on its way is newer than the page.
      this.posts.put(page.posts.map(post => this.missed.get(post.number) ?? post));
      this.linkToOlder(page.older);
    });
  }

  private linkToOlder(older: boolean): void {
    const earlier = this.root.querySelector<HTMLElement>(".earlier");
    if (!earlier) return;
    earlier.hidden = !older;
    earlier.querySelector("a")!.href = `/communities/${this.name}?before=${this.posts.first}`;
  }

  private announce(fresh: Post[]): void {
    if (!fresh.length) return;
    const only = fresh.length === 1 ? fresh[0]! : null;
    this.root.querySelector("#announce")!.textContent = only
      ? this.words.say("client.said", { author: only.author.name || this.words.say("member.nameless") })
      : this.words.count("client.new-posts", fresh.length);
  }

  private reached(): void {
    clearTimeout(this.losing);
    this.losing = undefined;
    this.line.textContent = "";
    this.root.dataset.live = "true";
    this.outbox.hurry();
  }

  private lost(): void {
    delete this.root.dataset.live;
    this.losing ??= setTimeout(() => { this.line.textContent = this.words.say("client.reconnecting"); }, patience);
    this.showOutgoing(this.outbox.waiting);
  }
}
