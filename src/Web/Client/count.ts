import type { Words } from "./words";

const most = 99;

export function shown(number: number): string { return number > most ? `${most}+` : `${number}`; }

/** Wherever on the page the number stands. */
export function count(key: string, number: number, words: Words): void {
  for (const each of document.querySelectorAll<HTMLElement>(`[data-count="${CSS.escape(key)}"]`)) {
    each.hidden = number === 0;
    each.children[0]!.textContent = shown(number);
    each.children[1]!.textContent = number === 0 ? "" : words.count(each.dataset.word!, number);
  }
}
