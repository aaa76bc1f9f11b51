import { live } from "./connection";
import { count } from "./count";
import { ageOf } from "./queue-row";
import type { Item, QueueSnapshot } from "./queue-wire";
import type { Change } from "./wire";
import { Words } from "./words";

/** Topics cost a place each on the connection; further queues are as the server wrote them. */
const mostFollowed = 20;

/** All queues of a moderator: counts live, where something has waited longest first. */
export class Queues {
  private readonly words: Words;
  private readonly skew: number;

  constructor(private readonly list: HTMLElement) {
    this.words = new Words(list.dataset.words!, list.dataset.culture!);
    this.skew = Number(list.dataset.now) - Date.now();
  }

  start(): void {
    for (const entry of this.entries.slice(0, mostFollowed)) this.follow(entry);
    setInterval(() => this.show(), 30_000);
  }

  private get entries(): HTMLElement[] { return [...this.list.querySelectorAll<HTMLElement>("[data-queue]")]; }

  private follow(entry: HTMLElement): void {
    const open = new Map<number, number>();
    const put = (item: Item): void => {
      if (item.state === "open") open.set(item.number, Date.parse(item.openedAt));
      else open.delete(item.number);
    };
    const done = (waiting: number | null): void => {
      if (waiting !== null) entry.dataset.waiting = `${waiting}`;
      entry.dataset.oldest = open.size > 0 ? `${Math.min(...open.values())}` : "";
      this.show();
    };
    live.follow(`queue/${entry.dataset.queue!}`, {
      replace: snapshot => {
        open.clear();
        for (const item of (snapshot as QueueSnapshot).items) put(item);
        done((snapshot as QueueSnapshot).waiting);
      },
      apply: (changes: Change[]) => {
        for (const change of changes) if (change.key.startsWith("item/")) put(change.put as Item);
        done((changes.findLast(change => change.key === "counts")?.put as { waiting: number } | undefined)?.waiting ?? null);
      },
      reached: () => { entry.dataset.live = "true"; },
      gone: () => { entry.remove(); this.show(); },
    });
  }

  private show(): void {
    const focused = document.activeElement as HTMLElement | null;
    for (const entry of this.entries) {
      entry.querySelector(".waiting")!.textContent = this.words.count("queue.waiting", Number(entry.dataset.waiting));
      entry.querySelector(".oldest")!.textContent = entry.dataset.oldest
        ? this.words.say("queue.oldest", { age: ageOf(Date.now() + this.skew - Number(entry.dataset.oldest), this.words) })
        : this.words.say("queue.nothing-waits");
    }
    const ordered = this.entries.sort((a, b) => oldest(a) - oldest(b));
    ordered.forEach((entry, place) => { if (this.list.children[place] !== entry) this.list.insertBefore(entry, this.list.children[place] ?? null); });
    if (focused && this.list.contains(focused)) focused.focus({ preventScroll: true });
    count("queue", this.entries.reduce((sum, entry) => sum + Number(entry.dataset.waiting), 0), this.words);
  }
}

function oldest(entry: HTMLElement): number { return Number(entry.dataset.oldest) || Infinity; }
