export interface Keyed {
  /** To where the reader stopped. */
  toUnread(): void;
  showKeys(): void;
}

const setting = "keys";

/**
 * j and k walk the posts; r answers, e edits, t opens the thread and + the ways to react, of the post that has the focus.
 * Never while something is typed, and not at all for who switched them off (WCAG 2.1.4).
 */
export function listenToKeys(posts: HTMLElement, keyed?: Keyed): void {
  const isOn = keysAreOn();
  document.addEventListener("keydown", event => {
    const target = event.target as HTMLElement;
    if (!isOn() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, [contenteditable], summary, button")) return;

    const present = target.closest<HTMLElement>("article.post");
    const list = present?.parentElement ?? posts;
    const act = (selector: string, work: (found: HTMLElement) => void): void => {
      const found = present?.querySelector<HTMLElement>(selector);
      if (!found) return;
      event.preventDefault();
      work(found);
    };
    const click = (selector: string): void => act(selector, found => found.click());

    switch (event.key) {
      case "j": case "k": {
        const all = [...list.querySelectorAll<HTMLElement>(":scope > article.post")];
        const next = present ? all[all.indexOf(present) + (event.key === "j" ? 1 : -1)] : event.key === "j" ? all.find(isInView) ?? all.at(-1) : all.findLast(isInView) ?? all.at(-1);
        if (!next) return;
        event.preventDefault();
        next.focus({ preventScroll: true });
        next.scrollIntoView({ block: "nearest" });
        break;
      }
      case "r": click(".actions .reply:not([hidden])"); break;
      case "e": click(".actions .edit"); break;
      case "t": click(".actions .open-thread"); break;
      case "+": act(".actions details.react", found => {
        (found as HTMLDetailsElement).open = true;
        found.querySelector<HTMLElement>(".reaction")?.focus();
      }); break;
      case "u": if (keyed) { event.preventDefault(); keyed.toUnread(); } break;
      case "?": if (keyed) { event.preventDefault(); keyed.showKeys(); } break;
    }
  });
}

/** Whether keys work: there is a switch beside the list of them. */
export function keysAreOn(): () => boolean {
  const box = document.querySelector<HTMLInputElement>("#keys-on");
  let on = true;
  try {
    on = localStorage.getItem(setting) !== "off";
  } catch { /* no storage: on */ }
  if (box) box.checked = on;
  box?.addEventListener("change", () => {
    on = box.checked;
    try {
      localStorage.setItem(setting, on ? "on" : "off");
    } catch { /* no storage: as long as the page */ }
  });
  return () => on;
}

function isInView(element: HTMLElement): boolean {
  const box = element.getBoundingClientRect();
  return box.top >= 0 && box.top < window.innerHeight;
}
