import { HttpTransportType, HubConnection, HubConnectionBuilder, HubConnectionState, LogLevel } from "@microsoft/signalr";
import { ask, Refused, SignedOut, Unreached } from "./http";
import { Pause } from "./pause";
import type { Topic } from "./topic";
import type { Entered, Frame } from "./wire";

export interface Listener {
  /** Everything up to now is on the page. */
  reached(): void;
  lost(): void;
  gone(): void;
  signedOut(): void;
}

/** A network that swallows WebSockets does not say so. */
const patience = 8_000;

/** Where WebSockets do not come through, they are tried again after so long. */
const pollFor = 60_000;

/** Follows one topic for ever: over the hub, and by long-polling where WebSockets do not come through. */
export class Connection {
  private readonly pause = new Pause();
  private readonly over = new AbortController();
  private attempt = new AbortController();
  private hubWorks = false;

  /** @param probe A cheap address to see whether plain requests come through. */
  constructor(private readonly topic: Topic, private readonly probe: string, private readonly listener: Listener) {
    window.addEventListener("offline", () => this.attempt.abort());
  }

  async follow(): Promise<void> {
    while (!this.over.signal.aborted) {
      this.attempt = new AbortController();
      let retryAfter = 0;
      try {
        if (!await this.overHub(this.attempt.signal)) await this.overHttp(this.attempt.signal);
      } catch (fault) {
        if (fault instanceof SignedOut) return this.finish(() => this.listener.signedOut());
        if (fault instanceof Refused && fault.why.status === 404) return this.finish(() => this.listener.gone());
        if (fault instanceof Refused && fault.why.code === "member.signed-out") return this.finish(() => this.listener.signedOut());
        retryAfter = (fault instanceof Refused ? fault.why.retryAfter : fault instanceof Unreached ? fault.retryAfter : undefined) ?? 0;
      }
      this.topic.forgetHeld();
      if (this.over.signal.aborted) return;
      this.listener.lost();
      await this.pause.wait(this.over.signal, retryAfter * 1000);
    }
  }

  end(): void {
    this.over.abort();
    this.attempt.abort();
  }

  private finish(tell: () => void): void {
    this.end();
    tell();
  }

  /** False when no WebSocket could be opened. */
  private async overHub(signal: AbortSignal): Promise<boolean> {
    const hub = new HubConnectionBuilder()
      .withUrl("/hubs/live", { transport: HttpTransportType.WebSockets, skipNegotiation: true })
      .configureLogging(LogLevel.None)
      .build();

    const closed = new Promise<void>(resolve => hub.onclose(() => resolve()));
    hub.on("changes", (frame: Frame) => { if (!this.topic.receive(frame)) void this.enter(hub).catch(() => hub.stop()); });
    hub.on("gone", (gone: { topic: string }) => { if (gone.topic === this.topic.name) this.finish(() => this.listener.gone()); });

    const stop = (): void => void hub.stop();
    signal.addEventListener("abort", stop);
    try {
      if (!await opens(hub)) return false;
      await this.enter(hub);
      this.hubWorks = true;
      this.pause.reset();
      await closed;
      return true;
    } finally {
      signal.removeEventListener("abort", stop);
      if (hub.state !== HubConnectionState.Disconnected) await hub.stop();
    }
  }

  private async enter(hub: HubConnection): Promise<void> {
    while (!await this.topic.enter((name, epoch, position) => hub.invoke<Entered>("Enter", name, epoch, position)));
    this.listener.reached();
  }

  private async overHttp(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await ask("GET", this.probe, undefined, signal);
    this.listener.reached();

    const until = performance.now() + (this.hubWorks ? 0 : pollFor);
    do {
      await this.topic.enter((name, epoch, position) => ask<Entered>("GET", `/api/live/${name}?epoch=${epoch}&after=${position}`, undefined, signal));
      this.pause.reset();
    } while (!signal.aborted && performance.now() < until);
  }
}

async function opens(hub: HubConnection): Promise<boolean> {
  const late = setTimeout(() => void hub.stop(), patience);
  try {
    await hub.start();
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(late);
  }
}
