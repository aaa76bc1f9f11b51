import { Acts } from "./acts";
import { Closing } from "./closing";
import { Composer, type Said } from "./composer";
import { live } from "./connection";
import { keepMentions } from "./editing";
import { sayGone, saySignedOut } from "./instead";
import { listenToKeys } from "./keys";
import { Marks } from "./marks";
import { Moments } from "./moments";
import { Mutes } from "./mutes";
import { isOffline } from "./offline";
import { Outbox, type Draft } from "./outbox";
import { Outgoing } from "./outgoing";
import { Panel } from "./panel";
import { fold, showNews, tintMine, type Fills } from "./post";
import { Posts } from "./posts";
import { Presence } from "./presence";
import { Reading } from "./reading";
import { Settings } from "./settings";
import { Stretch } from "./stretch";
import { ThreadPanel } from "./thread-panel";
import type { Change, Post, Posted, RoomSettings, RoomSnapshot } from "./wire";
import { Words } from "./words";

/** Losing the connection for a moment is nobody's concern. */
const patience = 1_000;

/** A room that is alive: what others say appears, what one says is sent, whatever the network does. */
export class Room {
  private readonly name: string;
  private readonly api: string;
  private readonly member: string;
  private readonly moderates: boolean;
  private readonly words: Words;
  private readonly fills: Fills;
  private readonly posts: Posts;
  private readonly stretch: Stretch;
  private readonly reading: Reading;
  private readonly composer: Composer;
  private readonly outbox: Outbox;
  private readonly outgoing: Outgoing;
  private readonly presence: Presence;
  private readonly settings: Settings;
  private readonly marks: Marks;
  private readonly mutes: Mutes;
  private readonly panel = new Panel();
  private readonly thread: ThreadPanel;
  private readonly acts: Acts;
  private readonly closing: Closing;
  private readonly line: HTMLElement;
  private readonly since: HTMLElement | null;
  private readonly threads: Record<string, number>;
  private losing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly root: HTMLElement) {
    const data = root.dataset as Record<string, string>;
    this.name = data.room!;
    this.api = `/api/rooms/${this.name}`;
    this.member = data.member!;
    this.moderates = data.moderates === "true";
    this.words = new Words(data.words!, data.culture!);
    this.line = root.querySelector<HTMLElement>(".connection")!;
    this.threads = JSON.parse(data.threads || "{}") as Record<string, number>;

    const { words, member, moderates } = this;
    this.mutes = new Mutes(member, this.name, () => this.refold(), mark => { this.marks.movedTo(mark); this.renew(); });
    // the server's address leads to where reading begins; within the page it leads to the end
    this.since = root.querySelector<HTMLElement>("#posts > .since");
    const end = root.querySelector<HTMLElement>(".end")!;
    if (this.since) this.since.id = "since";
    end.id = "newest";
    this.fills = { member, moderates, words, moments: new Moments(data.culture!, data.zone!), isMuted: each => this.mutes.has(each), newsIn: (thread, last) => this.newsIn(thread, last) };
    this.posts = new Posts(root.querySelector<HTMLElement>("#posts")!, this.fills);
    this.reading = new Reading(root, {
      end, list: this.posts.list, words, isBelow: data.below === "true",
      isEnd: () => this.stretch.atNewest,
      beyond: () => this.stretch.beyond(member),
      isUnread: article => this.marks.isUnread(article),
      unreadBefore: () => (this.marks.mark > 0 && this.marks.mark + 1 < this.posts.first ? root.querySelector<HTMLElement>(".since.above a") : null),
      leaveForNewest: () => location.assign(`/communities/${this.name}?newest#newest`),
    });
    this.stretch = new Stretch(root, this.name, this.posts, this.reading, data.newest === "true");
    this.marks = new Marks(this.name, null, this.posts.list, Number(data.began ?? 0), {
      member, isFirstVisit: data.mark === "0",
      hasRead: article => Number(article.dataset.number) <= (this.threads[Number(article.dataset.thread ?? article.dataset.number)] ?? 0),
      marked: mark => { data.mark = `${mark}`; this.renew(); },
      saw: () => this.reading.offer(),
    });
    this.presence = new Presence(this.name, member, words, root.querySelector<HTMLElement>(".typing")!, document.querySelector<HTMLElement>("aside.panel .here"));
    this.settings = new Settings(this.name, Number(data.slow ?? 0), root.querySelector<HTMLElement>(".slow"), this.posts, words, this.fills.moments);
    const typing = (): void => this.presence.types();
    this.composer = new Composer(root.querySelector<HTMLFormElement>("form.composer")!, this.name, {
      api: this.api, member, moderates, words, typing, say: said => { this.outbox.add(said); this.reading.toEnd(); },
    });
    this.outgoing = new Outgoing(root.querySelector<HTMLElement>("#outgoing")!, words, member, () => this.outbox, draft => this.takeBack(draft));
    this.outbox = new Outbox(member, this.name, `${this.api}/posts`, {
      changed: waiting => this.outgoing.show(waiting, this.outbox.isHeld),
      posted: (draft, answer, isOwn) => this.posted(draft, answer, isOwn),
      slowed: (_, seconds) => this.hold(seconds),
      signedOut: () => saySignedOut(root, words),
    });
    this.thread = new ThreadPanel({
      room: this.name, fills: this.fills, panel: this.panel, typing, say: said => this.outbox.add(said),
      markOf: thread => Math.max(this.marks.mark, this.threads[thread] ?? 0),
      read: (thread, mark) => { this.threads[thread] = mark; this.renew(); },
    });
    this.closing = new Closing(root, words, this.fills.moments, () => this.showClosing());
    this.acts = new Acts({
      room: this.name, words,
      reply: article => this.reply(article),
      openThread: (article, opener) => this.openThread(article, opener),
      prepare: form => keepMentions(form, this.api, moderates, words),
      tell: text => this.tell(text),
    });
  }

  start(): void {
    this.panel.start();
    listenToKeys(this.posts.list, { toUnread: () => this.toUnread(), showKeys: () => this.showKeys() });
    this.acts.listen(this.root);
    const aside = document.querySelector<HTMLElement>("aside.panel .thread-panel");
    if (aside) this.acts.listen(aside);
    this.acts.reopen(this.root);
    for (const text of this.posts.list.querySelectorAll<HTMLElement>(".text")) tintMine(text, this.member);
    this.refold();
    this.renew();
    this.stretch.readOnScroll();
    this.outgoing.show(this.outbox.waiting);
    const lookedFor = this.posts.find(Number(this.root.dataset.lookedFor));
    if (location.hash === "" && lookedFor) this.reading.toPost(lookedFor);   // its fragment was lost, at signing in
    else if (location.hash === "" || location.hash === "#newest") this.reading.toBeginning(this.since);
    this.showClosing();
    this.outbox.hurry();
    this.mutes.follow();
    live.follow(`room/${this.name}`, {
      replace: snapshot => this.replace(snapshot as RoomSnapshot),
      apply: changes => this.apply(changes),
      pass: values => { this.presence.take(values); this.closing.take(values); },
      reached: () => this.reached(),
      lost: () => this.lost(),
      gone: () => sayGone(this.root, this.words),
      signedOut: () => saySignedOut(this.root, this.words),
    }, { epoch: Number(this.root.dataset.epoch), position: Number(this.root.dataset.position) });
  }

  private apply(changes: Change[]): void {
    const all = changes.filter(change => change.key.startsWith("post/")).map(change => change.put as Post);
    const fresh = this.stretch.take(all, () => {
      this.outgoing.forget(all);
      if (all.length) this.root.querySelector(".empty")?.remove();
    });
    for (const { key, put } of changes) if (key === "settings") this.takeSettings(put as RoomSettings);
    this.settings.renew(all);
    this.renew();
    this.presence.wrote(fresh.map(post => post.author.member));
    this.announce(fresh.filter(post => post.author.member !== this.member && !this.mutes.has(post.author.member)));
  }

  private replace(snapshot: RoomSnapshot): void {
    if (!this.stretch.replace(snapshot.posts, () => this.outgoing.forget(snapshot.posts))) return location.reload();
    this.takeSettings(snapshot.settings);
    this.settings.renew(snapshot.posts);
    this.renew();
  }

  private showClosing(): void {
    const { isClosed } = this.closing;
    this.composer.shut(isClosed || this.root.dataset.ended === "true");
    this.thread.shut(isClosed);
  }

  /** Whoever waited for slow mode need not wait any longer than it lasts. */
  private takeSettings(settings: RoomSettings): void {
    this.settings.take(settings);
    if (settings.slowSeconds > 0) return;
    this.composer.release();
    this.outbox.hurry();
  }

  private posted(draft: Draft, answer: Posted, isOwn: boolean): void {
    if (answer?.unreached > 0) this.tell(this.words.count("client.unreached", answer.unreached));
    if (this.settings.slowSeconds > 0 && !this.moderates) this.hold(this.settings.slowSeconds);
    if (isOwn && !this.stretch.atNewest && draft.thread === null) location.assign(`/communities/${this.name}?around=${answer.number}#post-${answer.number}`);
  }

  private hold(seconds: number): void {
    this.composer.hold(Date.now() + seconds * 1000, left => this.settings.say(left));
  }

  private takeBack(draft: Draft): void {
    const said: Said = { markdown: draft.markdown, thread: draft.thread, mentions: draft.mentions ?? null, attachments: draft.attachments ?? [] };
    void this.composer.write(said, draft.thread === null ? null : this.authorOf(draft.thread)).then(() => this.outbox.discard(draft.request));
  }

  private reply(article: HTMLElement): void {
    if (article.closest(".thread-panel")) article.closest(".thread-panel")!.querySelector<HTMLElement>("textarea")?.focus();
    else this.composer.replyTo({ number: Number(article.dataset.thread ?? article.dataset.number), author: this.authorOf(Number(article.dataset.number)) });
  }

  private openThread(article: HTMLElement, opener: HTMLElement): void {
    const number = Number(article.dataset.number);
    const thread = Number(article.dataset.thread ?? number);
    const address = `/communities/${this.name}/posts/${thread}`;
    this.thread.open(thread, number, opener.matches(".replies") ? ".replies" : "").then(opened => { if (!opened) location.assign(address); }, () => { if (!isOffline()) location.assign(address); });
  }

  private authorOf(number: number): string {
    return this.posts.find(number)?.querySelector(".author")?.textContent ?? this.words.say("member.nameless");
  }

  private newsIn(thread: number, last: number): number {
    const mark = Math.max(this.marks.mark, this.threads[thread] ?? 0);
    if (last <= mark) return 0;
    const seen = this.posts.articles.filter(each => Number(each.dataset.thread) === thread && Number(each.dataset.number) > mark && each.dataset.author !== this.member).length;
    return Math.max(seen, this.posts.find(last) ? 0 : 1);   // where its last reply is not on the page, one at least
  }

  private renew(): void {
    for (const article of this.posts.articles) showNews(article, this.fills);
  }

  private refold(): void {
    for (const article of document.querySelectorAll<HTMLElement>("article.post")) fold(article, this.fills);
  }

  private toUnread(): void {
    const line = this.root.querySelector<HTMLElement>("#since");
    const above = this.root.querySelector<HTMLElement>(".since.above a");
    if (line) {
      line.scrollIntoView({ block: "center" });
      (line.nextElementSibling as HTMLElement | null)?.focus({ preventScroll: true });
    } else if (above) above.click();
    else this.reading.toEnd();
  }

  private showKeys(): void {
    const list = document.querySelector<HTMLDetailsElement>(".keys-list");
    if (!list) return;
    this.thread.close(false);
    this.panel.set(true, false);
    list.open = true;
    list.querySelector("summary")!.focus();
    list.scrollIntoView({ block: "nearest" });
  }

  private announce(fresh: Post[]): void {
    if (!fresh.length) return;
    const only = fresh.length === 1 ? fresh[0]! : null;
    this.root.querySelector("#announce")!.textContent = only
      ? this.words.say("client.said", { author: only.author.name || this.words.say("member.nameless") })
      : this.words.count("client.new-posts", fresh.length);
  }

  /** A word that stands for a while where the eye is. */
  private tell(text: string): void {
    const told = this.root.querySelector<HTMLElement>(".told")!;
    told.textContent = text;
    setTimeout(() => { if (told.textContent === text) told.textContent = ""; }, 8_000);
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
    this.presence.lost();
    this.outgoing.show(this.outbox.waiting);
  }
}
