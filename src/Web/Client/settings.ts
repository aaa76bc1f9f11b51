import type { Posts } from "./posts";
import type { RoomSettings } from "./wire";
import type { Words } from "./words";

const excerpt = 140;

/** What holds for the room as a whole, where it is shown: slow mode, and what is pinned. */
export class Settings {
  slowSeconds: number;

  constructor(private readonly room: string, slowSeconds: number, private readonly line: HTMLElement | null, private readonly posts: Posts, private readonly words: Words) {
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
    const text = (article?.querySelector(".text")?.textContent ?? "").replace(/\s+/g, " ").trim();
    link.textContent = text.length > excerpt ? `${text.slice(0, excerpt - 1)}…` : text || `#${number}`;
    const by = document.createElement("span");
    by.className = "by";
    const name = document.createElement("bdi");
    name.textContent = article?.querySelector(".author")?.textContent ?? "";
    by.append(name);
    item.append(link, " ", by);
    return item;
  }
}
