const key = "panel";

/** The right panel: closed by who wants the room alone, and it stays so. Where it would cover the room it opens only when asked for. */
export class Panel {
  private readonly wide = matchMedia("(min-width: 1181px)");
  private readonly panel = document.querySelector<HTMLElement>("aside.panel");
  private readonly button = document.querySelector<HTMLButtonElement>(".panel-button");

  start(): void {
    if (!this.panel) return;
    document.body.classList.toggle("panel-closed", !this.wide.matches || this.remembered() === "closed");
    this.button?.addEventListener("click", () => this.set(!this.isOpen));
    this.panel.querySelector(".close-panel")?.addEventListener("click", () => { this.set(false); this.button?.focus(); });
    this.wide.addEventListener("change", () => this.set(this.wide.matches && this.remembered() !== "closed", false));
    this.set(this.isOpen, false);
  }

  get isOpen(): boolean { return !document.body.classList.contains("panel-closed"); }

  get isOver(): boolean { return !this.wide.matches; }

  set(open: boolean, remember = true): void {
    document.body.classList.toggle("panel-closed", !open);
    this.button?.setAttribute("aria-expanded", `${open}`);
    if (!remember || this.isOver) return;
    try {
      localStorage.setItem(key, open ? "open" : "closed");
    } catch { /* no storage: as long as the page */ }
  }

  private remembered(): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }
}
