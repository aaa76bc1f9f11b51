import Combobox from "@github/combobox-nav";
import { ask } from "./http";
import { askedAt, moved, type Asked, type Mention } from "./mentions";
import type { Card } from "./wire";
import type { Words } from "./words";

/** So that a name that is typed fast is asked for once. */
const pause = 80;

const everybody = "room";

/** A plain field in which people can be picked by name, with the keyboard alone; it knows which stretches of its text mean whom. */
export class MentionField {
  mentions: Mention[] = [];
  private text: string;
  private asked: Asked | null = null;
  private asking = new AbortController();
  private combobox: Combobox | null = null;
  private refusedAt = -1;
  private looks = false;
  private picksFirst = false;
  private isWriting = false;
  private pickedAt = -1;

  /** @param api Of the room: `/api/rooms/cpb/general`. */
  constructor(readonly field: HTMLTextAreaElement, private readonly list: HTMLElement, private readonly api: string, private readonly moderates: boolean, private readonly words: Words) {
    this.text = field.value;
    field.addEventListener("input", event => this.changed(event));
    field.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== field) this.close(); }, 150));
    field.addEventListener("keydown", event => this.pressed(event), true);
    list.addEventListener("combobox-commit", event => this.pick((event.target as HTMLElement).closest<HTMLElement>("[role=option]")!));
    list.addEventListener("mousedown", event => event.preventDefault());   // the field keeps the focus
  }

  get isOpen(): boolean { return !this.list.hidden; }

  /** Another text, with the mentions it has. */
  set(text: string, mentions: readonly Mention[]): void {
    this.field.value = this.text = text;
    this.mentions = [...mentions];
    this.close();
  }

  private pressed(event: KeyboardEvent): void {
    if (this.list.hidden || event.ctrlKey || event.metaKey) return;
    const picks = event.key === "Enter" || event.key === "Tab";
    if (event.key !== "Escape" && !(picks && !this.list.querySelector("[aria-selected=true]"))) return;

    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Escape") {
      this.refusedAt = this.asked?.at ?? -1;
      this.close();
    } else if (this.looks) this.picksFirst = true;   // typed faster than the names come
    else this.pick(this.list.querySelector<HTMLElement>("[role=option]")!);
  }

  private changed(event: Event): void {
    if (this.isWriting) return;
    // What a name was picked for comes back selected: whoever types on would lose it.
    if ((event as InputEvent).inputType === "historyUndo" && this.field.selectionStart === this.pickedAt)
      this.field.selectionStart = this.field.selectionEnd;
    const { value, selectionStart } = this.field;
    this.mentions = moved(this.mentions, this.text, value, selectionStart);
    this.text = value;

    const asked = askedAt(value, selectionStart);
    this.asked = asked && !this.mentions.some(each => asked.at < each.start + each.length && asked.at >= each.start) ? asked : null;
    if (!this.asked) this.refusedAt = -1;
    if (!this.asked || this.asked.at === this.refusedAt) this.close();
    else void this.look(this.asked);
  }

  private async look(asked: Asked): Promise<void> {
    this.asking.abort();
    const { signal } = this.asking = new AbortController();
    this.looks = true;
    await new Promise(resolve => setTimeout(resolve, pause));
    if (signal.aborted) return;
    try {
      const cards = await ask<Card[]>("GET", `${this.api}/members?name=${encodeURIComponent(asked.name.trim())}`, undefined, signal);
      if (!signal.aborted) this.show(cards, this.moderates && everybody.startsWith(asked.name.toLowerCase()));
    } catch {
      if (!signal.aborted) this.close();   // not reached: the name can be typed in full
    }
  }

  private show(cards: Card[], withEverybody: boolean): void {
    const options = cards.map(card => this.option(card.member, card.name, card.organisation));
    if (withEverybody) options.unshift(this.option("", everybody, this.words.say("client.everybody")));
    if (!options.length) return this.close();

    this.stop();
    this.looks = false;
    if (this.picksFirst) return this.pick(options[0]!);
    this.list.replaceChildren(...options);
    this.list.hidden = false;
    this.combobox = new Combobox(this.field, this.list, { tabInsertsSuggestions: true, firstOptionSelectionMode: "selected" });
    this.combobox.start();
    // A field of several lines is no combobox to ARIA: it stays a text field that points at what is chosen in the list.
    for (const name of ["role", "aria-expanded"]) this.field.removeAttribute(name);
  }

  private option(member: string, name: string, beside: string): HTMLElement {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.id = `${this.list.id}-${member || everybody}`;
    option.dataset.member = member;
    option.dataset.name = name;
    const shown = document.createElement("bdi");
    shown.className = "author";
    shown.textContent = member ? name : `@${name}`;
    const more = document.createElement("span");
    more.className = "dim";
    more.textContent = this.asked?.silent ? `${beside} · ${this.words.say("client.silent")}` : beside;
    option.append(shown, " ", more);
    return option;
  }

  private pick(option: HTMLElement): void {
    if (!this.asked) return;
    const { at, silent } = this.asked;
    const member = option.dataset.member || null;
    const written = `@${silent && member ? "_" : ""}${option.dataset.name}`;
    this.close();

    this.pickedAt = at;
    const end = this.field.selectionStart;
    const space = this.field.value[end] === " " ? "" : " ";
    this.write(written + space, at, end);
    if (!space) this.field.selectionStart = this.field.selectionEnd = at + written.length + 1;
    this.mentions = [...moved(this.mentions, this.text, this.field.value, at + written.length + space.length), { start: at, length: written.length, member, silent: silent && member !== null }]
      .sort((one, other) => one.start - other.start);
    this.text = this.field.value;
    this.asked = null;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  /** As if it was typed, so that it can be undone like the rest. */
  private write(text: string, from: number, to: number): void {
    this.isWriting = true;
    this.field.setSelectionRange(from, to);
    // There is no other way to change a field that leaves the browser its undo.
    if (!document.execCommand("insertText", false, text)) this.field.setRangeText(text, from, to, "end");
    this.isWriting = false;
  }

  private close(): void {
    this.asking.abort();
    this.looks = this.picksFirst = false;
    this.stop();
    this.list.hidden = true;
    this.list.replaceChildren();
  }

  private stop(): void {
    this.combobox?.destroy();
    this.combobox = null;
    for (const name of ["role", "aria-controls", "aria-expanded", "aria-autocomplete", "aria-haspopup", "aria-activedescendant"]) this.field.removeAttribute(name);
  }
}
