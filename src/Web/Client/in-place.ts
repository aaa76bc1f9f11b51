import { renameIds } from "./fault";
import { fitToText } from "./fitting";
import { keptForms } from "./kept-forms";
import { sayUnreached } from "./offline";

/** Of a text that is edited in its place; more of it is scrolled. */
const mostRows = 16;

/**
 * Opens the form of another page (edit, delete) inside the post it is about, and sends it from there.
 * The form is the server's own, so that the page and the post ask the same and refuse alike.
 */
export async function openInPlace(
  article: HTMLElement,
  address: string,
  cancelWord: string,
  prepare: (form: HTMLFormElement) => void = () => undefined,
): Promise<void> {
  close(article);
  const form = formIn(await page(address));
  if (!form) {
    window.location.assign(address);
    return;
  }
  show(article, form, cancelWord, prepare);
  await keptForms()?.watch(form, new URL(address, location.href).pathname);
}

function show(
  article: HTMLElement,
  form: HTMLFormElement,
  cancelWord: string,
  prepare: (form: HTMLFormElement) => void,
): void {
  close(article);
  form.classList.add("in-place");
  renameIds(form, `-${article.dataset.number}`);

  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "quiet";
  cancel.textContent = cancelWord;
  cancel.addEventListener("click", () => leave(form));
  form.querySelector(".choices a")?.replaceWith(cancel);

  form.addEventListener("keydown", event => {
    if (event.key === "Escape" && !event.defaultPrevented) leave(form);
  });
  form.addEventListener("submit", event => {
    event.preventDefault();
    void send(article, form, cancelWord, prepare);
  });

  prepare(form);
  const text = form.querySelector<HTMLTextAreaElement>("textarea");
  text?.addEventListener("input", () => fitToText(text, mostRows));
  article.classList.add(stateOf(form));
  article.append(form);
  if (text) {
    fitToText(text, mostRows);
    text.setSelectionRange(text.value.length, text.value.length);
  }
  (
    form.querySelector<HTMLElement>("[aria-invalid=true]") ??
    form.querySelector<HTMLElement>("textarea, input:not([type=hidden])") ??
    form.querySelector<HTMLElement>(".button")
  )?.focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
}

async function send(
  article: HTMLElement,
  form: HTMLFormElement,
  cancelWord: string,
  prepare: (form: HTMLFormElement) => void,
): Promise<void> {
  if (form.dataset.sending) return; // not by disabling its button, which would take the focus from it
  form.dataset.sending = "true";
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "text/html" },
    });
    // the change itself may have come first, and the post is another element now
    const present = form.closest<HTMLElement>("article.post") ?? article;
    if (answer.redirected) {
      await keptForms()?.forget(form);
      leave(form);
      return;
    }
    const page = parse(await answer.text());
    if (page.querySelector("[data-unsent]")) return refused(form, page);
    const again = formIn(page);
    if (again) show(present, again, cancelWord, prepare);
    else form.submit();
  } catch {
    sayUnreached();
    delete form.dataset.sending; // not reached: the text is still here, and sending it again has one effect
  }
}

/**
 * A text that is edited stands in the field; whoever is asked whether to delete or hide a post sees the post they are
 * asked about.
 */
export function stateOf(form: HTMLFormElement): "editing" | "asked-about" {
  return form.querySelector("[name=markdown]") ? "editing" : "asked-about";
}

/** The session has ended, or the form was too old: the page says why, and the form stays as it is, with a new token. */
function refused(form: HTMLFormElement, page: Document): void {
  delete form.dataset.sending;
  form.querySelector(".unsent")?.remove();
  const why = document.adoptNode(page.querySelector<HTMLElement>("[data-unsent]")!);
  why.classList.add("unsent", "refusing");
  why.setAttribute("role", "alert");
  form.prepend(why);
  const [token, fresh] = [form, page].map(each =>
    each.querySelector<HTMLInputElement>("input[name=__RequestVerificationToken]"),
  );
  if (token && fresh) token.value = fresh.value;
}

function leave(form: HTMLFormElement): void {
  const article = form.closest<HTMLElement>("article.post");
  if (form.isConnected) void keptForms()?.setAside(form);
  if (!article) return;
  close(article);
  article.focus({ preventScroll: true });
}

function close(article: HTMLElement): void {
  article.classList.remove("editing", "asked-about");
  article.querySelector("form.in-place")?.remove();
  if (article.matches(".apart")) article.remove();
}

async function page(address: string): Promise<Document> {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  return parse(await answer.text());
}

function parse(html: string): Document {
  return new DOMParser().parseFromString(html, "text/html");
}

function formIn(document: Document): HTMLFormElement | null {
  const form = document.querySelector<HTMLFormElement>("main form.stack");
  return form && window.document.adoptNode(form);
}
