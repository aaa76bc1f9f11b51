import { keepForms } from "./kept-forms";
import { placeMenus } from "./menus";
import { stayWhileOffline } from "./offline";
import { keepKeysOfComposing } from "./composing";
import { Me } from "./me";
import { showPicturesLarge } from "./pictures";
import { Queue } from "./queue";
import { Queues } from "./queues";
import { Renewing } from "./renewing";
import { Room } from "./room";
import { Thread } from "./thread";
import { Words } from "./words";
import { tidy } from "./written";

// Every page works without this. Where there is a room, or a thread of it, it becomes live.
document.documentElement.classList.add("scripted");
keepKeysOfComposing();
const words = new Words(document.body.dataset.words!, document.body.dataset.culture!);
showPicturesLarge(words);
if (document.body.dataset.member) tidy(document.body.dataset.member);
keepForms(words);
const live = document.querySelector<HTMLElement>("[data-room]");
if (live) (live.dataset.thread ? new Thread(live) : new Room(live)).start();

const queue = document.querySelector<HTMLElement>(".queue-live");
if (queue) new Queue(queue).start();
const queues = document.querySelector<HTMLElement>(".queues-live");
if (queues) new Queues(queues).start();
const renewing = document.querySelector<HTMLElement>(".renewing");
if (renewing) new Renewing(renewing).start();

// Who is signed in learns wherever they are what concerns them.
const bell = document.querySelector<HTMLElement>("details.bell");
if (bell) new Me(bell).start();

for (const hint of document.querySelectorAll<HTMLElement>(".with-script")) hint.hidden = false;

// Ctrl + Enter sends what is being written, in a thread too.
document.addEventListener("keydown", event => {
  if (event.defaultPrevented || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = (event.target as HTMLElement).closest<HTMLFormElement>("textarea")?.form;
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

// A slash goes to the search, from wherever nothing is being typed.
document.addEventListener("keydown", event => {
  if (event.defaultPrevented || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if ((event.target as HTMLElement).closest("input, textarea, select, [contenteditable]")) return;
  const find = document.querySelector<HTMLInputElement>("#find");
  if (!find) return;
  event.preventDefault();
  find.focus();
  find.select();
});

// A menu closes when something else is chosen, or by Escape.
document.addEventListener("click", event => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open], details.rail-menu[open]"))
    if (!menu.contains(event.target as Node)) menu.open = false;
});

placeMenus();
stayWhileOffline(words);

// A page out of the browser's memory has neither its connection nor its drafts any more: it is made anew.
window.addEventListener("pageshow", event => {
  if (event.persisted) location.reload();
});

document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector<HTMLDetailsElement>("details.menu[open], details.rail-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
});
