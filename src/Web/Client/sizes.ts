import type { Words } from "./words";

/** Sizes of files as people say them; the server does the same (Layout/Sizes.cs). */
export function sizeOf(words: Words, bytes: number): string {
  const kilo = 1024;
  return bytes < kilo * kilo
    ? words.say("size.kilobytes", { number: words.figure(Math.max(Math.min(1, bytes), Math.round(bytes / kilo))) })
    : words.say("size.megabytes", { number: words.figure(Math.round(bytes / kilo / kilo * 10) / 10) });
}
