/** j and k walk the posts, r answers, e edits. Never while something is typed. */
export function listenToKeys(posts: HTMLElement): void {
  document.addEventListener("keydown", event => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || target.closest("input, textarea, select, [contenteditable], summary, button")) return;

    const present = target.closest<HTMLElement>("article.post");
    const click = (selector: string): void => {
      const link = present?.querySelector<HTMLElement>(selector);
      if (!link) return;
      event.preventDefault();
      link.click();
    };

    switch (event.key) {
      case "j": case "k": {
        const all = [...posts.querySelectorAll<HTMLElement>(":scope > article.post")];
        const next = present ? all[all.indexOf(present) + (event.key === "j" ? 1 : -1)] : event.key === "j" ? all.find(isInView) ?? all.at(-1) : all.findLast(isInView) ?? all.at(-1);
        if (!next) return;
        event.preventDefault();
        next.focus({ preventScroll: true });
        next.scrollIntoView({ block: "nearest" });
        break;
      }
      case "r": click(".actions .reply"); break;
      case "e": click(".actions .edit"); break;
    }
  });
}

function isInView(element: HTMLElement): boolean {
  const box = element.getBoundingClientRect();
  return box.top >= 0 && box.top < window.innerHeight;
}
