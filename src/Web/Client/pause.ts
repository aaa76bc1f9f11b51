/** Waits a little longer after each failure, never in step with everybody else; at once when the network or the reader comes back. */
export class Pause {
  private failures = 0;

  constructor(private readonly shortest = 500, private readonly longest = 30_000) {}

  reset(): void { this.failures = 0; }

  async wait(signal: AbortSignal, atLeast = 0): Promise<void> {
    const ceiling = Math.min(this.longest, this.shortest * 2 ** Math.min(this.failures++, 10));
    await interruptible(Math.max(atLeast, ceiling * (0.5 + Math.random() / 2)), signal);
  }
}

function interruptible(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const woken = (): void => {
      clearTimeout(timer);
      window.removeEventListener("online", woken);
      document.removeEventListener("visibilitychange", seen);
      signal.removeEventListener("abort", woken);
      resolve();
    };
    const seen = (): void => { if (!document.hidden) woken(); };
    const timer = setTimeout(woken, milliseconds);
    window.addEventListener("online", woken);
    document.addEventListener("visibilitychange", seen);
    signal.addEventListener("abort", woken);
  });
}
