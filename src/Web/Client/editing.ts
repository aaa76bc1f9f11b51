import type { Mention } from "./mentions";
import { MentionField } from "./picker";
import type { Words } from "./words";

/** A post's text that is edited in its place keeps whom it means, as long as their names are not touched. */
export function keepMentions(form: HTMLFormElement, api: string, moderates: boolean, words: Words): void {
  const text = form.querySelector<HTMLTextAreaElement>("textarea[name=markdown]");
  const kept = form.querySelector<HTMLInputElement>("input[name=mentions]");
  if (!text || !kept) return;

  const list = document.createElement("ul");
  list.className = "picker";
  list.id = `${text.id}-picker`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", text.labels?.[0]?.textContent ?? "");
  list.hidden = true;
  const around = document.createElement("div");
  around.className = "field";
  text.replaceWith(around);
  around.append(text, list);

  const field = new MentionField(text, list, api, moderates, words);
  field.set(text.value, JSON.parse(kept.dataset.mentions || "[]") as Mention[]);
  const write = (): void => { kept.value = field.mentions.length ? JSON.stringify(field.mentions) : ""; };
  text.addEventListener("input", write);
  write();
}
