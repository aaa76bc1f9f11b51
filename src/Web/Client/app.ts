import { Room } from "./room";

// Every page works without this. Where there is a room, it becomes live.
const live = document.querySelector<HTMLElement>("[data-room]");
if (live) new Room(live).start();

// A menu closes when something else is chosen, or by Escape.
document.addEventListener("click", event => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open], details.rail-menu[open]"))
    if (!menu.contains(event.target as Node)) menu.open = false;
});

document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector<HTMLDetailsElement>("details.menu[open], details.rail-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
});
