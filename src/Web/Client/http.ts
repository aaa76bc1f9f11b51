import type { RefusalWire } from "./wire";

/** The server says no. Asking again in the same way gets the same answer. */
export class Refused extends Error {
  constructor(readonly why: RefusalWire) { super(why.detail); }
}

/** Nobody was reached, or not now: asking again helps. */
export class Unreached extends Error {
  /** @param why Where the server said it, such as in slow mode. */
  constructor(readonly retryAfter?: number, readonly why?: RefusalWire) { super(why?.detail || "The server could not be reached."); }
}

export function failureOf(why: RefusalWire): Refused | Unreached {
  return why.status === 429 || why.status >= 500 ? new Unreached(why.retryAfter, why) : new Refused(why);
}

export class SignedOut extends Error {}

/** Asks the server as this page. Sent again under the same request id, a command has one effect. */
export async function ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { "X-Requested-With": "PublicBuyers", Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";

  let answer: Response;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body), signal: signal ?? null, cache: "no-store", redirect: "error" });
  } catch (fault) {
    if (signal?.aborted) throw fault;
    throw new Unreached();
  }

  if (answer.ok) return answer.status === 204 ? undefined as T : await answer.json() as T;
  if (answer.status === 401) throw new SignedOut();
  throw failureOf(await refusalIn(answer));
}

async function refusalIn(answer: Response): Promise<RefusalWire> {
  const problem = await answer.json().catch(() => ({})) as { title?: string; detail?: string };
  const why = { code: problem.title ?? "", kind: answer.status === 404 ? "absent" : "", status: answer.status, detail: problem.detail ?? "" };
  const retryAfter = Number(answer.headers.get("Retry-After"));
  return retryAfter ? { ...why, retryAfter } : why;
}
