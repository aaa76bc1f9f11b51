import type { Mention } from "./mentions";
import type { Attachment } from "./wire";

/** What is being written, as it is kept over a reload and until another day. */
export interface Draft { markdown: string; mentions: Mention[]; attachments: Attachment[]; thread: number | null; label: string; at: number }

const prefix = "draft:";
const lasts = 30 * 24 * 3_600_000;
const longest = 64 * 1024;

/** Drafts of this browser; old ones are forgotten. */
export const drafts = {
  read(key: string): Draft | null {
    const draft = parse(localStorage.getItem(prefix + key));
    return draft && Date.now() - draft.at < lasts ? draft : null;
  },

  keep(key: string, draft: Draft | null): void {
    try {
      const text = JSON.stringify(draft);
      if (draft && text.length <= longest) localStorage.setItem(prefix + key, text);
      else localStorage.removeItem(prefix + key);
    } catch { /* no storage: the draft lasts as long as the page */ }
  },

  forgetOld(): void {
    try {
      for (const key of Object.keys(localStorage).filter(each => each.startsWith(prefix)))
        if (Date.now() - (parse(localStorage.getItem(key))?.at ?? 0) >= lasts) localStorage.removeItem(key);
    } catch { /* no storage, nothing to forget */ }
  },
};

function parse(text: string | null): Draft | null {
  try {
    return text === null ? null : JSON.parse(text) as Draft;
  } catch {
    return null;
  }
}
