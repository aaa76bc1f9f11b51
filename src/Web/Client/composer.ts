import { drafts } from "./drafts";
import { ask } from "./http";
import type { Mention } from "./mentions";
import { MentionField } from "./picker";
import { Uploads } from "./uploads";
import type { Attachment } from "./wire";
import type { Words } from "./words";

/** @property mentions Null: whoever is named in the text. */
export interface Said { markdown: string; thread: number | null; mentions: Mention[] | null; attachments: Attachment[] }

export interface Writer {
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
  private reached: Promise<number> | null = null;
  private holding: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly form: HTMLFormElement, private key: string, private readonly writer: Writer) {
    const part = <T extends HTMLElement>(selector: string): T => form.querySelector<T>(selector)!;
    this.text = part("textarea");
    this.replying = part(".replying");
    this.preview = part(".preview");
    this.look = part(".look");
    this.reach = part(".reach");
    this.send = part(".composer-foot > .button");
    this.field = new MentionField(this.text, part(".picker"), writer.api, writer.moderates, writer.words);
    this.uploads = new Uploads(part(".uploads"), part(".storage"), writer.api, writer.words, () => this.save());
    this.restore();

    this.text.addEventListener("input", () => { this.fit(); this.save(); void this.showReach(); writer.typing?.(); });
    this.text.addEventListener("keydown", event => {
      if (event.key === "Escape" && this.thread !== null && !this.replying.hidden) this.replyTo(null);
    });
    this.replying.querySelector("button")!.addEventListener("click", () => { this.replyTo(null); this.text.focus(); });
    this.look.addEventListener("click", () => void this.toggleLook());
    this.takeFiles(part<HTMLInputElement>("input[type=file]"), part(".attach"));
    form.addEventListener("submit", event => { event.preventDefault(); this.submit(); });
  }

  /** Answers a post until it is sent or called off. */
  replyTo(post: { number: number; author: string } | null): void {
    this.thread = post?.number ?? null;
    this.replying.hidden = post === null;
    if (post) this.replying.querySelector("span")!.textContent = this.writer.words.say("client.replying", { author: post.author });
    this.save();
    if (post) this.text.focus();
  }

  /** Writes in this thread, with the draft of it, and nowhere else. */
  stayIn(thread: number, key: string): void {
    this.key = key;
    this.clear();
    this.restore();
    this.thread = thread;
    this.replying.hidden = true;
  }

  write(said: Said, author: string | null): void {
    this.field.set(said.markdown, said.mentions ?? []);
    this.uploads.set(said.attachments);
    this.fit();
    this.replyTo(said.thread === null ? null : { number: said.thread, author: author ?? "" });
    this.save();
  }

  focus(): void { this.text.focus(); }

  get isEmpty(): boolean { return this.text.value.trim() === ""; }

  /** Not now: says until when, and lets go by itself. */
  hold(until: number, say: (seconds: number) => void): void {
    clearTimeout(this.holding);
    const left = Math.ceil((until - Date.now()) / 1000);
    this.send.disabled = left > 0;
    say(Math.max(0, left));
    if (left > 0) this.holding = setTimeout(() => this.hold(until, say), Math.min(1000, until - Date.now()));
  }

  release(): void {
    clearTimeout(this.holding);
    this.send.disabled = false;
  }

  private submit(): void {
    const markdown = this.text.value;
    if ((!markdown.trim() && !this.uploads.attachments.length) || this.send.disabled) return;
    if (this.uploads.isBusy) {
      this.reach.textContent = this.writer.words.say("client.files-waiting");
      return;
    }
    this.form.querySelector(".refusing[role=alert]")?.remove();
    const { mentions } = this.field;
    const keeps = this.replying.hidden ? this.thread : null;   // in the thread's own composer
    this.writer.say({ markdown, thread: this.thread, mentions: mentions.length ? mentions : null, attachments: this.uploads.attachments });
    this.clear();
    this.thread = keeps;
    this.save();
    this.text.focus();
  }

  private clear(): void {
    this.field.set("", []);
    this.uploads.set([]);
    this.reach.textContent = "";
    if (!this.preview.hidden) void this.toggleLook();
    this.thread = null;
    this.replying.hidden = true;
    this.fit();
  }

  private takeFiles(chooser: HTMLInputElement, button: HTMLElement): void {
    button.addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => { this.uploads.add(chooser.files ?? []); chooser.value = ""; });
    this.text.addEventListener("paste", event => {
      const files = [...event.clipboardData?.files ?? []];
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
      const made = await ask<{ html: string; reach: number | null }>("POST", `${this.writer.api}/preview`, { markdown: this.text.value, mentions: mentions.length ? mentions : null });
      if (this.preview.hidden) return;
      this.preview.innerHTML = made.html;
    } catch {
      this.preview.textContent = this.writer.words.say("client.preview-failed");
    }
  }

  private fit(): void {
    this.text.rows = Math.min(8, Math.max(2, this.text.value.split("\n").length));
    while (this.text.rows < 8 && this.text.scrollHeight > this.text.clientHeight + 2) this.text.rows++;
  }

  private save(): void {
    const attachments = this.uploads.attachments;
    drafts.keep(this.key, this.isEmpty && !attachments.length && this.replying.hidden ? null : {
      markdown: this.text.value, mentions: this.field.mentions, attachments, thread: this.thread, label: this.replying.querySelector("span")!.textContent ?? "", at: Date.now(),
    });
  }

  private restore(): void {
    const kept = this.isEmpty ? drafts.read(this.key) : null;
    if (kept) {
      this.field.set(kept.markdown, kept.mentions);
      this.uploads.set(kept.attachments);
      this.thread = kept.thread;
      this.replying.hidden = kept.thread === null || kept.label === "";
      this.replying.querySelector("span")!.textContent = kept.label;
    }
    this.fit();
  }
}
