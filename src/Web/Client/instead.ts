import type { Words } from "./words";

/** In place of what was there: a sentence and the next step. Nothing else stays. */
export function sayInstead(root: HTMLElement, words: Words, sentence: string, href: string, step: string): void {
  const text = document.createElement("p");
  text.className = "empty";
  text.setAttribute("role", "status");
  const link = document.createElement("a");
  link.href = href;
  link.textContent = words.say(step);
  text.append(words.say(sentence), " ", link);
  root.replaceChildren(text);
}

/** Of who may not read it any more. */
export function sayGone(root: HTMLElement, words: Words): void {
  document.querySelectorAll("aside.panel, .panel-button").forEach(each => each.remove());
  sayInstead(root, words, "client.gone", "/communities", "client.gone-link");
}

export function saySignedOut(root: HTMLElement, words: Words): void {
  sayInstead(root, words, "client.signed-out", `/sign-in?returnTo=${encodeURIComponent(location.pathname)}`, "client.sign-in");
}
