import { Moments } from "./moments";
import { isMine, leftBehind, Slot } from "./slot";
import type { Words } from "./words";
import { piecesIn, piecesOf, placeOf, read, remove, write } from "./written";

/** What was typed into a form and has not been accepted by the server. */
interface Typed {
  at: number;
  /** The page the form is on. */
  page: string;
  /** Of the form, while it was sent last. */
  request: string;
  /** As the server gave them, and as they are now. */
  base: Record<string, string>;
  values: Record<string, string>;
  /** How it begins. */
  text: string;
  files: boolean;
  /** The writer has left it on purpose: it comes back with its form, and is offered nowhere else. */
  aside: boolean;
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const excerpt = 60;

/** Offered at a time: on the page that is about oneself, and on the others, which are about something else. */
const mostOffered = { home: 3, elsewhere: 1 };

/** The server says by it which form it has accepted, by the form's request id. */
const acceptedCookie = "sent";

/**
 * What is typed into any form that changes something is kept until the server has accepted it: over a lost session, a
 * lost network, a page that is left.
 * It is offered again on the form's own page, and until then on the others, to the same member only. Composers keep
 * their own drafts.
 */
export class KeptForms {
  private readonly slots = new Map<string, Promise<Slot>>();
  private readonly bases = new Map<string, Record<string, string>>();
  private readonly pages = new WeakMap<HTMLFormElement, string>();
  private readonly left = new WeakSet<HTMLFormElement>();
  private unkept = false;
  private isSent = false;

  constructor(
    private readonly member: string,
    private readonly words: Words,
    private readonly moments: Moments,
  ) {}

  start(): void {
    this.forgetAccepted();
    document.addEventListener("input", event => this.keep(formOf(event.target)));
    document.addEventListener("change", event => this.keep(formOf(event.target)));
    document.addEventListener(
      "submit",
      event => {
        this.isSent = true;
        this.keep(formOf(event.target));
      },
      true,
    );
    document.addEventListener(
      "click",
      event => {
        const form = (event.target as HTMLElement).closest?.("form.stack .choices > a")?.closest("form") ?? null;
        if (form) void this.setAside(form);
      },
      true,
    );
    window.addEventListener("beforeunload", event => {
      if (this.unkept && !this.isSent) event.preventDefault();
    });
    for (const form of document.querySelectorAll<HTMLFormElement>("form"))
      if (isKept(form)) void this.watch(form, pageOf());
    void this.offerElsewhere();
  }

  /** A form that came onto the page: what was typed into it before is put back. */
  async watch(form: HTMLFormElement, page: string): Promise<void> {
    if (!isKept(form)) return;
    const place = this.placeOf(form);
    this.pages.set(form, page);
    this.left.delete(form);
    this.bases.set(place, baseOf(form));
    if (!piecesIn(place).length) return;

    const slot = await this.slotIn(place);
    const typed = read<Typed>(slot.key);
    if (!typed) return;
    if (answersForm())
      this.bases.set(place, typed.base); // the server has put back what it was sent
    else if (same(valuesOf(form), baseOf(form)) && same(typed.base, baseOf(form))) this.putBack(form, slot, typed);
    else if (!same(typed.values, valuesOf(form))) this.ask(form, slot, typed);
  }

  /** The server has accepted it. */
  async forget(form: HTMLFormElement): Promise<void> {
    this.left.add(form);
    const slot = this.slots.get(this.placeOf(form));
    if (slot) remove((await slot).key);
  }

  /** Left on purpose. */
  async setAside(form: HTMLFormElement): Promise<void> {
    this.left.add(form); // a field that goes with its form says once more that it was changed
    const slot = await this.slots.get(this.placeOf(form));
    const typed = slot && read<Typed>(slot.key);
    if (typed) write(slot.key, { ...typed, aside: true });
  }

  /** Of the edits that were open in this tab before it was loaded again, the pages they came from. */
  opened(): string[] {
    return piecesOf<Typed>(this.member, "form")
      .filter(([key, typed]) => isMine(key) && !typed.aside && !answersForm())
      .map(([, typed]) => typed.page);
  }

  /** What no open page holds is offered on this one. */
  async offerElsewhere(): Promise<void> {
    document.querySelector(".kept-elsewhere")?.remove();
    const here = new Set(
      [...document.querySelectorAll<HTMLFormElement>("form")].filter(isKept).map(form => this.placeOf(form)),
    );
    const all = piecesOf<Typed>(this.member, "form").filter(
      ([key, typed]) => !typed.aside && ![...here].some(place => key.startsWith(place)),
    );
    const left = (await leftBehind(all)).slice(0, location.pathname === "/" ? mostOffered.home : mostOffered.elsewhere);
    const around = document.querySelector(".dock") ?? document.querySelector("main");
    if (!left.length || !around) return;

    const list = document.createElement("ul");
    list.className = "kept-elsewhere notice";
    for (const [key, typed] of left) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = typed.page;
      link.textContent = this.words.say("page.kept-continue");
      item.append(
        this.words.say("page.kept-elsewhere", { at: this.moments.full(new Date(typed.at)), text: typed.text }),
        " ",
        link,
        " ",
        this.button("page.kept-discard", () => {
          remove(key);
          item.remove();
          if (!list.childElementCount) list.remove();
        }),
      );
      list.append(item);
    }
    if (around.matches(".dock")) around.prepend(list);
    else around.querySelector(".heading")?.after(list);
  }

  private keep(form: HTMLFormElement | null): void {
    if (!form || this.left.has(form) || !isKept(form)) return;
    const [place, values, text] = [this.placeOf(form), valuesOf(form), textIn(form)];
    const base = this.bases.get(place) ?? baseOf(form);
    const isWritten = text !== "" && !same(base, values);
    if (!isWritten && !this.slots.has(place)) return;
    void this.slotIn(place).then(slot => {
      if (!isWritten) return remove(slot.key);
      this.unkept = !write(slot.key, {
        at: Date.now(),
        page: this.pages.get(form) ?? pageOf(),
        request: form.querySelector<HTMLInputElement>("input[name=request]")?.value ?? "",
        base,
        values,
        text,
        files: [...form.querySelectorAll<HTMLInputElement>("input[type=file]")].some(
          each => (each.files?.length ?? 0) > 0,
        ),
        aside: isShort(form),
      } satisfies Typed);
      if (this.unkept && !form.querySelector(".kept")) this.tell(form, [this.words.say("page.not-kept")]);
    });
  }

  private slotIn(place: string): Promise<Slot> {
    let slot = this.slots.get(place);
    if (!slot) this.slots.set(place, (slot = Slot.take(place)));
    return slot;
  }

  private placeOf(form: HTMLFormElement): string {
    return placeOf(this.member, "form", new URL(form.action).pathname);
  }

  private putBack(form: HTMLFormElement, slot: Slot, typed: Typed): void {
    for (const [name, control] of controlsOf(form)) if (name in typed.values) setValue(control, typed.values[name]!);
    write(slot.key, { ...typed, aside: isShort(form) });
    form.dispatchEvent(new Event("kept"));
    this.tell(form, [
      this.words.say("page.kept", { at: this.moments.full(new Date(typed.at)) }),
      typed.files ? ` ${this.words.say("page.kept-files")}` : "",
      " ",
      this.button("page.kept-discard", () => {
        form.reset();
        remove(slot.key);
        form.dispatchEvent(new Event("kept"));
        form.querySelector(".kept")?.remove();
      }),
    ]);
  }

  private ask(form: HTMLFormElement, slot: Slot, typed: Typed): void {
    this.tell(form, [
      this.words.say("page.kept-changed", { at: this.moments.full(new Date(typed.at)) }),
      " ",
      this.button("page.kept-restore", () => this.putBack(form, slot, typed)),
      " ",
      this.button("page.kept-discard", () => {
        remove(slot.key);
        form.querySelector(".kept")?.remove();
      }),
    ]);
  }

  private tell(form: HTMLFormElement, parts: (string | HTMLElement)[]): void {
    form.querySelector(".kept")?.remove();
    const line = document.createElement("p");
    line.className = "kept notice";
    line.setAttribute("role", "status");
    line.append(...parts);
    form.prepend(line);
  }

  private button(word: string, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = this.words.say(word);
    button.addEventListener("click", act);
    return button;
  }

  private forgetAccepted(): void {
    const request = decodeURIComponent(
      document.cookie
        .split("; ")
        .find(each => each.startsWith(`${acceptedCookie}=`))
        ?.slice(acceptedCookie.length + 1) ?? "",
    );
    if (!request) return;
    for (const [key, typed] of piecesOf<Typed>(this.member, "form")) if (typed.request === request) remove(key);
    document.cookie = `${acceptedCookie}=; Max-Age=0; Path=/`;
  }
}

let present: KeptForms | null = null;

/** The page's own, from the start on; none where nobody is signed in. */
export function keepForms(words: Words): void {
  const { member, culture, zone } = document.body.dataset;
  if (!member) return;
  present = new KeptForms(member, words, new Moments(culture!, zone!));
  present.start();
}

export function keptForms(): KeptForms | null {
  return present;
}

function formOf(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof HTMLFormElement ? target : ((target as Partial<Control> | null)?.form ?? null);
}

/** One line, typed again sooner than it is looked for: it comes back with its form and is offered nowhere else. */
function isShort(form: HTMLFormElement): boolean {
  const texts = controlsOf(form).filter(([, control]) => isText(control));
  return texts.length === 1 && texts[0]![1] instanceof HTMLInputElement;
}

/** A form into which people write, and that has no draft of its own. */
function isKept(form: HTMLFormElement): boolean {
  return (
    form.method === "post" && !form.matches(".composer") && controlsOf(form).some(([, control]) => isText(control))
  );
}

function isText(control: Control): boolean {
  return (
    control instanceof HTMLTextAreaElement ||
    (control instanceof HTMLInputElement && ["text", "search", "email", "url", "tel"].includes(control.type))
  );
}

/** By name, and where several have one, by value or place. */
function controlsOf(form: HTMLFormElement): [name: string, control: Control][] {
  const named = new Map<string, Control>();
  for (const each of form.elements) {
    if (
      !(each instanceof HTMLInputElement || each instanceof HTMLTextAreaElement || each instanceof HTMLSelectElement) ||
      !each.name
    )
      continue;
    if (["hidden", "file", "submit", "button", "password"].includes(each.type)) continue;
    let name = isTick(each) ? `${each.name}=${each.value}` : each.name;
    for (let place = 2; named.has(name); place++) name = `${each.name}#${place}`;
    named.set(name, each);
  }
  return [...named];
}

function isTick(control: Control): control is HTMLInputElement {
  return control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio");
}

function valuesOf(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries(
    controlsOf(form).map(([name, control]) => [name, isTick(control) ? `${control.checked}` : control.value]),
  );
}

function baseOf(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries(
    controlsOf(form).map(([name, control]) => [
      name,
      isTick(control)
        ? `${control.defaultChecked}`
        : control instanceof HTMLSelectElement
          ? (([...control.options].find(each => each.defaultSelected) ?? control.options[0])?.value ?? "")
          : control.defaultValue,
    ]),
  );
}

function setValue(control: Control, value: string): void {
  if (isTick(control)) control.checked = value === "true";
  else control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

/** How the longest text begins. */
function textIn(form: HTMLFormElement): string {
  const texts = controlsOf(form)
    .filter(([, control]) => isText(control))
    .map(([, control]) => control.value.replace(/\s+/g, " ").trim());
  const longest = texts.reduce((one, other) => (other.length > one.length ? other : one), "");
  return longest.length > excerpt ? `${longest.slice(0, excerpt - 1)}…` : longest;
}

function same(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every(name => one[name]?.replace(/\r\n/g, "\n") === other[name]?.replace(/\r\n/g, "\n"))
  );
}

/** Whether this page is the answer to a form, and not one that was asked for. */
function answersForm(): boolean {
  return document.body.dataset.answersForm !== undefined;
}

function pageOf(): string {
  return location.pathname + location.search;
}
