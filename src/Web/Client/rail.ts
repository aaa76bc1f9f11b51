import { Words } from "./words";

/** Told several things at once, it asks once. */
const together = 300;

/**
 * The rail is the server's own part of every page. It is taken anew when its reader has come into a community, has left
 * one, or has another role. What else of the page depends on the role changes with the page: that is said.
 */
export class Rail {
  private asking: ReturnType<typeof setTimeout> | undefined;

  private readonly words = new Words(document.body.dataset.words!, document.body.dataset.culture!);

  constructor(private readonly renewed: () => void) {}

  refresh(): void {
    this.asking ??= setTimeout(() => void this.take().catch(() => undefined), together); // the next change asks again
  }

  private async take(): Promise<void> {
    this.asking = undefined;
    const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const rail = page.querySelector("nav.rail");
    if (!rail) return;
    for (const present of document.querySelectorAll("nav.rail"))
      if (!present.contains(document.activeElement) && present.textContent !== rail.textContent)
        present.replaceChildren(...[...rail.childNodes].map(each => document.importNode(each, true)));
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

function rightsIn(page: Document): string | undefined {
  return page.querySelector<HTMLElement>("[data-room]")?.dataset.moderates;
}
