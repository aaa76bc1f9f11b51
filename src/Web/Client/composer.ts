import { clearFault, sayFault } from "./fault";
import { fitToText } from "./fitting";
import { ask } from "./http";
import type { Mention } from "./mentions";
import { MentionField } from "./picker";
import { leftBehind, Slot } from "./slot";
import { Uploads } from "./uploads";
import type { Attachment } from "./wire";
import type { Words } from "./words";
import { piecesIn, placeOf, read, remove, write } from "./written";

/** @property mentions Null: whoever is named in the text. */
export interface Said {
  markdown: string;
  thread: number | null;
  mentions: Mention[] | null;
  attachments: Attachment[];
}

/** What is being written, as it is kept over a reload and until another day. */
interface Draft {
  markdown: string;
  mentions: Mention[];
  attachments: Attachment[];
  thread: number | null;
  label: string;
  at: number;
}

const mostRows = 8;

/** So much of another draft is shown. */
const excerpt = 80;

export interface Writer {
  member: string;
  /** Of the room: `/api/rooms/cpb/general`. */
  api: string;
  moderates: boolean;
  words: Words;
  say(said: Said): void;
  typing?(): void;
}

/** Grows to eight lines, keeps its draft, picks people and files, shows how it will look, and hands on what is said. */
export class Composer {
  private readonly field: MentionField;
  private readonly text: HTMLTextAreaElement;
  private readonly replying: HTMLElement;
  private readonly uploads: Uploads;
  private readonly preview: HTMLElement;
  private readonly look: HTMLButtonElement;
  private readonly reach: HTMLElement;
  private readonly send: HTMLButtonElement;
  private thread: number | null = null;
  /** The thread it always writes in, where it has one. */
  private stays: number | null = null;
  private reached: Promise<number> | null = null;
  private place = "";
  private slot: Slot | null = null;
  private isShut = false;
  private holding: ReturnType<typeof setTimeout> | undefined;

  /** @param where The draft's place: a room, `cpb/general`, or a thread of it, `cpb/general:17`. */
  constructor(
    private readonly form: HTMLFormElement,
    where: string,
    private readonly writer: Writer,
  ) {
    const part = <T extends HTMLElement>(selector: string): T => form.querySelector<T>(selector)!;
    this.text = part("textarea");
    this.replying = part(".replying");
    this.preview = part(".preview");
    this.look = part(".look");
    this.reach = part(".reach");
    this.send = part(".composer-foot > .button");
    this.field = new MentionField(this.text, part(".picker"), writer.api, writer.moderates, writer.words);
    this.uploads = new Uploads(part(".uploads"), part(".storage"), writer.api, writer.words, () => {
      if (!this.uploads.isBusy) this.reach.textContent = "";
      this.save();
      void this.showReach();
    });
    void this.keepIn(where);

    this.text.addEventListener("input", () => {
      this.fit();
      this.save();
      this.clearFaults();
      void this.showReach();
      writer.typing?.();
    });
    this.text.addEventListener("keydown", event => {
      if (event.key === "Escape" && this.thread !== null && !this.replying.hidden) this.replyTo(null);
    });
    this.replying.querySelector("button")!.addEventListener("click", () => {
      this.replyTo(null);
      this.text.focus();
    });
    this.look.addEventListener("click", () => void this.toggleLook());
    this.takeFiles(part<HTMLInputElement>("input[type=file]"), part(".attach"));
    form.addEventListener("submit", event => {
      event.preventDefault();
      this.submit();
    });
  }

  /** Answers a post until it is sent or called off. */
  replyTo(post: { number: number; author: string } | null): void {
    this.thread = post?.number ?? this.stays;
    this.replying.hidden = post === null;
    if (post)
      this.replying.querySelector("span")!.textContent = this.writer.words.say("client.replying", {
        author: post.author,
      });
    this.save();
    if (post) this.text.focus();
  }

  /**
   * Writes in this thread, with the draft of it, and nowhere else. What is being written in it already stays as it is.
   */
  stayIn(thread: number, where: string): void {
    if (this.stays === thread) return;
    this.save();
    this.stays = thread;
    this.uploads.set([]);
    this.clear();
    void this.keepIn(where);
  }

  /** Nobody writes here, or not any more. What is half written stays in sight. */
  shut(isShut: boolean): void {
    this.isShut = isShut;
    this.send.disabled = isShut || this.holding !== undefined;
    this.showOrHide();
  }

  /** Takes up what was said before; what is being written now is put aside, and offered again. */
  async write(said: Said, author: string | null): Promise<void> {
    if (!this.isEmpty) {
      this.save();
      const { place, slot } = this;
      const fresh = await Slot.take(place, true);
      if (this.place !== place) return fresh.release();
      slot?.release();
      this.slot = fresh;
    }
    this.field.set(said.markdown, said.mentions ?? []);
    this.uploads.set(said.attachments);
    this.fit();
    this.replyTo(said.thread === null || this.stays !== null ? null : { number: said.thread, author: author ?? "" });
    this.save();
    this.text.focus();
    await this.offerOthers();
  }

  focus(): void {
    this.text.focus();
  }

  get isEmpty(): boolean {
    return this.text.value.trim() === "";
  }

  /** Not now: says until when, and lets go by itself. */
  hold(until: number, say: (seconds: number) => void): void {
    clearTimeout(this.holding);
    const left = Math.ceil((until - Date.now()) / 1000);
    this.holding = undefined;
    say(Math.max(0, left));
    if (left > 0) this.holding = setTimeout(() => this.hold(until, say), Math.min(1000, until - Date.now()));
    this.shut(this.isShut);
  }

  release(): void {
    clearTimeout(this.holding);
    this.holding = undefined;
    this.shut(this.isShut);
  }

  private submit(): void {
    const markdown = this.text.value;
    if ((!markdown.trim() && !this.uploads.attachments.length) || this.send.disabled) return;
    if (this.uploads.isBusy) {
      this.reach.textContent = this.writer.words.say("client.files-waiting");
      return;
    }
    this.clearFaults();
    if (this.isTooLong(markdown)) return;
    const { mentions } = this.field;
    this.writer.say({
      markdown,
      thread: this.thread,
      mentions: mentions.length ? mentions : null,
      attachments: this.uploads.attachments,
    });
    this.uploads.sent();
    this.clear();
    this.save();
    this.text.focus();
    void this.offerOthers();
  }

  /** All of it stays in the box, with the server's own words for why it is not sent. */
  private isTooLong(markdown: string): boolean {
    const { longest, tooLong } = this.form.dataset;
    const bytes = new TextEncoder().encode(markdown).length;
    if (!longest || bytes <= Number(longest)) return false;
    sayFault(this.text, tooLong!.replace("{bytes}", this.writer.words.figure(bytes)));
    return true;
  }

  /** They were about the text as it was. */
  private clearFaults(): void {
    clearFault(this.text);
    this.form.querySelector(":scope > .refusing[role=alert]")?.remove();
  }

  private clear(): void {
    this.field.set("", []);
    this.reach.textContent = "";
    if (!this.preview.hidden) void this.toggleLook();
    this.thread = this.stays;
    this.replying.hidden = true;
    this.fit();
  }

  private takeFiles(chooser: HTMLInputElement, button: HTMLElement): void {
    button.addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => {
      this.uploads.add(chooser.files ?? []);
      chooser.value = "";
    });
    this.text.addEventListener("paste", event => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length || event.clipboardData?.types.includes("text/plain")) return;
      event.preventDefault();
      this.uploads.add(files);
    });
    this.form.addEventListener("dragover", event => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.form.classList.add("dropping");
    });
    this.form.addEventListener("dragleave", () => this.form.classList.remove("dropping"));
    this.form.addEventListener("drop", event => {
      this.form.classList.remove("dropping");
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      this.uploads.add(event.dataTransfer.files);
    });
  }

  /** Before everybody is told, it is said how many that is. */
  private async showReach(): Promise<void> {
    const asks = this.writer.moderates && /(^|[^\p{L}\p{N}])@room(?![\p{L}\p{N}])/u.test(this.text.value);
    if (!asks) {
      this.reach.textContent = "";
      return;
    }
    this.reached ??= ask<{ members: number }>("GET", `${this.writer.api}/reach`).then(answer => answer.members);
    try {
      const reach = await this.reached;
      if (this.text.value.includes("@room")) this.reach.textContent = this.writer.words.count("client.reach", reach);
    } catch {
      this.reached = null;
    }
  }

  private async toggleLook(): Promise<void> {
    const looks = this.preview.hidden && !this.isEmpty;
    this.look.setAttribute("aria-pressed", `${looks}`);
    this.preview.hidden = !looks;
    this.text.parentElement!.hidden = looks;
    if (!looks) {
      this.preview.replaceChildren();
      return;
    }
    try {
      const { mentions } = this.field;
      const made = await ask<{ html: string; reach: number | null }>("POST", `${this.writer.api}/preview`, {
        markdown: this.text.value,
        mentions: mentions.length ? mentions : null,
      });
      if (this.preview.hidden) return;
      this.preview.innerHTML = made.html;
    } catch {
      this.preview.textContent = this.writer.words.say("client.preview-failed");
    }
  }

  private fit(): void {
    fitToText(this.text, mostRows);
  }

  private save(): void {
    this.showOrHide();
    if (!this.slot) return;
    const attachments = this.uploads.attachments;
    if (this.isEmpty && !attachments.length && this.replying.hidden) return remove(this.slot.key);
    const draft: Draft = {
      markdown: this.text.value,
      mentions: this.field.mentions,
      attachments,
      thread: this.thread,
      label: this.replying.querySelector("span")!.textContent ?? "",
      at: Date.now(),
    };
    write(this.slot.key, draft);
  }

  /** Goes on with what was left here: by this tab, or else by one that is closed. */
  private async keepIn(where: string): Promise<void> {
    const place = (this.place = placeOf(this.writer.member, "draft", where));
    this.slot?.release();
    this.slot = null;
    const isSame = (key: string): boolean => read<Draft>(key)?.markdown === this.text.value;
    let slot = await Slot.take(place, !this.isEmpty, isSame);
    if (!this.isEmpty && read(slot.key) && !isSame(slot.key)) {
      // typed meanwhile: two drafts
      slot.release();
      slot = await Slot.take(place, true);
    }
    if (this.place !== place) return slot.release();
    this.slot = slot;
    if (this.isEmpty || isSame(slot.key)) this.restore();
    else this.save();
    await this.offerOthers();
  }

  private restore(): void {
    const kept = read<Draft>(this.slot!.key);
    if (kept) {
      this.field.set(kept.markdown, kept.mentions);
      this.uploads.set(kept.attachments);
      this.thread = kept.label === "" ? this.thread : kept.thread;
      this.replying.hidden = kept.thread === null || kept.label === "";
      this.replying.querySelector("span")!.textContent = kept.label;
    }
    this.fit();
    this.showOrHide();
  }

  /** Drafts of tabs that are closed: one of them at a time is offered, the newest first. */
  private async offerOthers(): Promise<void> {
    const { place } = this;
    const others = await leftBehind(piecesIn<Draft>(place).filter(([key]) => key !== this.slot?.key));
    if (this.place !== place) return;
    this.form.querySelector(".other-draft")?.remove();
    const [other] = others;
    if (!other) return;

    const [key, { markdown, attachments }] = other;
    const text = markdown.replace(/\s+/g, " ").trim() || attachments.map(each => each.name).join(", ");
    const line = document.createElement("p");
    line.className = "other-draft note";
    const button = (word: string, act: () => void): HTMLButtonElement => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "quiet";
      made.textContent = this.writer.words.say(word);
      made.addEventListener("click", act);
      return made;
    };
    line.append(
      this.writer.words.say("client.other-draft", {
        text: text.length > excerpt ? `${text.slice(0, excerpt - 1)}…` : text,
      }),
      " ",
      button("client.continue", () => void this.goOnWith(key)),
      button("client.discard", () => {
        remove(key);
        void this.offerOthers();
      }),
    );
    this.form.prepend(line);
  }

  /** What is being written now is put aside, and the other one taken up. */
  private async goOnWith(key: string): Promise<void> {
    const { place, slot: present } = this;
    const slot = await Slot.of(place, key);
    if (!slot || this.place !== place) return void this.offerOthers();
    this.save();
    present?.release();
    this.slot = slot;
    this.uploads.set([]);
    this.clear();
    this.restore();
    this.text.focus();
    await this.offerOthers();
  }

  private showOrHide(): void {
    this.form.hidden = this.isShut && this.isEmpty && !this.uploads.attachments.length;
    const around = this.form.closest<HTMLElement>(".writing");
    if (around) around.hidden = this.form.hidden;
  }
}
