import type { Card } from "./wire";

/** A member is called something else: wherever the page names them, it says so. */
export function rename(card: Card): void {
  if (!card.name) return;
  const id = CSS.escape(card.member);
  for (const name of document.querySelectorAll(`[data-named="${id}"], .mention[data-member="${id}"] bdi`)) say(name, card.name);
  for (const organisation of document.querySelectorAll(`[data-organisation-of="${id}"]`)) say(organisation, card.organisation);
  for (const reaction of document.querySelectorAll<HTMLElement>(".reaction[data-names]")) renameIn(reaction, card);
}

function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The title names everybody who reacted, in one line. */
function renameIn(reaction: HTMLElement, card: Card): void {
  const names = JSON.parse(reaction.dataset.names!) as [string, string][];
  const place = names.findIndex(([member]) => member === card.member);
  if (place < 0) return;

  const before = names.map(([, name]) => name).join(", ");
  names[place] = [card.member, card.name];
  reaction.title = reaction.title.replace(before, () => names.map(([, name]) => name).join(", "));
  reaction.dataset.names = JSON.stringify(names);
}
