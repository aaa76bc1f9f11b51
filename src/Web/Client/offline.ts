import type { Words } from "./words";

let words: Words | null = null;

/** Without a network nothing leads away from the page: the browser's error page would take what is on it. */
export function stayWhileOffline(known: Words): void {
  words = known;
  document.addEventListener("click", event => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (link && leaves(link) && isOffline()) event.preventDefault();
  });
  document.addEventListener("submit", event => {
    if (!event.defaultPrevented && isOffline()) event.preventDefault();
  });
  window.addEventListener("online", () => document.querySelector(".offline")?.remove());
}

/** Says so, if it is. */
export function isOffline(): boolean {
  if (navigator.onLine) return false;
  sayUnreached();
  return true;
}

/** Nothing was reached, and the page stays. */
export function sayUnreached(): void {
  if (!words) return;
  document.querySelector(".offline")?.remove();
  const line = document.createElement("p");
  line.className = "offline notice";
  line.setAttribute("role", "alert");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "quiet";
  close.textContent = words.say("page.offline-close");
  close.addEventListener("click", () => line.remove());
  line.append(words.say("page.offline"), " ", close);
  document.body.append(line);
}

function leaves(link: HTMLAnchorElement): boolean {
  if (link.target || link.protocol === "mailto:") return false;
  return link.origin !== location.origin || link.pathname + link.search !== location.pathname + location.search;
}
