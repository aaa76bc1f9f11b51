/**
 * What a tab holds as long as it is open. Where the browser has no locks (plain http on another machine), nothing is
 * ever known to be held.
 */
const locks: LockManager | undefined = navigator.locks;

/** In milliseconds. The page before this one, in the same tab, may be letting go just now. */
const handover = 1_000;

export interface Hold {
  release(): void;
}

/** Holds the name until released, or null when another tab does. */
export function hold(name: string, waits: boolean): Promise<Hold | null> {
  if (!locks) return Promise.resolve({ release: () => undefined });
  const options: LockOptions = waits ? { signal: AbortSignal.timeout(handover) } : { ifAvailable: true };
  return new Promise(resolve => {
    locks
      .request(name, options, lock => {
        if (!lock) return resolve(null);
        return new Promise<void>(release => resolve({ release }));
      })
      .catch(() => resolve(null));
  });
}

/** Names that a tab holds now; null where that cannot be known. */
export async function held(): Promise<Set<string> | null> {
  if (!locks) return null;
  const { held: now } = await locks.query();
  return new Set((now ?? []).map(lock => lock.name ?? ""));
}

/** Of all tabs one does the work at a time. Without locks all do: what they do may be done twice. */
export function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  return locks ? (locks.request(name, work) as Promise<T>) : work();
}
