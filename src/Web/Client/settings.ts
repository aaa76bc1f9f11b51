import type { Moments } from "./moments";
import type { Posts } from "./posts";
import type { Post, RoomSettings } from "./wire";
import type { Words } from "./words";

const excerpt = 140;

/** What holds for the room as a whole, where it is shown: slow mode, and what is pinned. */
export class Settings {
  slowSeconds: number;

  constructor(private readonly room: string, slowSeconds: number, private readonly line: HTMLElement | null, private readonly posts: Posts, private readonly words: Words, private readonly moments: Moments) {
    this.slowSeconds = slowSeconds;
  }

  take(settings: RoomSettings): void {
    this.slowSeconds = settings.slowSeconds;
    this.say(0);
    this.showPins(settings.pinned);
  }

  /** Seconds until the reader may post; zero: what holds in general. */
  say(seconds: number): void {
    if (!this.line) return;
    this.line.hidden = seconds === 0 && this.slowSeconds === 0;
    this.line.textContent = seconds > 0
      ? this.words.say("client.slow", { seconds: this.words.figure(seconds) })
      : this.words.say("client.slow-mode", { seconds: this.words.figure(this.slowSeconds) });
  }

  /** A pinned post that was edited is listed with its new text. */
  renew(posts: Post[]): void {
    const list = document.querySelector("aside.panel .pins ul");
    for (const post of posts) {
      if (!post.pinned) continue;
      const link = list?.querySelector(`[data-number="${post.number}"] a`);
      if (link) link.textContent = this.excerptOf(post.number);
    }
  }

  private showPins(pinned: number[]): void {
    const section = document.querySelector<HTMLElement>("aside.panel .pins");
    if (!section) return;
    const list = section.querySelector("ul")!;
    section.hidden = pinned.length === 0;
    list.replaceChildren(...[...pinned].reverse().map(number => list.querySelector(`[data-number="${number}"]`) ?? this.pinOf(number)));
  }

  private pinOf(number: number): HTMLElement {
    const item = document.createElement("li");
    item.dataset.number = `${number}`;
    const link = document.createElement("a");
    link.href = `/communities/${this.room}?around=${number}#post-${number}`;
    const article = this.posts.find(number);
    link.textContent = this.excerptOf(number);
    const by = document.createElement("span");
    by.className = "by";
    const name = document.createElement("bdi");
    name.textContent = article?.querySelector(".author")?.textContent ?? "";
    const at = article?.querySelector(".at time")?.getAttribute("datetime");
    by.append(name, at ? `, ${this.moments.moment(new Date(at))}` : "");
    item.append(link, " ", by);
    return item;
  }

  private excerptOf(number: number): string {
    const text = (this.posts.find(number)?.querySelector(".text")?.textContent ?? "").replace(/\s+/g, " ").trim();
    return text.length > excerpt ? `${text.slice(0, excerpt - 1)}…` : text || `#${number}`;
  }
}
