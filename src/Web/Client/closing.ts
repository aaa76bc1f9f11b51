import type { Moments } from "./moments";
import type { Act, Change } from "./wire";
import type { Words } from "./words";

/** Whether nobody writes here because the community is closed: it is said, by whom and why, and there is nothing to write with. */
export class Closing {
  /** A common thread whose link has ended stays as it is, whatever becomes of the communities. */
  private readonly hasEnded: boolean;

  constructor(private readonly root: HTMLElement, private readonly words: Words, private readonly moments: Moments, private readonly changed: () => void) {
    this.hasEnded = root.dataset.ended === "true";
  }

  get isClosed(): boolean { return this.root.classList.contains("is-closed"); }

  take(values: Change[]): void {
    for (const { key, put } of values) if (key === "closed") this.show(put as Act | null);
  }

  private show(act: Act | null): void {
    if (this.hasEnded) return;
    const notice = this.root.querySelector<HTMLElement>(".notice.closed")!;
    if (act) {
      notice.querySelector(".closed-by")!.textContent = this.words.say("client.closed-by", { at: this.moments.full(new Date(act.at)), name: act.by.name || this.words.say("member.nameless") });
      notice.querySelector(".closed-why")!.textContent = act.reason;
    }
    const was = this.isClosed;
    notice.hidden = !act;
    this.root.classList.toggle("is-closed", act !== null);
    if (was !== this.isClosed) this.root.querySelector("#announce")?.replaceChildren(this.words.say(act ? "client.closed" : "client.reopened"));
    this.changed();
  }
}
