import type { Draft, Outbox } from "./outbox";
import type { Post } from "./wire";
import type { Words } from "./words";

type State = "sending" | "waiting" | "held" | "failed";

/** What is on its way: sending, waiting for a connection, or refused and why. */
export class Outgoing {
  /** Drafts whose post has come before the answer to sending them. */
  private readonly covered = new Set<string>();

  constructor(private readonly list: HTMLElement, private readonly words: Words, private readonly member: string, private readonly outbox: () => Outbox, private readonly takeBack: (draft: Draft) => void) {}

  show(drafts: readonly Draft[], held = false): void {
    let first = true;
    this.list.replaceChildren(...drafts.map(draft => {
      const state = draft.failed !== undefined ? "failed" : held ? "held" : first && navigator.onLine ? "sending" : "waiting";
      if (draft.failed === undefined) first = false;
      return this.make(draft, state);
    }));
  }

  /** One's own post is here: its draft is not shown beside it, even before the answer to sending it has come. */
  forget(posts: Post[]): void {
    for (const post of posts) {
      if (post.author.member !== this.member) continue;
      const sending = this.list.querySelector<HTMLElement>("[data-state=sending]:not([hidden])");
      if (!sending) return;
      sending.hidden = true;
      this.covered.add(sending.dataset.request!);
    }
  }

  private make(draft: Draft, state: State): HTMLElement {
    const shown = document.createElement("div");
    shown.className = "post outgoing";
    shown.dataset.state = state;
    shown.dataset.request = draft.request;
    shown.hidden = state !== "failed" && this.covered.has(draft.request);

    const text = document.createElement("div");
    text.className = "text typed";
    text.textContent = [draft.markdown, ...(draft.attachments ?? []).map(each => each.name)].filter(each => each).join("\n");

    const note = document.createElement("p");
    note.className = state === "failed" ? "refusing" : "note";
    note.textContent = this.words.say(`client.${state}`);
    shown.append(text, note);
    if (state === "failed") {
      note.append(` ${draft.failed} `,
        this.button("client.try-again", () => this.outbox().again(draft.request)),
        this.button("post.edit", () => this.takeBack(draft)),
        this.button("client.discard", () => this.outbox().discard(draft.request)));
    }
    return shown;
  }

  private button(key: string, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = this.words.say(key);
    button.addEventListener("click", act);
    return button;
  }
}
