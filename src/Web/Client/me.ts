import { live } from "./connection";
import { count, shown } from "./count";
import { ask } from "./http";
import { Moments } from "./moments";
import { isOffline } from "./offline";
import { noticeItem, sentence, showRead } from "./notices";
import { QueueBadge } from "./queue-badge";
import { Rail } from "./rail";
import type { Card, Change, Counts, MeSnapshot, Mutes, Notice, Unread } from "./wire";
import { Words } from "./words";

/** In the bell's list. */
const inBell = 8;

/** As many as a snapshot has. */
const mostKept = 50;

/** What concerns the reader, wherever on the site they are: bell, badges, title. Every number is absolute, so that none can drift. */
export class Me {
  private readonly list: HTMLElement;
  private readonly words: Words;
  private readonly moments: Moments;
  private readonly queue: QueueBadge;
  private readonly rail = new Rail(() => { this.queue.refresh(); this.render(); });
  private readonly title = document.title;
  private readonly notices = new Map<number, Notice>();
  private readonly rooms = new Map<string, Unread>();
  private counts: Counts = { unread: 0, byRoom: {} };
  private muted = new Set<string>();
  private newest: number | null = null;

  constructor(private readonly bell: HTMLElement) {
    this.list = bell.querySelector<HTMLElement>(".notices")!;
    const { words, culture, zone } = this.list.dataset;
    this.words = new Words(words!, culture!);
    this.moments = new Moments(culture!, zone!);
    this.queue = new QueueBadge(this.words);
  }

  start(): void {
    live.follow("me", {
      replace: snapshot => this.replace(snapshot as MeSnapshot),
      apply: changes => this.apply(changes),
      pass: values => this.pass(values),
      reached: () => { this.bell.dataset.live = "true"; },
      lost: () => { delete this.bell.dataset.live; },
    });
    document.addEventListener("click", event => this.follow(event));
    document.addEventListener("submit", event => this.submit(event));
  }

  private replace(snapshot: MeSnapshot): void {
    this.notices.clear();
    for (const notice of snapshot.notices) this.notices.set(notice.number, notice);
    this.counts = snapshot;
    this.muted = new Set(snapshot.mutes.rooms);
    for (const room of [...this.rooms.keys()]) if (!snapshot.rooms.some(each => each.room === room)) this.drop(room);
    this.rail.follow(snapshot.rail);
    for (const room of snapshot.rooms) this.rooms.set(room.room, room);

    // A snapshot that is not full holds every notice there is.
    const oldest = snapshot.notices.length < mostKept ? 0 : Math.min(...this.notices.keys());
    for (const item of this.shown())
      if (numberOf(item) >= oldest && !this.notices.has(numberOf(item))) item.remove();
    if (this.newest !== null) this.queue.refresh();
    this.newest ??= Math.max(0, ...this.notices.keys());
    this.announce();
    this.render();
  }

  private apply(changes: Change[]): void {
    for (const { key, put } of changes) {
      if (key.startsWith("notice/")) this.put(Number(key.slice("notice/".length)), put as Notice | null);
      else if (key === "counts") this.counts = put as Counts;
      else if (key === "mutes") this.muted = new Set((put as Mutes).rooms);
    }
    while (this.notices.size > mostKept) this.notices.delete(Math.min(...this.notices.keys()));
    this.announce();
    this.render();
  }

  private pass(values: Change[]): void {
    for (const { key, put } of values) {
      if (key.startsWith("name/")) for (const notice of this.notices.values()) if (notice.by.member === (put as Card).member) notice.by = put as Card;
      if (key === "rail") this.rail.follow(put as string);
      if (!key.startsWith("unread/")) continue;
      const room = key.slice("unread/".length);
      const [told, known] = [put as Unread | null, this.rooms.get(room)];
      if (!told) this.drop(room);
      else if (!known || (told.mark >= known.mark && (told.epoch !== known.epoch || told.position >= known.position))) this.rooms.set(room, told);
    }
    this.render();
  }

  private put(number: number, notice: Notice | null): void {
    if (isOfAQueue(notice ?? this.notices.get(number))) this.queue.refresh();
    if (notice && (notice.kind === "standing" || notice.kind === "decided")) this.rail.refresh();
    if (notice) this.notices.set(number, notice);
    else {
      this.notices.delete(number);
      for (const item of this.shown()) if (numberOf(item) === number) item.remove();
    }
  }

  /** A room that is not the reader's any more counts nothing. */
  private drop(room: string): void {
    this.rooms.delete(room);
    count(`unread/${room}`, 0, this.words);
  }

  /** Once each, politely, and not what was there when the page was opened. */
  private announce(): void {
    const fresh = [...this.notices.values()].filter(notice => notice.number > this.newest! && !notice.isRead).sort((a, b) => a.number - b.number);
    this.newest = Math.max(this.newest ?? 0, ...this.notices.keys());
    if (fresh.length > 0) document.querySelector(".announce")!.textContent = fresh.map(notice => [sentence(notice, this.words), notice.roomName].filter(Boolean).join(", ")).join(". ");
  }

  private render(): void {
    const { unread, byRoom } = this.counts;
    count("notices", unread, this.words);
    document.title = unread > 0 ? `(${shown(unread)}) ${this.title}` : this.title;

    for (const item of document.querySelectorAll<HTMLElement>("[data-rail]")) {
      const room = item.dataset.rail!;
      const [here, isMuted] = [this.rooms.get(room)?.unread ?? 0, this.muted.has(room)];
      count(`mentions/${room}`, byRoom[room] ?? 0, this.words);
      if (this.rooms.has(room)) count(`unread/${room}`, here, this.words);
      item.className = isMuted ? "muted" : here > 0 ? "has-unread" : "";
    }

    for (const item of this.shown()) if (this.notices.get(numberOf(item))?.isRead) showRead(item);
    const newest = [...this.notices.values()].sort((a, b) => b.number - a.number).slice(0, inBell);
    this.showNewest(newest);
    this.bell.querySelector<HTMLElement>(".none")!.hidden = newest.length > 0;
  }

  /** What did not change stays the element it is: it may have the focus. */
  private showNewest(newest: Notice[]): void {
    const present = new Map([...this.list.children].map(item => [numberOf(item as HTMLElement), item as HTMLElement]));
    const items = newest.map(notice => {
      const [made, item] = [noticeItem(notice, this.words, this.moments), present.get(notice.number)];
      if (!item || item.isEqualNode(made)) return item ?? made;
      const focused = item.contains(document.activeElement);
      item.replaceWith(made);
      if (focused) made.querySelector("a")!.focus({ preventScroll: true });
      return made;
    });
    for (const item of [...this.list.children]) if (!items.includes(item as HTMLElement)) item.remove();
    items.forEach((item, place) => { if (this.list.children[place] !== item) this.list.insertBefore(item, this.list.children[place] ?? null); });
  }

  /** On the page itself. */
  private shown(): HTMLElement[] { return [...document.querySelectorAll<HTMLElement>("main [data-notice]")]; }

  /** Whoever follows a notice has read it, wherever it leads. */
  private follow(event: MouseEvent): void {
    const item = (event.target as Element).closest<HTMLElement>(".notice-item.unread > a")?.parentElement;
    if (!item) return;
    // Outlives the page.
    void fetch("/api/me/notices/read", {
      method: "POST",
      keepalive: true,
      headers: { "X-Requested-With": "PublicBuyers", "Content-Type": "application/json" },
      body: JSON.stringify({ requestId: newRequest(), number: numberOf(item) }),
    }).catch(() => undefined);
  }

  /** Without leaving the page; where that fails, as the form would have. */
  private submit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    const button = event.submitter as HTMLButtonElement | null;
    if (event.defaultPrevented || !button || !form.matches("form.mute, form.read-one")) return;
    event.preventDefault();
    void (form.matches(".mute") ? this.mute(form, button) : this.read(Number(button.value))).catch(() => { if (!isOffline()) form.submit(); });
  }

  private async read(number: number): Promise<void> {
    const requestId = newRequest();
    await live.invoke("ReadNotices", requestId, number, null).catch(() => ask("POST", "/api/me/notices/read", { requestId, number }));
  }

  private async mute(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
    const requestId = newRequest();
    const which = form.querySelector<HTMLInputElement>("[name=muted]")!;
    const [room, muted] = [button.value, which.value === "true"];
    await live.invoke("MuteRoom", room, requestId, muted).catch(() => ask("POST", "/api/me/mutes/rooms", { requestId, room, muted }));

    which.value = `${!muted}`;
    const quietly = button.matches(".quiet");
    button.textContent = this.words.say(`${muted ? "mutes.unmute" : "mutes.mute"}${quietly ? "-room" : ""}`);
    if (!quietly) button.setAttribute("aria-label", this.words.say(muted ? "mutes.unmute-named" : "mutes.mute-named", { name: button.dataset.name ?? room }));
  }
}

function numberOf(item: HTMLElement): number { return Number(item.dataset.notice); }

/** Something waits for the reader as a moderator, or does not any more. */
function isOfAQueue(notice: Notice | undefined): boolean { return notice?.kind === "waiting" || notice?.kind === "escalated"; }

function newRequest(): string { return `page:${crypto.randomUUID()}`; }
