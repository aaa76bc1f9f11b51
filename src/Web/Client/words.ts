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

  say(key: string, values: Record<string, string> = {}): string {
    return Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), this.texts[key] ?? key);
  }

  figure(value: number): string { return this.number.format(value); }

  count(key: string, count: number): string {
    return this.say(`${key}.${this.plural.select(count) === "one" ? "one" : "other"}`, { count: this.number.format(count) });
  }
}
