/** What covers the page at its top and bottom, and stays there while it is scrolled. */
const covers = { top: "header.top, main > .heading", bottom: ".dock, nav.bar" };

export interface View {
  top: number;
  bottom: number;
}

/** The part of the window in which posts can be seen, in pixels from the window's top. */
export function viewOfPosts(): View {
  const boxes = (selector: string): DOMRect[] =>
    [...document.querySelectorAll(selector)].filter(isSticky).map(each => each.getBoundingClientRect());
  const tops = boxes(covers.top).map(box => box.bottom);
  const bottoms = boxes(covers.bottom)
    .filter(box => box.height > 0)
    .map(box => box.top);
  return { top: Math.max(0, ...tops), bottom: Math.min(window.innerHeight, ...bottoms) };
}

/** Calls when the view may have become larger or smaller. */
export function whenViewChanges(changed: () => void): () => void {
  const watching = new ResizeObserver(changed);
  for (const each of document.querySelectorAll(`${covers.top}, ${covers.bottom}`)) watching.observe(each);
  window.addEventListener("resize", changed);
  return () => {
    watching.disconnect();
    window.removeEventListener("resize", changed);
  };
}

function isSticky(element: Element): boolean {
  return ["sticky", "fixed"].includes(getComputedStyle(element).position);
}
