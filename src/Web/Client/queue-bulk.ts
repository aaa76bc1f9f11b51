import { keptForms } from "./kept-forms";
import { Refused, Unreached } from "./http";
import { saidIn, type QueueCommands } from "./queue-commands";
import type { Rows } from "./queue-row";
import type { BulkAnswer, Verdict } from "./queue-wire";
import type { Undoable } from "./undo-bar";
import type { Words } from "./words";

/** Several items at once; what came of each is listed. */
export class QueueBulk {
  private readonly form: HTMLFormElement;
  private sending = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly words: Words,
    private readonly commands: QueueCommands,
    private readonly rows: Rows,
    private readonly decided: (all: Undoable[], text: string) => void,
    private readonly announce: (text: string) => void,
  ) {
    this.form = root.querySelector<HTMLFormElement>("#bulk")!;
  }

  start(): void {
    const all = this.form.querySelector<HTMLInputElement>(".select-all")!;
    all.addEventListener("change", () => {
      for (const box of this.boxes) box.checked = all.checked;
    });
    this.form.addEventListener("submit", event => {
      event.preventDefault();
      const verdict = (event.submitter as HTMLButtonElement | null)?.value as Verdict | undefined;
      if (verdict) void this.send(verdict);
    });
  }

  private get boxes(): HTMLInputElement[] { return this.rows.all.map(row => row.querySelector<HTMLInputElement>("input:not(:disabled)")).filter(box => box !== null); }

  private async send(verdict: Verdict): Promise<void> {
    const ticked = this.boxes.filter(box => box.checked);
    const items = ticked.map(box => box.value.split(":").map(Number)).map(([number, version]) => ({ number: number!, version: version! }));
    if (items.length === 0) return this.tell([this.words.say("queue.bulk.nothing")]);

    if (this.sending) return;   // not by disabling the buttons, which would take the focus from them
    this.sending = true;
    try {
      const answers = await this.commands.decideAll(items, saidIn(this.form, verdict));
      void keptForms()?.forget(this.form);
      for (const box of ticked) box.checked = false;
      this.form.querySelector<HTMLInputElement>(".select-all")!.checked = false;
      this.tell(answers.map(answer => this.say(answer)));
      const done = answers.flatMap(answer => answer.decided ? [answer.decided] : []);
      if (done.length > 0) this.decided(done, this.words.count("queue.undo-bar.decided", done.length));
    } catch (fault) {
      this.tell([(fault instanceof Refused || fault instanceof Unreached) && fault.message ? fault.message : this.words.say("queue.failed")]);
    } finally {
      this.sending = false;
    }
  }

  private say({ number, decided, refused }: BulkAnswer): string {
    return `${this.words.say("queue.item-title", { number: `${number}` })}: ${refused ? refused.detail : this.words.say(`verdict.${decided!.verdict}`)}`;
  }

  private tell(lines: string[]): void {
    const heading = document.createElement("h2");
    heading.id = "bulk-heading";
    heading.tabIndex = -1;
    heading.textContent = this.words.say("queue.bulk.done");
    const list = document.createElement("ul");
    list.append(...lines.map(line => Object.assign(document.createElement("li"), { textContent: line })));
    const section = document.createElement("section");
    section.className = "bulk-answers";
    section.setAttribute("aria-labelledby", "bulk-heading");
    section.append(heading, list);
    this.root.querySelector(".bulk-answers")?.remove();
    this.root.querySelector(".panes")!.before(section);
    heading.focus();
    this.announce(lines.join(". "));
  }
}
