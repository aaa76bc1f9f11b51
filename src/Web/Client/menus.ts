/** Left free around a menu. */
const gap = 8;

/**
 * A post's menu opens where there is room for it: between the head of the page and the place to write, which it never
 * covers.
 */
export function placeMenus(): void {
  document.addEventListener(
    "toggle",
    event => {
      const menu = event.target as HTMLDetailsElement;
      if (menu.matches(".actions > .menu")) place(menu);
    },
    true,
  );
  // What lies beneath an open menu moves: it is scrolled, a post comes, the place to write grows.
  const again = () => document.querySelectorAll<HTMLDetailsElement>(".actions > .menu[open]").forEach(place);
  document.addEventListener("scroll", again, { capture: true, passive: true });
  window.addEventListener("resize", again);
  const dock = document.querySelector(".dock");
  if (dock) new ResizeObserver(again).observe(dock);
}

function place(menu: HTMLDetailsElement): void {
  const list = menu.lastElementChild as HTMLElement;
  menu.classList.remove("up");
  list.style.maxHeight = "";
  if (!menu.open) return;

  const { top, bottom } = view(menu);
  const opener = menu.querySelector("summary")!.getBoundingClientRect();
  const wanted = list.getBoundingClientRect().height;
  const [below, above] = [bottom - opener.bottom - gap, opener.top - top - gap];
  menu.classList.toggle("up", wanted > below && above > below);
  const free = Math.max(below, above);
  if (wanted > below && wanted > above) list.style.maxHeight = `${Math.floor(free)}px`;
}

/** What of the window shows posts: below the heads that stand, above the dock and the bar at its foot. */
function view(menu: HTMLElement): { top: number; bottom: number } {
  let [top, bottom] = [0, window.innerHeight];
  for (const each of document.querySelectorAll<HTMLElement>("header.top, .heading, .bar, .dock")) {
    const style = getComputedStyle(each);
    if (style.position !== "sticky" && style.position !== "fixed") continue;
    const box = each.getBoundingClientRect();
    if (!box.height || each.contains(menu) || (menu.closest("aside.panel") && each.matches(".dock, .heading")))
      continue;
    if (box.top < window.innerHeight / 2) top = Math.max(top, box.bottom);
    else bottom = Math.min(bottom, box.top);
  }
  return { top, bottom };
}
