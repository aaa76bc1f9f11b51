import type { Words } from "./words";

/**
 * A picture that is clicked is shown large, over the page. Escape or a click beside it closes it, and the focus goes
 * back.
 */
export function showPicturesLarge(words: Words): void {
  document.addEventListener("click", event => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("a.picture");
    if (!link) return;
    event.preventDefault();
    show(link, words);
  });
}

function show(link: HTMLAnchorElement, words: Words): void {
  const name = link.querySelector("bdi")?.textContent ?? "";
  const dialog = document.createElement("dialog");
  dialog.className = "large-picture";
  dialog.setAttribute("aria-label", name);

  const image = document.createElement("img");
  image.src = link.href;
  image.alt = name;

  const foot = document.createElement("p");
  const shown = document.createElement("bdi");
  shown.textContent = name;
  const download = document.createElement("a");
  download.href = link.href.replace(/\?.*/, "");
  download.download = "";
  download.textContent = words.say("page.picture-download");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button second";
  close.autofocus = true;
  close.textContent = words.say("page.picture-close");
  foot.append(shown, " ", download, " ", close);
  dialog.append(image, foot);

  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", event => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
}
