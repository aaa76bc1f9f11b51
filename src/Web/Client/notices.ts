import type { Moments } from "./moments";
import type { Notice } from "./wire";
import type { Words } from "./words";

/** A notice as a list shows it; the server makes the same (Inbox/NoticeItem.razor). */
export function noticeItem(notice: Notice, words: Words, moments: Moments): HTMLLIElement {
  const item = document.createElement("li");
  item.className = notice.isRead ? "notice-item" : "notice-item unread";
  item.dataset.notice = `${notice.number}`;

  const link = document.createElement("a");
  link.href = notice.href;
  link.append(part("what", sentence(notice, words)));
  if (!notice.isRead) link.append(" ", part("tag new", words.say("notice.new")));
  if (notice.excerpt) {
    const excerpt = part("excerpt", notice.excerpt);
    excerpt.dir = "auto";
    link.append(" ", excerpt);
  }

  const when = document.createElement("time");
  when.dateTime = notice.at;
  when.title = moments.full(new Date(notice.at));
  when.textContent = moments.moment(new Date(notice.at));
  const where = part("where", whereOf(notice));
  where.append(when);
  link.append(" ", where);
  item.append(link);
  return item;
}

/** Marks what is on the page already as read. */
export function showRead(item: HTMLElement): void {
  item.classList.remove("unread");
  item.querySelector(".tag.new")?.remove();
  item.querySelector("form.read-one")?.remove();
}

/** Names keep their direction and change nobody else's. */
export function sentence(notice: Notice, words: Words): string {
  const name = `\u2068${notice.by.name || words.say("member.nameless")}\u2069`;
  return words.say(`notice.${notice.word}`, { name, reaction: notice.reaction ? words.say(`reaction.${notice.reaction}`) : "" });
}

function whereOf(notice: Notice): string {
  if (notice.room) return notice.roomName ? `${notice.roomName} · ${notice.communityName} · ` : "";
  return notice.communityName ? `${notice.communityName} · ` : "";
}

function part(className: string, text: string): HTMLSpanElement {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = text;
  return span;
}
