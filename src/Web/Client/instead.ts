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

/** Of who may not read it any more. What they had not sent is theirs: it can still be copied. */
export function sayGone(root: HTMLElement, words: Words): void {
  const unsent = [...root.querySelectorAll<HTMLTextAreaElement>("form.composer textarea, form.in-place textarea")]
    .map(each => each.value)
    .concat([...root.querySelectorAll("#outgoing .typed")].map(each => each.textContent ?? ""))
    .filter(text => text.trim());
  document.querySelectorAll("aside.panel, .panel-button").forEach(each => each.remove());
  sayInstead(root, words, "client.gone", "/communities", "client.gone-link");
  for (const [place, text] of unsent.entries()) {
    const label = document.createElement("label");
    label.htmlFor = `unsent-${place}`;
    label.textContent = words.say("client.gone-unsent");
    const field = document.createElement("textarea");
    field.id = label.htmlFor;
    field.readOnly = true;
    field.rows = 6;
    field.value = text;
    root.append(label, field);
  }
}

export function saySignedOut(root: HTMLElement, words: Words): void {
  sayInstead(
    root,
    words,
    "client.signed-out",
    `/sign-in?returnTo=${encodeURIComponent(location.pathname + location.search)}`,
    "client.sign-in",
  );
}
