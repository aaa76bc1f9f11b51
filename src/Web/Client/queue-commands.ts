import { live } from "./connection";
import { ask, Unreached } from "./http";
import type { BulkAnswer, Claim, Decided, Verdict } from "./queue-wire";

export interface Said { verdict: Verdict; reason: string; template: string | null; askAgainFrom: string | null }

/** What a moderator asks of a queue: over the hub, and where that is not to be had the same over HTTP under the same request id. */
export class QueueCommands {
  private readonly api: string;

  constructor(private readonly community: string) {
    this.api = `/api/queues/${community}`;
  }

  claim(number: number): Promise<Claim> {
    return this.send(requestId => live.invoke<Claim>("ClaimItem", this.community, requestId, number), `items/${number}/claim`, {});
  }

  release(number: number, fence: number): Promise<unknown> {
    return this.send(requestId => live.invoke("ReleaseItem", this.community, requestId, number, fence), `items/${number}/release`, { fence });
  }

  decide(number: number, version: number, { verdict, reason, template, askAgainFrom }: Said): Promise<Decided> {
    return this.send(requestId => live.invoke<Decided>("DecideItem", this.community, requestId, number, version, verdict, reason, template, askAgainFrom), `items/${number}/decide`, { version, verdict, reason, template, askAgainFrom });
  }

  decideAll(items: { number: number; version: number }[], { verdict, reason, template }: Said): Promise<BulkAnswer[]> {
    return this.send(requestId => live.invoke<BulkAnswer[]>("DecideItems", this.community, requestId, items, verdict, reason, template, null), "decide", { items, verdict, reason, template });
  }

  undo(number: number, version: number): Promise<unknown> {
    return this.send(requestId => live.invoke("UndoDecision", this.community, requestId, number, version), `items/${number}/undo`, { version });
  }

  private async send<T>(overHub: (requestId: string) => Promise<T>, path: string, body: object): Promise<T> {
    const requestId = crypto.randomUUID();
    try {
      return await overHub(requestId);
    } catch (fault) {
      if (!(fault instanceof Unreached) || fault.why) throw fault;
      return await ask<T>("POST", `${this.api}/${path}`, { requestId, ...body });
    }
  }
}

/** What a form says. */
export function saidIn(form: HTMLFormElement, verdict: Verdict): Said {
  const value = (name: string): string => form.querySelector<HTMLInputElement>(`[name=${name}]`)?.value.trim() ?? "";
  const day = value("askAgainFrom");
  return { verdict, reason: value("reason"), template: value("template") || null, askAgainFrom: verdict === "rejected" && day ? new Date(`${day}T00:00`).toISOString() : null };
}
