/** Times as people say them, in the reader's zone; the server does the same (Layout/Moments.cs). */
export class Moments {
  private readonly clock: Intl.DateTimeFormat;
  private readonly short: Intl.DateTimeFormat;
  private readonly long: Intl.DateTimeFormat;
  private readonly sortable: Intl.DateTimeFormat;

  constructor(culture: string, timeZone: string) {
    this.clock = new Intl.DateTimeFormat(culture, { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.short = new Intl.DateTimeFormat(culture, { timeZone, day: "numeric", month: "short", year: "numeric" });
    this.long = new Intl.DateTimeFormat(culture, { timeZone, weekday: "long", day: "numeric", month: "long", year: "numeric" });
    this.sortable = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  }

  time(at: Date): string { return this.clock.format(at); }

  /** 14:02 today, 23 May 2024 before. */
  moment(at: Date): string { return this.key(at) === this.key(new Date()) ? this.time(at) : this.short.format(at); }

  /** Thursday 23 May 2024 */
  day(at: Date): string {
    const parts = new Map(this.long.formatToParts(at).map(part => [part.type, part.value]));
    return ["weekday", "day", "month", "year"].map(part => parts.get(part as Intl.DateTimeFormatPartTypes)).join(" ");
  }

  full(at: Date): string { return `${this.day(at)} ${this.time(at)}`; }

  key(at: Date): string { return this.sortable.format(at); }
}
