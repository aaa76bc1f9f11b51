import { stateOf } from "./in-place";
import { fillPost, type Fills } from "./post";
import type { Moments } from "./moments";
import type { Post } from "./wire";
import type { Words } from "./words";

const groupedWithin = 5 * 60_000;

/** The posts on the page, in the order of the room. Made of the server's own template, so that both look the same. */
export class Posts {
  private readonly template = document.querySelector<HTMLTemplateElement>("#post-template")!;
  private readonly dayTemplate = document.querySelector<HTMLTemplateElement>("#day-template")!;

  /** @param prefix Of the posts' ids: a post can stand in the room and in the panel. */
  constructor(readonly list: HTMLElement, private readonly fills: Fills, private readonly prefix = "") {}

  private get words(): Words { return this.fills.words; }

  private get moments(): Moments { return this.fills.moments; }

  get articles(): HTMLElement[] { return [...this.list.querySelectorAll<HTMLElement>(":scope > article.post")]; }

  get first(): number { return Number(this.list.querySelector<HTMLElement>(":scope > article.post")?.dataset.number ?? 0); }

  get last(): number { return Number(this.articles.at(-1)?.dataset.number ?? 0); }

  find(number: number): HTMLElement | null { return this.list.querySelector(`:scope > [data-number="${number}"]`); }

  /** Puts posts where they belong; what the page has under the same number is replaced. */
  put(posts: Post[]): void {
    for (const post of posts) {
      const made = this.make(post);
      const present = this.find(post.number);
      if (present) exchange(present, made);
      else this.list.insertBefore(made, this.articles.find(article => Number(article.dataset.number) > post.number) ?? null);
    }
    this.arrange();
  }

  clear(): void { this.list.replaceChildren(); }

  /**
   * In place of everything. An edit that is open stays open: in its post, or above the others where its post is not
   * among them.
   */
  replace(posts: Post[]): void {
    const edited = this.articles.filter(article => article.querySelector(":scope > form.in-place"));
    const focused = document.activeElement;
    this.clear();
    for (const article of edited) {
      const post = posts.find(each => `${each.number}` === article.dataset.number);
      if (post) this.list.append(article);
      else this.list.before(this.apart(article));
    }
    this.put(posts);
    if (focused instanceof HTMLElement && focused.isConnected && focused.closest("form.in-place")) focused.focus({ preventScroll: true });
  }

  /** Nothing of the post is left but its head: what it says now is not known here. */
  private apart(article: HTMLElement): HTMLElement {
    for (const part of [...article.children]) if (!part.matches(".post-head, form.in-place")) part.remove();
    article.classList.remove("continued");
    article.classList.add("apart");
    return article;
  }

  /** Takes away all but the first, or the last, so many. What is being written in stays. */
  keep(most: number, which: "first" | "last"): boolean {
    const { articles } = this;
    const surplus = which === "first" ? articles.slice(most) : articles.slice(0, Math.max(0, articles.length - most));
    if (!surplus.length || surplus.some(each => each.contains(document.activeElement))) return false;
    for (const each of surplus) each.remove();
    this.arrange();
    return true;
  }

  private make(post: Post): HTMLElement {
    const article = this.template.content.firstElementChild!.cloneNode(true) as HTMLElement;
    article.id = `${this.prefix}post-${post.number}`;
    article.setAttribute("aria-labelledby", `${this.prefix}by-${post.number}`);
    article.querySelector(".post-head")!.id = `${this.prefix}by-${post.number}`;
    fillPost(article, post, this.fills);
    return article;
  }

  /** Day dividers, one head for what one author says in a row, and whom a reply answers. */
  arrange(): void {
    for (const divider of this.list.querySelectorAll(":scope > .day")) divider.remove();

    let before: HTMLElement | null = null;
    for (const article of this.articles) {
      const at = new Date(Number(article.dataset.at));
      const newDay = before === null || this.moments.key(new Date(Number(before.dataset.at))) !== this.moments.key(at);
      const since = article.previousElementSibling?.classList.contains("since") ? article.previousElementSibling : null;
      if (newDay) {
        const divider = this.dayTemplate.content.firstElementChild!.cloneNode(true) as HTMLElement;
        divider.dataset.day = this.moments.key(at);
        divider.textContent = this.moments.day(at);
        (since ?? article).before(divider);
      }

      article.classList.toggle("continued", !newDay && !since && before!.dataset.author === article.dataset.author && at.getTime() - Number(before!.dataset.at) < groupedWithin);
      this.nameRoot(article);
      this.closeIfLocked(article);
      before = article;
    }
  }

  /** Where one may not reply, nothing offers it. */
  private closeIfLocked(article: HTMLElement): void {
    const root = article.dataset.thread ? this.find(Number(article.dataset.thread)) : article;
    const reply = article.querySelector<HTMLElement>(":scope > .actions > .reply");
    if (reply) reply.hidden = !this.fills.moderates && root?.querySelector(":scope > .locked") != null;
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

/** What is being typed in, focused or open survives a change of the post around it. */
function exchange(present: HTMLElement, made: HTMLElement): void {
  const editor = present.querySelector<HTMLFormElement>("form.in-place");
  const isDeleted = made.querySelector(":scope > .deleted, :scope > .removed") !== null;
  // what was written is kept, and saving it says why not
  if (editor && (!isDeleted || stateOf(editor) === "editing")) {
    made.classList.add(stateOf(editor));
    made.append(editor);
  }
  if (present.classList.contains("looked-for")) made.classList.add("looked-for");
  if (present.classList.contains("unfolded")) made.classList.add("unfolded");
  for (const menu of present.querySelectorAll<HTMLDetailsElement>("details[open]")) {
    const same = made.querySelector<HTMLDetailsElement>(menu.matches(".react") ? "details.react" : "details.more");
    if (same) same.open = true;
  }

  const focused = present.contains(document.activeElement) ? placeOf(document.activeElement as HTMLElement, present) : null;
  present.replaceWith(made);
  if (focused !== null) (focused === "" ? made : made.querySelector<HTMLElement>(focused) ?? made).focus({ preventScroll: true });
}

/** A selector of the same thing in another making of the post; empty for the post itself. */
function placeOf(element: HTMLElement, article: HTMLElement): string {
  if (element === article) return "";
  const around = element.closest(".react") ? "details.react" : element.closest(".more") ? "details.more" : element.closest(".reactions") ? ".reactions" : element.closest(".actions") ? ".actions" : "form.in-place";
  if (element.localName === "summary") return `${around} > summary`;
  if (element.matches(".reaction")) return `${around} .reaction[value="${(element as HTMLButtonElement).value}"]`;
  if (around === "form.in-place") return `${around} ${element.id ? `#${CSS.escape(element.id)}` : element.localName}`;
  return `${around} ${[...element.classList].map(name => `.${CSS.escape(name)}`).join("") || element.localName}`;
}
