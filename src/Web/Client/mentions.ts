/** Somebody meant by a stretch of the text being written; no member means everybody in the room. */
export interface Mention { start: number; length: number; member: string | null; silent: boolean }

/** Where mentions stand after the text around them was changed. One whose own letters were touched is none any more. */
export function moved(mentions: readonly Mention[], before: string, after: string, caret: number): Mention[] {
  const most = Math.min(before.length, after.length);
  let same = 0;
  while (same < Math.min(most, after.length - caret) && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  let from = 0;
  while (from < most - same && before[from] === after[from]) from++;

  const to = before.length - same;
  return mentions.flatMap(each =>
    each.start + each.length <= from ? [each] : each.start >= to ? [{ ...each, start: each.start + after.length - before.length }] : []);
}

/** What is being asked for by an @ before the caret. */
export interface Asked { at: number; silent: boolean; name: string }

/** An @ begins a name where the server says so too (`MentionReading`): never behind a letter, as in an address. */
export function askedAt(text: string, caret: number): Asked | null {
  const found = /(?:^|[^\p{L}\p{N}._+-])[._+-]{0,64}@(_?)((?:\p{L}|\p{N})[^\n@,;:!?]{0,60})?$/u.exec(text.slice(0, caret));
  if (!found) return null;
  const name = found[2] ?? "";
  return name.split(/\s+/).length > 4 ? null : { at: caret - name.length - found[1]!.length - 1, silent: found[1] === "_", name };
}
