import { live } from "./connection";
import type { Change, MeSnapshot, Notice } from "./wire";

/** What waits for moderators: this part of the page is the server's own, and comes anew when something was decided. */
export class Renewing {
  private readonly list: HTMLElement;
  private seen: number;
  private begun = false;

  constructor(private readonly root: HTMLElement) {
    this.list = root.querySelector<HTMLElement>("#renewed")!;
    this.seen = Number(root.dataset.now);
  }

  start(): void {
    live.follow("me", {
      replace: snapshot => {
        const told = (snapshot as MeSnapshot).notices;
        if (this.begun || told.some(notice => this.isNews(notice))) this.reload();
        this.begun = true;
        this.root.dataset.live = "true";
      },
      apply: (changes: Change[]) => {
        if (changes.some(({ key, put }) => key.startsWith("notice/") && put && this.isNews(put as Notice))) this.reload();
      },
    });
  }

  private isNews(notice: Notice): boolean { return notice.kind === "decided" && Date.parse(notice.at) >= this.seen; }

  private reload(): void {
    void this.renew().catch(() => undefined);   // the next notice, or the next visit, brings it
  }

  private async renew(): Promise<void> {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector<HTMLElement>("#renewed");
    if (!fresh || fresh.textContent === this.list.textContent) return;

    const focused = this.list.contains(document.activeElement) ? document.activeElement!.closest("li")?.id : undefined;
    this.list.replaceChildren(...document.adoptNode(fresh).childNodes);
    if (focused) document.getElementById(focused)?.querySelector<HTMLElement>("a, button, h2")?.focus({ preventScroll: true });
    const said = this.root.querySelector<HTMLElement>(".renewed-announce")!;
    said.textContent = said.dataset.changed!;
  }
}
