import { live } from "./connection";
import { ask, Refused, Unreached } from "./http";
import { openInPlace } from "./in-place";
import { keptForms } from "./kept-forms";
import { sayUnreached } from "./offline";
import type { Words } from "./words";

export interface Actor {
  /** `cpb/general` */
  room: string;
  words: Words;
  reply(article: HTMLElement): void;
  openThread(article: HTMLElement, opener: HTMLElement): void;
  /** Of the form opened inside a post. */
  prepare(form: HTMLFormElement): void;
  /** A word about what was done. */
  tell(text: string): void;
}

/** What can be done to a post by its buttons and links. Each of them is an address too, for who has no script. */
export class Acts {
  constructor(private readonly actor: Actor) {}

  listen(root: HTMLElement): void {
    root.addEventListener("click", event => this.clicked(event));
  }

  private clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const act = (event.target as HTMLElement).closest<HTMLElement>(".actions a, .replies, .reaction, .actions .mute");
    const article = act?.closest<HTMLElement>("article.post");
    if (!act || !article) return;

    const number = Number(article.dataset.number);
    const once = (work: () => void): void => { event.preventDefault(); close(act); work(); };
    if (act.matches(".reaction")) once(() => void this.react(number, act as HTMLButtonElement));
    else if (act.matches(".mute")) once(() => void this.mute((act as HTMLButtonElement).value));
    else if (act.matches(".reply")) once(() => this.actor.reply(article));
    else if (act.matches(".replies, .open-thread")) once(() => this.actor.openThread(article, act));
    else if (act.matches(".link")) once(() => void this.copy((act as HTMLAnchorElement).href));
    else if (act.matches(".pin, .unpin")) once(() => void this.pin(number, act.matches(".pin")));
    else if (act.matches(".edit, .delete, .hide, .show, .lock, .unlock")) once(() => this.open(article, (act as HTMLAnchorElement).href));
  }

  /** What was being edited in this tab when the page was loaded again is open again, with what was written. */
  reopen(root: HTMLElement): void {
    for (const page of keptForms()?.opened() ?? []) {
      const link = root.querySelector<HTMLAnchorElement>(`article.post .actions .edit[href="${CSS.escape(page)}"]`);
      if (link) this.open(link.closest<HTMLElement>("article.post")!, link.href);
    }
  }

  private open(article: HTMLElement, address: string): void {
    openInPlace(article, address, this.actor.words.say("cancel"), form => this.actor.prepare(form)).catch(fault => {
      if (fault instanceof TypeError) sayUnreached();   // no network: the room stays
      else location.assign(address);
    });
  }

  private async react(number: number, button: HTMLButtonElement): Promise<void> {
    const reacts = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", `${reacts}`);
    const requestId = crypto.randomUUID();
    await this.command(() => live.invoke("React", this.actor.room, requestId, number, button.value, reacts), "POST", `posts/${number}/reactions`, { requestId, reaction: button.value, reacts },
      () => button.setAttribute("aria-pressed", `${!reacts}`));
  }

  private pin(number: number, pinned: boolean): Promise<void> {
    const requestId = crypto.randomUUID();
    return this.command(() => live.invoke("Pin", this.actor.room, requestId, number, pinned), "POST", `posts/${number}/pin`, { requestId, pinned });
  }

  private async mute(member: string): Promise<void> {
    const requestId = crypto.randomUUID();
    try {
      await live.invoke("MuteMember", member, requestId, true).catch(fault => {
        if (!(fault instanceof Unreached)) throw fault;
        return ask("POST", "/api/me/mutes/members", { requestId, member, muted: true });
      });
      this.actor.tell(this.actor.words.say("client.muted"));
    } catch (fault) {
      this.failed(fault);
    }
  }

  /** Over the hub; where that is not to be had, the same over HTTP under the same request id. */
  private async command(overHub: () => Promise<unknown>, method: string, path: string, body: unknown, undo?: () => void): Promise<void> {
    try {
      await overHub().catch(fault => {
        if (!(fault instanceof Unreached)) throw fault;
        return ask(method, `/api/rooms/${this.actor.room}/${path}`, body);
      });
    } catch (fault) {
      undo?.();
      this.failed(fault);
    }
  }

  private failed(fault: unknown): void {
    this.actor.tell(fault instanceof Refused && fault.message ? fault.message : this.actor.words.say("client.done-not"));
  }

  private async copy(link: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      this.actor.tell(this.actor.words.say("client.link-copied"));
    } catch {
      this.actor.tell(this.actor.words.say("client.link-here", { link }));
    }
  }
}

/** The menu it stands in has done its work; the post has the focus again. */
function close(act: HTMLElement): void {
  const menu = act.closest<HTMLDetailsElement>("details.menu");
  if (!menu) return;
  menu.open = false;
  act.closest<HTMLElement>("article.post")?.focus({ preventScroll: true });
}
