import type { Moments } from "./moments";
import type { Post } from "./wire";
import type { Words } from "./words";

const groupedWithin = 5 * 60_000;

/** The posts on the page, in the order of the room. Made of the server's own template, so that both look the same. */
export class Posts {
  private readonly template = document.querySelector<HTMLTemplateElement>("#post-template")!;
  private readonly dayTemplate = document.querySelector<HTMLTemplateElement>("#day-template")!;

  constructor(readonly list: HTMLElement, private readonly member: string, private readonly words: Words, private readonly moments: Moments) {}

  get articles(): HTMLElement[] { return [...this.list.querySelectorAll<HTMLElement>(":scope > article.post")]; }

  get first(): number { return Number(this.list.querySelector<HTMLElement>(":scope > article.post")?.dataset.number ?? 0); }

  get last(): number { return Number(this.articles.at(-1)?.dataset.number ?? 0); }

  find(number: number): HTMLElement | null { return this.list.querySelector(`:scope > #post-${number}`); }

  /** Puts posts where they belong; what the page has under the same number is replaced. */
  put(posts: Post[]): void {
    for (const post of posts) {
      const made = this.make(post);
      const present = this.find(post.number);
      if (present) this.exchange(present, made);
      else this.list.insertBefore(made, this.articles.find(article => Number(article.dataset.number) > post.number) ?? null);
    }
    this.arrange();
  }

  clear(): void { this.list.replaceChildren(); }

  /** What is being typed in, or focused, survives a change of the post around it. */
  private exchange(present: HTMLElement, made: HTMLElement): void {
    const editor = present.querySelector("form.in-place");
    if (editor && !made.querySelector(":scope > .deleted")) {
      made.classList.add("editing");
      made.append(editor);
    }
    const focused = present === document.activeElement ? made : null;
    const link = present.contains(document.activeElement) ? (document.activeElement as HTMLElement).className : "";
    present.replaceWith(made);
    (focused ?? (link ? made.querySelector<HTMLElement>(`.actions .${CSS.escape(link)}`) : null))?.focus({ preventScroll: true });
  }

  private make(post: Post): HTMLElement {
    const article = this.template.content.firstElementChild!.cloneNode(true) as HTMLElement;
    const part = (selector: string): HTMLElement => article.querySelector<HTMLElement>(selector)!;
    const keep = (selector: string, when: boolean): HTMLElement | null => {
      const found = part(selector);
      if (!when) found.remove();
      return when ? found : null;
    };
    const deleted = post.deletedAt !== null;
    const at = new Date(post.at);

    article.id = `post-${post.number}`;
    article.setAttribute("aria-labelledby", `by-${post.number}`);
    Object.assign(article.dataset, { number: `${post.number}`, author: post.author.member, at: `${at.getTime()}`, revision: `${post.revision}` });
    if (post.thread === null) delete article.dataset.thread;
    else article.dataset.thread = `${post.thread}`;

    part(".post-head").id = `by-${post.number}`;
    part(".author").textContent = post.author.name || this.words.say("member.nameless");
    part(".organisation").textContent = post.author.organisation;
    this.stamp(part(".at time"), at, this.moments.time(at));

    keep(".in-reply-to", post.thread !== null);
    const text = keep(".text", !deleted);
    if (text) text.innerHTML = post.html;
    const tombstone = keep(".deleted", deleted)?.querySelector("time");
    if (tombstone) this.stamp(tombstone, new Date(post.deletedAt!));
    const edited = keep(".edited", !deleted && post.editedAt !== null)?.querySelector("time");
    if (edited) this.stamp(edited, new Date(post.editedAt!));
    const replies = keep(".replies", post.replies > 0);
    if (replies) replies.textContent = this.words.count("post.replies", post.replies);

    if (keep(".actions", !deleted)) {
      keep(".actions .edit", post.author.member === this.member);
      keep(".actions .delete", post.author.member === this.member);
      keep(".actions .history", post.revision > 1);
    }

    for (const link of article.querySelectorAll<HTMLAnchorElement>("a[href*='/posts/0']"))
      link.href = link.getAttribute("href")!.replace("/posts/0", `/posts/${link.closest(".in-reply-to") ? post.thread : post.number}`);
    return article;
  }

  private stamp(time: Element, at: Date, text = this.moments.moment(at)): void {
    time.setAttribute("datetime", at.toISOString());
    time.setAttribute("title", this.moments.full(at));
    time.textContent = text;
  }

  /** Day dividers, one head for what one author says in a row, and whom a reply answers. */
  private arrange(): void {
    for (const divider of this.list.querySelectorAll(":scope > .day")) divider.remove();

    let before: HTMLElement | null = null;
    for (const article of this.articles) {
      const at = new Date(Number(article.dataset.at));
      const newDay = before === null || this.moments.key(new Date(Number(before.dataset.at))) !== this.moments.key(at);
      if (newDay) {
        const divider = this.dayTemplate.content.firstElementChild!.cloneNode(true) as HTMLElement;
        divider.dataset.day = this.moments.key(at);
        divider.textContent = this.moments.day(at);
        article.before(divider);
      }

      article.classList.toggle("continued", !newDay && before!.dataset.author === article.dataset.author && at.getTime() - Number(before!.dataset.at) < groupedWithin);
      this.nameRoot(article);
      before = article;
    }
  }

  private nameRoot(article: HTMLElement): void {
    const link = article.querySelector(":scope > .in-reply-to > a");
    if (!link) return;
    const author = this.find(Number(article.dataset.thread))?.querySelector(".author")?.textContent;
    if (!author) {
      link.textContent = this.words.say("post.in-reply-to-number", { number: article.dataset.thread! });
      return;
    }
    const [before, after] = this.words.say("post.in-reply-to").split("{author}");
    const name = document.createElement("bdi");
    name.textContent = author;
    link.replaceChildren(before ?? "", name, after ?? "");
  }
}
