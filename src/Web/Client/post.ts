import type { Moments } from "./moments";
import { shownSize } from "./picture-size";
import { sizeOf } from "./sizes";
import type { Act, Attachment, Post, Reacted } from "./wire";
import type { Words } from "./words";

/** What is needed to fill in a post, besides the post. */
export interface Fills {
  member: string;
  moderates: boolean;
  words: Words;
  moments: Moments;
  isMuted(member: string): boolean;
  /** How many replies of the thread the reader has not seen. */
  newsIn(thread: number, lastReply: number): number;
}

/** Fills in the server's template of a post: what it does not have is taken away. */
export function fillPost(article: HTMLElement, post: Post, fills: Fills): void {
  const { words, moments, member } = fills;
  const withheld = post.deletedAt !== null || post.hidden !== null;
  const mine = post.author.member === member;
  const keep = (selector: string, when: boolean): HTMLElement | null => {
    const found = article.querySelector<HTMLElement>(selector);
    if (!when) found?.remove();
    return when ? found : null;
  };
  const stamp = (time: Element | null | undefined, at: Date, text = moments.moment(at)): void => {
    if (!time) return;
    time.setAttribute("datetime", at.toISOString());
    time.setAttribute("title", moments.full(at));
    time.textContent = text;
  };
  const said = (selector: string, act: Act | null): void => {
    const note = keep(selector, act !== null);
    if (!note || !act) return;
    const by = note.querySelector<HTMLElement>(".by")!;
    by.textContent = act.by.name || words.say("member.nameless");
    by.dataset.named = act.by.member;
    stamp(note.querySelector("time"), new Date(act.at));
    const reason = note.querySelector(".reason");
    if (reason) reason.textContent = act.reason;
  };

  const at = new Date(post.at);
  Object.assign(article.dataset, { number: `${post.number}`, author: post.author.member, at: `${at.getTime()}`, revision: `${post.revision}` });
  set(article, "thread", post.thread);
  set(article, "lastReply", post.lastReply ?? null);
  article.classList.toggle("means-me", !withheld && (post.everybody || post.mentions.includes(member)));
  const [author, organisation] = [article.querySelector<HTMLElement>(".author")!, article.querySelector<HTMLElement>(".organisation")!];
  [author.textContent, organisation.textContent] = [post.author.name || words.say("member.nameless"), post.author.organisation];
  [author.dataset.named, organisation.dataset.organisationOf] = [post.author.member, post.author.member];
  stamp(article.querySelector(".at time"), at, moments.time(at));

  keep(".in-reply-to", post.thread !== null);
  said(".pinned", post.pinned);
  stamp(keep(".deleted", post.deletedAt !== null && !post.removed)?.querySelector("time"), new Date(post.deletedAt ?? 0));
  said(".removed", post.deletedAt !== null ? post.removed : null);
  said(".hidden-post", post.deletedAt === null ? post.hidden : null);
  const hiddenText = article.querySelector<HTMLElement>(".hidden-post .history");
  if (hiddenText) hiddenText.hidden = !fills.moderates;
  said(".locked", post.locked);

  const text = keep(".text", !withheld);
  if (text) {
    text.innerHTML = post.html;
    tintMine(text, member);
  }
  keep(".files", !withheld && post.attachments.length > 0)?.replaceChildren(...post.attachments.map(file => fileOf(file, words)));
  stamp(keep(".edited", !withheld && post.editedAt !== null)?.querySelector("time"), new Date(post.editedAt ?? 0));
  keep(".reactions", !withheld && post.reactions.length > 0)?.replaceChildren(...post.reactions.map(reacted => reactionOf(reacted, fills)));
  for (const item of article.querySelectorAll<HTMLButtonElement>(".react .reaction")) press(item, post.reactions.some(each => each.reaction === item.value && each.members.includes(member)));
  const replies = keep(".replies", post.replies > 0);
  if (replies) replies.textContent = words.count("post.replies", post.replies);
  showNews(article, fills);

  if (keep(".actions", post.deletedAt === null)) {
    keep(".actions .reply", !withheld);
    keep(".actions .react", !withheld);
    keep(".actions .edit", mine && !withheld);
    keep(".actions .history", post.revision > 1 || (post.hidden !== null && fills.moderates));
    keep(".actions .delete", mine || fills.moderates);
    keep(".actions .report", !mine && !withheld);
    for (const [name, when] of [["pin", !post.pinned && !withheld], ["unpin", !!post.pinned], ["lock", !post.locked], ["unlock", !!post.locked], ["hide", !post.hidden], ["show", !!post.hidden]] as const) keep(`.actions .item.${name}`, fills.moderates && when);
    const mute = keep(".actions .mute", !mine) as HTMLButtonElement | null;
    if (mute) mute.value = post.author.member;
  }

  for (const link of article.querySelectorAll("[href*='/posts/0'], [src*='/posts/0'], [formaction*='/posts/0']"))
    for (const name of ["href", "src", "formaction"])
      if (link.hasAttribute(name)) link.setAttribute(name, link.getAttribute(name)!.replace("/posts/0", `/posts/${link.closest(".in-reply-to") ? post.thread : post.number}`));
  fold(article, fills);
}

/** Nobody but moderators answers in a thread they have locked. */
export function isLockedFor(root: Post, moderates: boolean): boolean { return root.locked !== null && !moderates; }

/**
 * A thread outlives the post that began it. Where nobody had answered before that was deleted or hidden, there is none;
 * the server has the same rule (RoomRules).
 */
export function isOver(root: Post): boolean { return root.replies === 0 && (root.deletedAt !== null || root.hidden !== null); }

export function tintMine(text: HTMLElement, member: string): void {
  for (const mention of text.querySelectorAll<HTMLElement>(".mention")) mention.classList.toggle("me", mention.dataset.member === member || mention.classList.contains("everybody"));
}

/** A post of somebody muted stands folded, with a button to read it all the same. */
export function fold(article: HTMLElement, fills: Fills): void {
  const muted = fills.isMuted(article.dataset.author!);
  article.classList.toggle("muted", muted);
  const line = article.querySelector(":scope > .fold");
  if (!muted) line?.remove();
  if (!muted || line) return;

  const fold = document.createElement("p");
  fold.className = "note fold";
  const show = document.createElement("button");
  show.type = "button";
  show.className = "quiet";
  show.textContent = fills.words.say("post.muted-show");
  show.addEventListener("click", () => { article.classList.add("unfolded"); article.focus(); });
  fold.append(fills.words.say("post.muted"), " ", show);
  article.prepend(fold);
}

export function showNews(article: HTMLElement, fills: Fills): void {
  const replies = article.querySelector<HTMLElement>(":scope > .replies");
  if (!replies) return;
  const news = fills.newsIn(Number(article.dataset.number), Number(article.dataset.lastReply ?? 0));
  replies.querySelector(".news")?.remove();
  if (!news) return;
  const badge = document.createElement("span");
  badge.className = "news";
  badge.textContent = `, ${fills.words.count("post.new-replies", news)}`;
  replies.append(badge);
}

function set(article: HTMLElement, name: string, value: number | null): void {
  if (value === null) delete article.dataset[name];
  else article.dataset[name] = `${value}`;
}

function press(button: HTMLButtonElement, pressed: boolean): void {
  button.setAttribute("aria-pressed", `${pressed}`);
  button.setAttribute("formaction", button.getAttribute("formaction")!.replace(/reacts=\w+/, `reacts=${!pressed}`));
}

function reactionOf(reacted: Reacted, fills: Fills): HTMLElement {
  const button = document.querySelector<HTMLTemplateElement>("#reaction-template")!.content.firstElementChild!.cloneNode(true) as HTMLButtonElement;
  const icon = document.querySelector<HTMLTemplateElement>("#post-template")!.content.querySelector(`.react .reaction[value="${reacted.reaction}"] svg`);
  if (icon) button.querySelector("svg")!.replaceWith(icon.cloneNode(true));
  button.value = reacted.reaction;
  button.querySelector("span")!.textContent = fills.words.say(`reaction.${reacted.reaction}`);
  button.querySelector(".count")!.textContent = fills.words.figure(reacted.members.length);
  const named = reacted.names.map(name => name || fills.words.say("member.nameless"));
  const names = named.join(", ");
  button.dataset.names = JSON.stringify(named.map((name, place) => [reacted.members[place], name]));
  button.title = reacted.members.length > reacted.names.length ? fills.words.say("post.reacted-more", { names, count: fills.words.figure(reacted.members.length - reacted.names.length) }) : names;
  press(button, reacted.members.includes(fills.member));
  return button;
}

function fileOf(file: Attachment, words: Words): HTMLElement {
  const item = document.querySelector<HTMLTemplateElement>("#file-template")!.content.firstElementChild!.cloneNode(true) as HTMLElement;
  const link = item.querySelector("a")!;
  const shown = link.getAttribute("href")!.replace("/files/", `/files/${file.id}`);
  const image = item.querySelector("img")!;
  if (file.width && file.height) {
    link.setAttribute("href", shown);
    image.setAttribute("src", shown);
    Object.assign(image, shownSize(file.width, file.height));
  } else {
    image.remove();
    link.className = "";
    link.setAttribute("href", shown.split("?")[0]!);
    link.setAttribute("download", "");
  }
  item.querySelector("bdi")!.textContent = file.name;
  item.querySelector(".dim")!.textContent = sizeOf(words, file.bytes);
  return item;
}
