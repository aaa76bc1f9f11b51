import { held, hold, type Hold } from "./locks";
import { newId, piecesIn, read, type Piece } from "./written";

/** Let go by this page: the browser may still take them for held, for a moment. */
const letGo = new Set<string>();

/**
 * Where one writer of this tab keeps what is being written. No other tab writes there while this one is open; what a
 * closed tab left behind is taken up by the next
 * that writes in the same place.
 */
export class Slot {
  private constructor(
    readonly key: string,
    private readonly holding: Hold,
  ) {}

  /**
   * @param fresh Not one that holds something already.
   * @param isSame Whether what this tab has kept there is what is being written: the browser puts the text back into a
   * page that one comes back to.
   */
  static async take(place: string, fresh = false, isSame: (key: string) => boolean = () => false): Promise<Slot> {
    const mine = remembered(place);
    const left = fresh
      ? []
      : piecesIn(place)
          .map(([key]) => key)
          .reverse();
    const wanted = [...(mine && (!fresh || !read(mine) || isSame(mine)) ? [mine] : []), ...(navigator.locks ? left : [])];
    for (const key of wanted) {
      const slot = await Slot.of(place, key);
      if (slot) return slot;
    }
    return (await Slot.of(place, place + newId()))!;
  }

  /** That one, or null when another tab has it. */
  static async of(place: string, key: string): Promise<Slot | null> {
    const holding = await hold(key, remembered(place) === key || letGo.has(key));
    letGo.delete(key);
    if (!holding) return null;
    remember(place, key);
    return new Slot(key, holding);
  }

  release(): void {
    letGo.add(this.key);
    this.holding.release();
  }
}

/** What no tab is writing any more, newest first. Where tabs cannot be told apart: whatever this one does not write. */
export async function leftBehind<T extends Piece>(
  pieces: [key: string, piece: T][],
): Promise<[key: string, piece: T][]> {
  const taken = await held();
  return pieces.filter(([key]) => letGo.has(key) || !(taken ? taken.has(key) : isMine(key))).reverse();
}

/** Whether this tab wrote it, before a reload too. */
export function isMine(key: string): boolean {
  return remembered(key.slice(0, key.lastIndexOf(":") + 1)) === key;
}

function remembered(place: string): string | null {
  try {
    return sessionStorage.getItem(`slot:${place}`);
  } catch {
    return null;
  }
}

function remember(place: string, key: string): void {
  try {
    sessionStorage.setItem(`slot:${place}`, key);
  } catch {
    /* the next page of this tab looks for what is left behind */
  }
}
