import { live } from "./connection";
import type { Change, MeSnapshot, Mutes as MutesWire, Unread } from "./wire";

/** Whom the reader muted, and what they have read on their other devices. */
export class Mutes {
  private members: Set<string>;

  constructor(private readonly member: string, private readonly room: string, private readonly changed: () => void, private readonly readElsewhere: (mark: number) => void) {
    this.members = new Set(this.remembered());
  }

  has(member: string): boolean { return this.members.has(member); }

  follow(): void {
    live.follow("me", {
      replace: snapshot => {
        const { mutes, rooms } = snapshot as MeSnapshot;
        this.take(mutes);
        this.mark(rooms.find(each => each.room === this.room));
      },
      apply: changes => { for (const { key, put } of changes) if (key === "mutes") this.take(put as MutesWire); },
      pass: values => this.pass(values),
    });
  }

  private pass(values: Change[]): void {
    for (const { key, put } of values) if (key === `unread/${this.room}`) this.mark(put as Unread);
  }

  private mark(unread: Unread | null | undefined): void {
    if (unread) this.readElsewhere(unread.mark);
  }

  private take(mutes: MutesWire | null): void {
    const members = mutes?.members ?? [];
    if (members.length === this.members.size && members.every(each => this.members.has(each))) return;
    this.members = new Set(members);
    try {
      localStorage.setItem(`mutes:${this.member}`, JSON.stringify(members));
    } catch { /* no storage: folded a moment later on the next page */ }
    this.changed();
  }

  /** So that nothing is shown for a moment that is folded the next. */
  private remembered(): string[] {
    try {
      return JSON.parse(localStorage.getItem(`mutes:${this.member}`) ?? "[]") as string[];
    } catch {
      return [];
    }
  }
}
