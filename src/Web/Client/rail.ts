import { Words } from "./words";

/** Told several things at once, it asks once. */
const together = 300;

/** The answer is as new as what this page has heard (Layout/Visit.cs). */
const fresh = { Accept: "text/html", "X-Fresh-Rail": "1" };

/**
 * The rail is the server's own part of every page. It is taken anew when the server says that it is another one, and
 * when its reader has another role. What else of the page depends on the role changes with the page: that is said.
 */
export class Rail {
  private asking: ReturnType<typeof setTimeout> | undefined;

  private readonly words = new Words(document.body.dataset.words!, document.body.dataset.culture!);

  constructor(private readonly renewed: () => void) {}

  /** The rail of this reader has that version now. */
  follow(version: string): void {
    if (document.querySelector<HTMLElement>("nav.rail")?.dataset.version !== version) this.refresh();
  }

  refresh(): void {
    this.asking ??= setTimeout(() => void this.take().catch(() => undefined), together); // the next change asks again
  }

  private async take(): Promise<void> {
    this.asking = undefined;
    const answer = await fetch(location.pathname + location.search, { headers: fresh });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const rail = page.querySelector<HTMLElement>("nav.rail");
    if (!rail) return;
    for (const present of document.querySelectorAll<HTMLElement>("nav.rail")) renew(present, rail);
    this.renewed();
    if (rightsIn(page) !== rightsIn(document)) this.say();
  }

  private say(): void {
    const main = document.querySelector<HTMLElement>("main")!;
    if (main.querySelector(".rights-changed")) return;
    const line = document.createElement("p");
    line.className = "rights-changed notice";
    line.setAttribute("role", "status");
    const link = document.createElement("a");
    link.href = location.pathname + location.search;
    link.textContent = this.words.say("page.reload");
    link.addEventListener("click", event => {
      event.preventDefault();
      location.reload();
    });
    line.append(this.words.say("page.rights-changed"), " ", link);
    main.querySelector(".heading")!.append(line);
  }
}

/** Who is in it with the keyboard stays on the same line, if there is one still. */
function renew(present: HTMLElement, rail: HTMLElement): void {
  const [before, after] = [present.dataset.version, rail.dataset.version];
  if (before === after && present.textContent === rail.textContent) return;
  const focused = present.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  present.replaceChildren(...[...rail.childNodes].map(each => document.importNode(each, true)));
  present.dataset.version = after;
  if (!focused) return;
  const same = [...present.querySelectorAll("a")].find(each => each.getAttribute("href") === focused);
  (same ?? present.querySelector("a"))?.focus({ preventScroll: true });
}

function rightsIn(page: Document): string | undefined {
  return page.querySelector<HTMLElement>("[data-room]")?.dataset.moderates;
}
