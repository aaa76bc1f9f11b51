/** The words of the page, as the server gave them. */
export class Words {
  private readonly texts: Record<string, string>;
  private readonly plural: Intl.PluralRules;
  private readonly number: Intl.NumberFormat;

  constructor(json: string, culture: string) {
    this.texts = JSON.parse(json) as Record<string, string>;
    this.plural = new Intl.PluralRules(culture);
    this.number = new Intl.NumberFormat(culture);
  }

  /** In one pass: what is filled in is never taken for a placeholder itself. */
  say(key: string, values: Record<string, string> = {}): string {
    const text = this.texts[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
  }

  figure(value: number): string { return this.number.format(value); }

  count(key: string, count: number): string {
    const form = `${key}.${this.plural.select(count)}`;
    return this.say(form in this.texts ? form : `${key}.other`, { count: this.number.format(count) });
  }
}
