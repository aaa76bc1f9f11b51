import { HttpTransportType, HubConnection, HubConnectionBuilder, HubConnectionState, LogLevel } from "@microsoft/signalr";
import { ask, failureOf, Refused, SignedOut, Unreached } from "./http";
import { Pause } from "./pause";
import { Topic, type Place, type Reader } from "./topic";
import type { Answer, Entered, Frame, PassingFrame } from "./wire";

/** A network that swallows WebSockets does not say so. */
const patience = 8_000;

/** Where WebSockets do not come through, they are tried again after so long. */
const pollFor = 60_000;

/** Follows topics for ever, all of them over one connection: over the hub, and by long-polling where WebSockets do not come through. */
export class Connection {
  private readonly pause = new Pause();
  private readonly topics = new Map<string, Topic>();
  private over = new AbortController();
  private attempt = new AbortController();
  private hub: HubConnection | null = null;
  private polling = false;
  private hubWorks = false;

  constructor() {
    window.addEventListener("offline", () => this.attempt.abort());
  }

  /**
   * Brings everything that happens in a topic to the reader, from where it stands on; without a place, from a snapshot on.
   * Answers how to stop that.
   */
  follow(name: string, reader: Reader, from: Place = { epoch: 0, position: -1 }): () => void {
    const starts = this.topics.size === 0;
    const isNew = !this.topics.has(name);
    const topic = this.topics.get(name) ?? new Topic(name);
    this.topics.set(name, topic);

    const isCurrent = topic.join(reader, from);
    if (starts) void this.run();
    else if (this.hub && !isCurrent) this.enterOr(this.hub, topic);
    else if (this.hub || (this.polling && !isNew)) reader.reached?.();
    else if (this.polling) void this.poll(topic, this.attempt.signal).catch(() => this.attempt.abort());
    return () => this.unfollow(topic, reader);
  }

  /** Sends a command over the hub; Unreached where there is none, or it broke: under the same request id the command may be sent again, over HTTP too. */
  async invoke<T>(method: string, ...args: unknown[]): Promise<T> {
    if (!this.hub) throw new Unreached();
    const answer = await this.hub.invoke<Answer<T>>(method, ...args).catch(() => { throw new Unreached(); });
    if (answer.refused) throw failureOf(answer.refused);
    return answer.value as T;
  }

  private unfollow(topic: Topic, reader: Reader): void {
    topic.leave(reader);
    if (topic.isRead || this.topics.get(topic.name) !== topic) return;
    this.topics.delete(topic.name);
    void this.hub?.send("Leave", topic.name).catch(() => undefined);
    if (this.topics.size === 0) this.end();
  }

  private async run(): Promise<void> {
    const over = this.over = new AbortController();
    while (!over.signal.aborted) {
      this.attempt = new AbortController();
      let retryAfter = 0;
      try {
        if (!await this.overHub(this.attempt.signal)) await this.overHttp(this.attempt);
      } catch (fault) {
        if (fault instanceof SignedOut || (fault instanceof Refused && fault.why.code === "member.signed-out")) return this.signOut();
        retryAfter = (fault instanceof Refused ? fault.why.retryAfter : fault instanceof Unreached ? fault.retryAfter : undefined) ?? 0;
      }
      for (const topic of this.topics.values()) topic.forgetHeld();
      if (over.signal.aborted) return;
      for (const topic of this.topics.values()) topic.tell("lost");
      await this.pause.wait(over.signal, retryAfter * 1000);
    }
  }

  private end(): void {
    this.over.abort();
    this.attempt.abort();
  }

  private signOut(): void {
    const all = [...this.topics.values()];
    this.topics.clear();
    this.end();
    for (const topic of all) topic.tell("signedOut");
  }

  private gone(topic: Topic): void {
    if (this.topics.get(topic.name) === topic) this.topics.delete(topic.name);
    if (this.topics.size === 0) this.end();
    topic.tell("gone");
  }

  /** False when no WebSocket could be opened. */
  private async overHub(signal: AbortSignal): Promise<boolean> {
    const hub = new HubConnectionBuilder()
      .withUrl("/hubs/live", { transport: HttpTransportType.WebSockets, skipNegotiation: true })
      .configureLogging(LogLevel.None)
      .build();

    let fault: unknown;
    const closed = new Promise<void>(resolve => hub.onclose(() => resolve()));
    hub.on("changes", (frame: Frame) => {
      const topic = this.topics.get(frame.topic);
      if (topic && !topic.receive(frame)) this.enterOr(hub, topic, why => { fault = why; });
    });
    hub.on("passing", (frame: PassingFrame) => this.topics.get(frame.topic)?.pass(frame.values));
    hub.on("gone", (gone: { topic: string }) => {
      const topic = this.topics.get(gone.topic);
      if (topic) this.gone(topic);
    });

    const stop = (): void => void hub.stop();
    signal.addEventListener("abort", stop);
    try {
      if (!await opens(hub)) return false;
      this.hub = hub;
      await Promise.all([...this.topics.values()].map(topic => this.enter(hub, topic)));
      this.hubWorks = true;
      this.pause.reset();
      await closed;
      if (fault) throw fault;
      return true;
    } finally {
      this.hub = null;
      signal.removeEventListener("abort", stop);
      if (hub.state !== HubConnectionState.Disconnected) await hub.stop();
    }
  }

  /** Whatever goes wrong ends this connection; the next one enters everything anew. */
  private enterOr(hub: HubConnection, topic: Topic, failed: (why: unknown) => void = () => undefined): void {
    this.enter(hub, topic).catch((why: unknown) => {
      failed(why);
      void hub.stop();
    });
  }

  private async enter(hub: HubConnection, topic: Topic): Promise<void> {
    await this.entering(topic, async () => {
      while (!await topic.enter((name, epoch, position) => hub.invoke<Entered>("Enter", name, epoch, position)));
      topic.tell("reached");
    });
  }

  private async overHttp(attempt: AbortController): Promise<void> {
    if (attempt.signal.aborted) return;
    this.polling = true;
    try {
      await Promise.all([...this.topics.values()].map(topic => this.poll(topic, attempt.signal)));
    } finally {
      this.polling = false;
      attempt.abort();   // one that fails takes the others with it
    }
  }

  private async poll(topic: Topic, signal: AbortSignal): Promise<void> {
    const until = performance.now() + (this.hubWorks ? 0 : pollFor);
    const listen = (wait: boolean): Promise<unknown> =>
      topic.enter((name, epoch, position) => ask<Entered>("GET", `/api/live/${name}?epoch=${epoch}&after=${position}&wait=${wait}`, undefined, signal));

    await this.entering(topic, async () => {
      await listen(false);
      topic.tell("reached");
      do {
        await listen(true);
        this.pause.reset();
      } while (!signal.aborted && performance.now() < until && this.topics.get(topic.name) === topic);
    });
  }

  /** A topic that may not be read any more is no reason to lose the others. */
  private async entering(topic: Topic, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (fault) {
      if (!(fault instanceof Refused) || fault.why.status !== 404) throw fault;
      this.gone(topic);
    }
  }
}

/** The page's connection. */
export const live = new Connection();

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
