import { kebab, snapshotItems, type Item } from "./queue-wire";
import type { Words } from "./words";

export interface RowFills {
  member: string;
  words: Words;
  /** What the server's clock says. */
  now(): number;
  full(at: Date): string;
  href(number: number): string;
}

/** The list of a queue: rows come, change and go in place, so that nobody loses what they are at. */
export class Rows {
  private readonly template: HTMLTemplateElement;

  constructor(private readonly list: HTMLElement, root: HTMLElement, private readonly fills: RowFills, private readonly shows: (item: Item) => boolean) {
    this.template = root.querySelector<HTMLTemplateElement>("template#row")!;
  }

  get all(): HTMLElement[] { return [...this.list.children] as HTMLElement[]; }

  /** What the server listed from further back than is known here stays. */
  show(items: Item[], opened: number | null): void {
    const horizon = items.length < snapshotItems ? Infinity : items[snapshotItems - 1]!.number;
    const shown = new Map(items.filter(this.shows).map(item => [item.number, item]));
    for (const row of this.all) {
      const number = Number(row.dataset.number);
      if (!shown.has(number) && number <= horizon) this.remove(row);
    }
    for (const item of shown.values()) this.put(item);
    for (const row of this.all) {
      const link = row.querySelector("a")!;
      if (Number(row.dataset.number) === opened) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** How long things have waited, and whose claims are over. */
  age(items: Map<number, Item>): void {
    for (const row of this.all) {
      row.querySelector(".age")!.textContent = ageOf(this.fills.now() - Number(row.dataset.opened), this.fills.words);
      const item = items.get(Number(row.dataset.number));
      if (item) row.querySelector(".claim")!.textContent = lookedAt(item, this.fills);
    }
  }

  private put(item: Item): void {
    const present = this.all.find(row => Number(row.dataset.number) === item.number);
    const row = present ?? this.template.content.firstElementChild!.cloneNode(true) as HTMLElement;
    const { words } = this.fills;
    const name = item.by.name || words.say("member.nameless");

    const box = row.querySelector<HTMLInputElement>("input")!;
    if (row.dataset.version !== `${item.version}`) box.checked = false;   // ticked as it was seen
    box.value = `${item.number}:${item.version}`;
    box.disabled = item.state !== "open";
    if (box.disabled) box.checked = false;
    box.setAttribute("aria-label", words.say("queue.select", { number: `${item.number}`, name }));

    const opened = new Date(item.openedAt);
    Object.assign(row.dataset, { number: `${item.number}`, version: `${item.version}`, state: kebab(item.state), kind: kebab(item.kind), opened: `${opened.getTime()}` });
    row.querySelector("a")!.href = this.fills.href(item.number);
    const fill = (part: string, text: string): void => {
      const found = row.querySelector<HTMLElement>(part)!;
      if (found.textContent !== text) found.textContent = text;
    };
    fill(".author", name);
    fill(".organisation", item.by.organisation);
    row.querySelector<HTMLElement>(".author")!.dataset.named = item.by.member;
    row.querySelector<HTMLElement>(".organisation")!.dataset.organisationOf = item.by.member;
    fill(".age", ageOf(this.fills.now() - opened.getTime(), words));
    row.querySelector<HTMLElement>(".age")!.title = this.fills.full(opened);
    fill(".kind", words.say(`item-kind.${kebab(item.kind)}`));
    fill(".about", aboutOf(item));
    fill(".claim", lookedAt(item, this.fills));
    fill(".state", stateOf(item, words));
    if (!present) this.list.insertBefore(row, this.all.find(each => Number(each.dataset.number) > item.number) ?? null);
  }

  private remove(row: HTMLElement): void {
    const hadFocus = row.contains(document.activeElement);
    const beside = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector<HTMLElement>("a");
    row.remove();
    if (hadFocus) (beside ?? document.querySelector<HTMLElement>("main"))?.focus({ preventScroll: true });
  }
}

/** Whether somebody else looks at it now. */
export function isTaken(item: Item, fills: RowFills): boolean {
  return item.state === "open" && item.claim !== null && item.claim.by.member !== fills.member && Date.parse(item.claim.until) > fills.now();
}

export function lookedAt(item: Item, fills: RowFills): string {
  return isTaken(item, fills) ? fills.words.say("queue.looked-at", { name: item.claim!.by.name || fills.words.say("member.nameless") }) : "";
}

export function ageOf(milliseconds: number, words: Words): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 60) return words.say("age.minutes", { count: words.figure(minutes) });
  return minutes < 2 * 24 * 60 ? words.say("age.hours", { count: words.figure(Math.floor(minutes / 60)) }) : words.say("age.days", { count: words.figure(Math.floor(minutes / 60 / 24)) });
}

/** What it is about, in one line. */
function aboutOf(item: Item): string { return item.work?.title ?? (item.reported?.excerpt || item.message); }

function stateOf(item: Item, words: Words): string {
  if (item.decision && item.state !== "open") return words.say("queue.by", {
    name: item.decision.by.name || words.say("member.nameless"),
    what: words.say(`verdict.${kebab(item.kind)}.${item.decision.verdict}`),
  });
  if (item.cameBack) return words.say("queue.came-back");
  return item.escalation ? words.say(`queue.up.${item.escalation.level}`) : "";
}
