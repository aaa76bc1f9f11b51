import { live } from "./connection";
import type { Change, Here, Typing } from "./wire";
import type { Words } from "./words";

/** While somebody writes, the others are told this often. */
const again = 3_000;

/** In milliseconds. What was told before a post can come after it: its author is shown writing again only then. */
const settles = 1_500;

/** Who has the room open, and who is writing. */
export class Presence {
  private told = 0;
  private typing: Typing | null = null;
  private readonly wroteAt = new Map<string, number>();
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly room: string, private readonly member: string, private readonly words: Words, private readonly line: HTMLElement, private readonly panel: HTMLElement | null) {}

  take(values: Change[]): void {
    for (const { key, put } of values) {
      if (key === "here") this.showHere(put as Here | null);
      if (key === "typing") this.showTyping(put as Typing | null);
    }
  }

  lost(): void {
    this.showHere(null);
    this.showTyping(null);
  }

  /** The reader is writing. */
  types(): void {
    if (performance.now() - this.told < again && this.told) return;
    this.told = performance.now();
    void live.invoke("Typing", this.room).catch(() => undefined);
  }

  /** What these people were writing is here, or, if it was the reader, on its way. */
  wrote(members: readonly string[]): void {
    if (members.includes(this.member)) this.told = 0;   // the next post begins with the next letter
    for (const [member, at] of this.wroteAt) if (performance.now() - at > settles) this.wroteAt.delete(member);
    for (const member of members) this.wroteAt.set(member, performance.now());
    this.showTyping(this.typing);
  }

  private showHere(here: Here | null): void {
    if (!this.panel) return;
    this.panel.hidden = !here || here.count === 0;
    if (!here) return;
    this.panel.querySelector(".count")!.textContent = this.words.figure(here.count);
    const people = here.members.map(card => {
      const item = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = card.name || this.words.say("member.nameless");
      item.append(name);
      return item;
    });
    if (here.count > here.members.length) {
      const more = document.createElement("li");
      more.textContent = this.words.say("client.unseen-more", { count: this.words.figure(here.count - here.members.length) });
      people.push(more);
    }
    this.panel.querySelector("ul")!.replaceChildren(...people);
  }

  private showTyping(typing: Typing | null): void {
    this.typing = typing;
    clearTimeout(this.later);
    const hasWritten = (member: string): boolean => performance.now() - (this.wroteAt.get(member) ?? -Infinity) < settles;
    const all = (typing?.members ?? []).filter(each => each.member !== this.member);
    if (all.some(each => hasWritten(each.member))) this.later = setTimeout(() => this.showTyping(this.typing), settles);
    const others = all.filter(each => !hasWritten(each.member)).map(each => each.name || this.words.say("member.nameless"));
    const more = (typing?.more ?? 0) > 0 || others.length > 2;
    const key = more ? "many" : others.length === 2 ? "two" : "one";
    this.line.textContent = others.length ? this.words.say(`client.typing.${key}`, { name: others[0]!, other: others[1] ?? "" }) : "";
  }
}
