import { Arrivals } from "./arrivals";
import { live } from "./connection";
import { tieFault } from "./fault";
import { Refused, Unreached } from "./http";
import { sayInstead, saySignedOut } from "./instead";
import { ItemPane } from "./item-pane";
import { keptForms } from "./kept-forms";
import { keysAreOn } from "./keys";
import { count } from "./count";
import { Moments } from "./moments";
import { QueueBulk } from "./queue-bulk";
import { QueueCommands, saidIn } from "./queue-commands";
import { isTaken, lookedAt, Rows, type RowFills } from "./queue-row";
import { isAbout, kebab, type Claim, type Item, type QueueSnapshot, type Verdict } from "./queue-wire";
import { UndoBar, type Undoable } from "./undo-bar";
import type { Card, Change } from "./wire";
import { Words } from "./words";

/** A claim lasts two minutes; it is renewed well before. */
const renewAfter = 60_000;

const retryAfter = 5_000;

const patience = 1_000;

/** A queue that is alive: what others ask, look at and decide is on the page at once, and what one decides is on theirs. */
export class Queue {
  private readonly community: string;
  private readonly member: string;
  private readonly words: Words;
  private readonly fills: RowFills;
  private readonly commands: QueueCommands;
  private readonly rows: Rows;
  private readonly pane: ItemPane;
  private readonly undoBar: UndoBar;
  private readonly bulk: QueueBulk;
  private readonly arrivals: Arrivals;
  private readonly kind: string;
  private readonly after: number;
  /** What the server's clock is ahead of this one's. */
  private readonly skew: number;
  private readonly items = new Map<number, Item>();
  private waiting: number;
  private mine: (Claim & { number: number; renewAt: number }) | null = null;
  private claiming = false;
  /** Claiming was refused: not asked again of the same item before so long. */
  private refused: { number: number; version: number; until: number } | null = null;
  private deciding = false;
  private intent: Verdict | null = null;
  private losing: ReturnType<typeof setTimeout> | undefined;
  private ticks = 0;

  constructor(private readonly root: HTMLElement) {
    const data = root.dataset as Record<string, string>;
    [this.community, this.member, this.kind, this.after] = [data.queue!, data.member!, data.kind ?? "", Number(data.after)];
    this.skew = Number(data.now) - Date.now();
    this.waiting = Number(root.querySelector<HTMLElement>(".waiting")!.dataset.waiting);
    this.words = new Words(data.words!, data.culture!);
    const moments = new Moments(data.culture!, data.zone!);
    const base = `/communities/${this.community}/queue`;
    this.fills = { member: this.member, words: this.words, now: () => Date.now() + this.skew, full: at => moments.full(at), href: number => `${base}/${number}` };
    this.commands = new QueueCommands(this.community);
    this.rows = new Rows(root.querySelector<HTMLElement>(".queue-rows")!, root, this.fills, item => item.number > this.after && (!this.kind || kebab(item.kind) === this.kind) && isAbout(item, data.person ?? ""));
    this.pane = new ItemPane(root.querySelector<HTMLElement>(".queue-item")!, this.fills.href);
    this.undoBar = new UndoBar(root.querySelector<HTMLElement>(".undo-bar")!, this.words, this.fills.now, all => void this.undo(all));
    this.bulk = new QueueBulk(root, this.words, this.commands, this.rows, (decided, text) => { this.undoBar.show(decided, text); }, text => this.announce(text));
    this.arrivals = new Arrivals(root, this.community, text => this.announce(text));
  }

  start(): void {
    this.root.addEventListener("click", event => this.clicked(event));
    this.root.addEventListener("submit", event => this.submitted(event));
    this.root.addEventListener("change", event => fillFrom(event.target as HTMLElement));
    window.addEventListener("popstate", () => void this.popped());
    this.listenToKeys();
    this.bulk.start();
    this.arrivals.start();
    setInterval(() => this.tick(), 1_000);
    live.follow(`queue/${this.community}`, {
      replace: snapshot => this.replace(snapshot as QueueSnapshot),
      apply: changes => this.apply(changes),
      pass: values => this.pass(values),
      reached: () => this.reached(),
      lost: () => this.lost(),
      gone: () => sayInstead(this.root, this.words, "queue.gone", "/queue", "queue.gone-link"),
      signedOut: () => saySignedOut(this.root, this.words),
    });
  }

  private replace(snapshot: QueueSnapshot): void {
    this.items.clear();
    for (const item of snapshot.items) this.items.set(item.number, item);
    this.waiting = snapshot.waiting;
    this.arrivals.refresh();
    this.show();
    const item = this.opened;
    if (this.pane.number !== null && (!item || item.version !== this.pane.version || kebab(item.state) !== this.pane.article!.dataset.state)) this.refresh();
  }

  private apply(changes: Change[]): void {
    const fresh: Item[] = [];
    for (const { key, put } of changes) {
      if (key === "counts") this.waiting = (put as { waiting: number }).waiting;
      if (key === "arrivals") this.arrivals.refresh();
      if (!key.startsWith("item/")) continue;

      const item = put as Item;
      const known = this.items.get(item.number);
      if (!known && item.state === "open" && item.by.member !== this.member) fresh.push(item);
      if (item.state === "settled" || item.state === "withdrawn") this.items.delete(item.number);
      else this.items.set(item.number, item);
      if (item.state !== "decided") this.undoBar.forget(item.number);
      if (item.number === this.pane.number && (item.version !== this.pane.version || kebab(item.state) !== this.pane.article!.dataset.state)) this.refresh();
    }
    this.show();
    if (fresh.length > 0) this.announce(this.words.say("queue.arrived", { what: fresh.map(item => `${this.words.say(`item-kind.${kebab(item.kind)}`)}, ${item.by.name}`).join("; ") }));
  }

  private pass(values: Change[]): void {
    for (const { key, put } of values) {
      if (key.startsWith("name/")) for (const each of this.items.values()) if (each.by.member === (put as Card).member) each.by = put as Card;
      const item = key.startsWith("claim/") ? this.items.get(Number(key.slice("claim/".length))) : undefined;
      if (item?.claim && item.claim.fence <= (put as Claim).fence) item.claim = put as Claim;
    }
    this.show();
  }

  private show(): void {
    this.rows.show([...this.items.values()].sort((a, b) => a.number - b.number), this.pane.number);
    this.root.querySelector<HTMLElement>(".none")!.hidden = this.rows.all.length > 0;
    const later = this.root.querySelector<HTMLElement>(".queue-list .later");
    if (later && !this.kind && !this.after) later.hidden = this.waiting <= this.rows.all.length;
    const waiting = this.root.querySelector<HTMLElement>(".waiting")!;
    waiting.textContent = this.words.count("queue.waiting", this.waiting);
    count("queue", this.waiting + Number(this.root.dataset.others), this.words);
    this.look();
  }

  private get opened(): Item | undefined { return this.pane.number === null ? undefined : this.items.get(this.pane.number); }

  /** Takes the item that is open, or says who has it. */
  private look(): void {
    const [item, line, form] = [this.opened, this.pane.looking, this.pane.form];
    if (!line) return;
    const taken = item !== undefined && isTaken(item, this.fills);
    for (const button of form?.querySelectorAll<HTMLButtonElement>("button[name=verdict]") ?? []) this.allow(button, !taken);

    const held = this.mine?.number === this.pane.number ? this.mine : null;
    if (taken) line.textContent = lookedAt(item, this.fills);
    else if (held && form) this.sayHeld(line, held);
    else line.textContent = "";
    if (form && item?.state === "open" && !taken && (!held || this.fills.now() >= held.renewAt) && !this.isRefused(item)) void this.claim(item);
  }

  /** A browser takes the focus from a button that is disabled and gives it to nothing: who was there is told where the answer stands. Deciding does not disable it, it is not done twice anyway. */
  private allow(button: HTMLButtonElement, allowed: boolean): void {
    if (!allowed && button === document.activeElement) this.pane.heading?.focus({ preventScroll: true });
    button.disabled = !allowed;
  }

  private sayHeld(line: HTMLElement, held: Claim): void {
    const left = Math.max(0, Math.round((Date.parse(held.until) - this.fills.now()) / 1000));
    if (!line.querySelector(".countdown")) {
      const clock = document.createElement("span");
      clock.className = "countdown";
      clock.setAttribute("aria-hidden", "true");
      line.replaceChildren(this.words.say("queue.looked-at-by-you"), " ", clock);
    }
    line.querySelector(".countdown")!.textContent = `${Math.floor(left / 60)}:${`${left % 60}`.padStart(2, "0")}`;
  }

  private isRefused(item: Item): boolean {
    return this.refused !== null && this.refused.number === item.number && this.refused.version === item.version && this.fills.now() < this.refused.until;
  }

  private async claim({ number, version }: Item): Promise<void> {
    if (this.claiming || document.hidden) return;
    this.claiming = true;
    try {
      const claim = await this.commands.claim(number);
      if (number !== this.pane.number) void this.commands.release(number, claim.fence).catch(() => undefined);
      else this.mine = { ...claim, number, renewAt: this.fills.now() + renewAfter };
    } catch (fault) {
      if (number !== this.pane.number) return;
      // Somebody was faster, and their claim is on its way here; or there is nobody to ask now. Either way a little later. What concerns oneself stays refused.
      const later = !(fault instanceof Refused) || fault.why.code === "queue.claimed";
      [this.mine, this.refused] = [null, { number, version, until: later ? this.fills.now() + retryAfter : Infinity }];
      if (!later) this.pane.tell((fault as Refused).message);
    } finally {
      this.claiming = false;
      this.look();
    }
  }

  private release(): void {
    if (this.mine) void this.commands.release(this.mine.number, this.mine.fence).catch(() => undefined);
    this.mine = null;
  }

  private async open(number: number, focus = true): Promise<void> {
    if (this.mine && this.mine.number !== number) this.release();
    try {
      if (!await this.pane.open(number)) return;
    } catch {
      location.assign(this.fills.href(number));
      return;
    }
    this.intent = null;
    document.body.classList.add("has-item");
    this.show();
    if (focus) this.pane.heading!.focus({ preventScroll: true });
    if (focus) this.pane.heading!.scrollIntoView({ block: "nearest" });
  }

  /** The oldest that waits for a decision after this one. */
  private next(): void {
    const waiting = [...this.items.values()]
      .filter(item => item.state === "open" && item.number !== this.pane.number && item.by.member !== this.member && !isTaken(item, this.fills) && (!this.kind || kebab(item.kind) === this.kind))
      .sort((a, b) => a.number - b.number);
    const next = waiting.find(item => item.number > (this.pane.number ?? 0)) ?? waiting[0];
    if (!next) return this.announce(this.words.say("queue.none-left"), true);
    history.pushState(null, "", this.fills.href(next.number));
    void this.open(next.number);
  }

  private clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>(".queue-row a, .item-pane a.next");
    if (!link) return;
    event.preventDefault();
    if (link.matches(".next")) return this.next();
    history.pushState(null, "", link.href);
    void this.open(Number(link.closest<HTMLElement>(".queue-row")!.dataset.number));
  }

  private async popped(): Promise<void> {
    const number = Number(/\/queue\/(\d+)$/.exec(location.pathname)?.[1] ?? 0);
    if (number) await this.open(number);
    else location.reload();
  }

  private submitted(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (form.matches(".deciding")) {
      event.preventDefault();
      const verdict = (event.submitter as HTMLButtonElement | null)?.value as Verdict | undefined ?? this.intent;
      if (verdict) void this.decide(form, verdict);
      else form.querySelector<HTMLElement>(".approve")!.focus();
    } else if (form.matches(".undo")) {
      event.preventDefault();
      const number = this.pane.number;
      if (number !== null) void this.undo([{ number, version: this.pane.version, effectAt: "" }]);
    }
  }

  private async decide(form: HTMLFormElement, verdict: Verdict): Promise<void> {
    const [number, kind] = [this.pane.number!, this.pane.kind];
    const said = saidIn(form, verdict);
    if (!said.reason && (verdict === "rejected" || this.opened?.reported || this.opened?.restricted)) {
      this.intent = verdict;
      tieFault(form.querySelector<HTMLElement>("[name=reason]")!, "announce");
      return this.announce(this.words.say("queue.reason-first"), true);
    }
    if (this.deciding) return;
    this.deciding = true;
    try {
      const version = Number(form.querySelector<HTMLInputElement>("[name=version]")!.value);
      const decided = await this.commands.decide(number, version, said);
      [this.mine, this.refused] = [null, { number, version, until: Infinity }];   // its change may come after the answer: there is nothing to take any more
      this.pane.tell("");
      void keptForms()?.forget(form);
      const text = this.words.say("queue.undo-bar.one", { number: `${number}`, what: this.words.say(`verdict.${kind}.${decided.verdict}`) });
      this.undoBar.show([{ number, version: decided.version, effectAt: decided.effectAt }], text);
      this.announce(text);
    } catch (fault) {
      this.failed(fault);
    } finally {
      this.deciding = false;
      this.look();
    }
    this.refresh();
  }

  private async undo(all: Undoable[]): Promise<void> {
    try {
      for (const { number, version } of all) await this.commands.undo(number, version);
      for (const { number } of all) this.undoBar.forget(number);
      this.announce(this.words.say("queue.undone"));
    } catch (fault) {
      this.failed(fault);
    }
    this.refresh();
  }

  /** Whoever was late reads who decided, when and what. */
  private failed(fault: unknown): void {
    const text = (fault instanceof Refused || fault instanceof Unreached) && fault.message ? fault.message : this.words.say("queue.failed");
    if (this.pane.article) this.pane.tell(text);
    else this.announce(text, true);
  }

  private refresh(): void {
    this.pane.refresh().then(() => this.look(), () => undefined);   // the next change brings it
  }

  private listenToKeys(): void {
    const isOn = keysAreOn();
    document.addEventListener("keydown", event => {
      const target = event.target as HTMLElement;
      if (!isOn() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
      const form = this.pane.form;
      const button = (name: string): HTMLButtonElement | null => form?.querySelector<HTMLButtonElement>(`.${name}:not(:disabled)`) ?? null;
      if (event.key === "a" && form && button("approve")) void this.decide(form, "approved");
      else if (event.key === "x" && form && button("reject")) void this.reject(form);
      else if (event.key === "n") this.next();
      else if (event.key === "u" && this.undoBar.isOpen) this.undoBar.take();
      else return;
      event.preventDefault();
    });
  }

  /** Never at once: the reason is read again before it is sent. */
  private reject(form: HTMLFormElement): void {
    this.intent = "rejected";
    const reason = form.querySelector<HTMLTextAreaElement>("[name=reason]")!;
    (reason.value.trim() ? form.querySelector<HTMLElement>(".reject")! : reason).focus();
  }

  private tick(): void {
    this.undoBar.tick();
    this.look();
    if (++this.ticks % 30 === 0) this.rows.age(this.items);
  }

  private announce(text: string, seen = false): void {
    this.root.querySelector("#announce")!.textContent = text;
    if (seen) this.pane.tell(text);
  }

  private reached(): void {
    clearTimeout(this.losing);
    this.losing = undefined;
    this.root.querySelector(".connection")!.textContent = "";
    this.root.dataset.live = "true";
    if (this.mine) this.mine.renewAt = 0;   // a connection that broke gave it up
    this.look();
  }

  private lost(): void {
    delete this.root.dataset.live;
    this.losing ??= setTimeout(() => { this.root.querySelector(".connection")!.textContent = this.words.say("queue.reconnecting"); }, patience);
  }
}

/** A prepared reason is put into the field, where it can be changed. */
function fillFrom(target: HTMLElement): void {
  if (!(target instanceof HTMLSelectElement) || !target.dataset.fills) return;
  const field = document.getElementById(target.dataset.fills) as HTMLTextAreaElement | null;
  const texts = [...target.options].map(option => option.dataset.text ?? "");
  if (field && (field.value.trim() === "" || texts.includes(field.value.trim()))) field.value = target.selectedOptions[0]?.dataset.text ?? "";
}
