import { ask, Refused, Unreached } from "./http";

/** Who is new. It is the server's own page, taken again whenever the arrivals change. */
export class Arrivals {
  private asked = 0;

  constructor(private readonly root: HTMLElement, private readonly community: string, private readonly announce: (text: string) => void) {}

  start(): void {
    this.root.addEventListener("submit", event => {
      const form = event.target as HTMLFormElement;
      const act = (event.submitter as HTMLButtonElement | null)?.value;
      if (!form.matches(".arrival-acts") || !act) return;
      event.preventDefault();
      void this.answer(form.closest<HTMLElement>("[data-member]")!.dataset.member!, act);
    });
  }

  refresh(): void {
    void this.take().catch(() => undefined);   // the next change brings it
  }

  private get section(): HTMLElement { return this.root.querySelector<HTMLElement>("#arrivals")!; }

  private async answer(member: string, act: string): Promise<void> {
    try {
      await ask("POST", `/api/queues/${this.community}/arrivals/${encodeURIComponent(member)}`, { requestId: crypto.randomUUID(), act });
    } catch (fault) {
      if ((fault instanceof Refused || fault instanceof Unreached) && fault.message) this.announce(fault.message);
    }
    this.refresh();
  }

  /** What is unfolded stays so, and who was at a button is at the list. */
  private async take(): Promise<void> {
    const asked = ++this.asked;
    const answer = await fetch(`/communities/${this.community}/queue`, { headers: { Accept: "text/html" }, cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector<HTMLElement>("#arrivals");
    const old = this.section;
    if (asked !== this.asked || !fresh || fresh.dataset.state === old.dataset.state) return;

    const [was, is] = [old.querySelector("details"), fresh.querySelector("details")];
    if (was && is) is.open = was.open;
    const focused = old.contains(document.activeElement);
    const next = document.importNode(fresh, true);
    old.replaceWith(next);
    if (focused) next.querySelector<HTMLElement>("summary")?.focus();
  }
}
