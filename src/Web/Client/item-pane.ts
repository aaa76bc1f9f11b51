import { keptForms } from "./kept-forms";

/** The item in the second pane. It is the server's own page, taken part by part, so that both show and ask the same. */
export class ItemPane {
  private asked = 0;

  constructor(private readonly place: HTMLElement, private readonly addressOf: (number: number) => string) {
    this.reveal();
  }

  get article(): HTMLElement | null { return this.place.querySelector<HTMLElement>(".item-pane"); }

  get number(): number | null { return this.article ? Number(this.article.dataset.number) : null; }

  /** As words have it: `access-request`. */
  get kind(): string { return this.article?.dataset.kind ?? ""; }

  get version(): number { return Number(this.article?.dataset.version); }

  get form(): HTMLFormElement | null { return this.place.querySelector<HTMLFormElement>("form.deciding"); }

  get heading(): HTMLElement | null { return this.place.querySelector<HTMLElement>("#item-heading"); }

  get looking(): HTMLElement | null { return this.place.querySelector<HTMLElement>(".looking"); }

  /** False when something else was asked for meanwhile. */
  async open(number: number): Promise<boolean> {
    const asked = ++this.asked;
    const fresh = await this.fetch(number);
    if (asked !== this.asked) return false;
    this.place.replaceChildren(fresh);
    this.reveal();
    return true;
  }

  /** What is being written stays, and so does the focus, or it goes to what came in its place. */
  async refresh(): Promise<void> {
    const [asked, number] = [this.asked, this.number];
    if (number === null) return;
    const fresh = await this.fetch(number);
    const article = this.article;
    if (asked !== this.asked || !article) return;

    for (const name of ["version", "state"]) article.dataset[name] = fresh.dataset[name];
    for (const part of article.querySelectorAll<HTMLElement>("[data-part]")) {
      const next = fresh.querySelector<HTMLElement>(`[data-part="${part.dataset.part!}"]`);
      if (!next) continue;
      const [form, nextForm] = [part.querySelector<HTMLFormElement>("form.deciding"), next.querySelector<HTMLFormElement>("form.deciding")];
      if (form && nextForm && !!form.querySelector(".reject") === !!nextForm.querySelector(".reject")) version(form).value = version(nextForm).value;
      else if (textOf(part) !== textOf(next)) this.exchange(part, next, article);
    }
    this.reveal();
  }

  /** Why something was not done, where the eye is. */
  tell(text: string): void {
    const article = this.article;
    if (!article) return;
    let told = article.querySelector<HTMLElement>(".pane-told");
    if (!told) {
      told = document.createElement("p");
      told.className = "pane-told refusing";
      told.setAttribute("role", "alert");
      article.querySelector('[data-part="state"]')!.before(told);
    }
    told.textContent = text;
    told.hidden = text === "";
  }

  private exchange(part: HTMLElement, next: HTMLElement, article: HTMLElement): void {
    const hadFocus = part.contains(document.activeElement);
    part.replaceChildren(...next.childNodes);
    if (hadFocus) article.querySelector<HTMLElement>('[data-part="state"]')!.focus({ preventScroll: true });
  }

  private async fetch(number: number): Promise<HTMLElement> {
    const answer = await fetch(this.addressOf(number), { headers: { Accept: "text/html" }, redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const article = page.querySelector<HTMLElement>(".item-pane");
    if (!article) throw new Error(`There is no item ${number}.`);
    return document.adoptNode(article);
  }

  private reveal(): void {
    for (const hint of this.place.querySelectorAll<HTMLElement>(".with-script")) hint.hidden = false;
    const { form, number } = this;
    if (form && number !== null) void keptForms()?.watch(form, this.addressOf(number));
  }
}

function version(form: HTMLFormElement): HTMLInputElement { return form.querySelector<HTMLInputElement>("[name=version]")!; }

function textOf(part: HTMLElement): string { return (part.textContent ?? "").replace(/\s+/g, " ").trim(); }
