import type { Words } from "./words";

/** Grows to eight lines, keeps its draft over a reload, and hands on what is said. */
export class Composer {
  private readonly text: HTMLTextAreaElement;
  private readonly replying: HTMLElement;
  private thread: number | null = null;

  constructor(form: HTMLFormElement, private readonly key: string, private readonly words: Words, say: (markdown: string, thread: number | null) => void) {
    this.text = form.querySelector("textarea")!;
    this.replying = form.querySelector<HTMLElement>(".replying")!;
    this.restore();

    this.text.addEventListener("input", () => { this.fit(); this.save(); });
    this.text.addEventListener("keydown", event => {
      if (event.key === "Escape" && this.thread !== null) this.replyTo(null);
    });
    this.replying.querySelector("button")!.addEventListener("click", () => { this.replyTo(null); this.text.focus(); });
    form.addEventListener("submit", event => {
      event.preventDefault();
      const markdown = this.text.value;
      if (!markdown.trim()) return;
      form.querySelector(".refusing")?.remove();
      say(markdown, this.thread);
      this.write("", null);
      this.text.focus();
    });
  }

  /** Answers a post until it is sent or called off. */
  replyTo(post: { number: number; author: string } | null): void {
    this.thread = post?.number ?? null;
    this.replying.hidden = post === null;
    if (post) this.replying.querySelector("span")!.textContent = this.words.say("client.replying", { author: post.author });
    this.save();
    if (post) this.text.focus();
  }

  write(markdown: string, thread: { number: number; author: string } | null): void {
    this.text.value = markdown;
    this.fit();
    this.thread = null;
    this.replyTo(thread);
    this.save();
  }

  get isEmpty(): boolean { return this.text.value.trim() === ""; }

  private fit(): void {
    this.text.rows = Math.min(8, Math.max(2, this.text.value.split("\n").length));
    while (this.text.rows < 8 && this.text.scrollHeight > this.text.clientHeight + 2) this.text.rows++;
  }

  private save(): void {
    try {
      if (this.isEmpty && this.thread === null) sessionStorage.removeItem(this.key);
      else sessionStorage.setItem(this.key, JSON.stringify({ markdown: this.text.value, thread: this.thread, label: this.replying.querySelector("span")!.textContent }));
    } catch { /* no storage: the draft lasts as long as the page */ }
  }

  private restore(): void {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "null") as { markdown: string; thread: number | null; label: string } | null;
      if (!kept || !this.isEmpty) return this.fit();
      this.text.value = kept.markdown;
      this.thread = kept.thread;
      this.replying.hidden = kept.thread === null;
      this.replying.querySelector("span")!.textContent = kept.label;
    } catch { /* no storage, no draft */ }
    this.fit();
  }
}
