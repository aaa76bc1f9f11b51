import { count } from "./count";
import { ask } from "./http";
import type { Words } from "./words";

/** Told several things at once, it asks once. */
const together = 300;

/** What waits for a moderator, beside "Queue" on every page. A notice says that it changed; the number comes from the server, so that it cannot drift. */
export class QueueBadge {
  private asking: ReturnType<typeof setTimeout> | undefined;

  /** A page of queues counts by itself. */
  private readonly isElsewhere = document.querySelector(".queue-live, .queues-live") === null;

  constructor(private readonly words: Words) {}

  refresh(): void {
    if (!this.isElsewhere || !document.querySelector(".rail-queue")) return;
    this.asking ??= setTimeout(() => void this.ask(), together);
  }

  private async ask(): Promise<void> {
    this.asking = undefined;
    const queues = await ask<{ waiting: number }[]>("GET", "/api/queues").catch(() => null);   // the next notice asks again
    if (!queues) return;
    for (const entry of document.querySelectorAll<HTMLElement>(".rail-queue")) entry.hidden = queues.length === 0;
    count("queue", queues.reduce((sum, queue) => sum + queue.waiting, 0), this.words);
  }
}
