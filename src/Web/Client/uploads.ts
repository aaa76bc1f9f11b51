import { ask } from "./http";
import { sizeOf } from "./sizes";
import type { Attachment, Storage, Uploaded } from "./wire";
import type { Words } from "./words";

const most = 10;

interface Upload { name: string; bytes: number; sent: number; done?: Attachment; failed?: string; stop?: () => void }

/** The files of what is being written: sent at once, shown with how far they are, taken away again by a button. */
export class Uploads {
  private uploads: Upload[] = [];
  private used = 0;

  constructor(private readonly list: HTMLElement, private readonly storage: HTMLElement, private readonly api: string, private readonly words: Words, private readonly changed: () => void) {}

  get attachments(): Attachment[] { return this.uploads.flatMap(each => each.done ?? []); }

  get isBusy(): boolean { return this.uploads.some(each => !each.done && each.failed === undefined); }

  add(files: Iterable<File>): void {
    for (const file of files) {
      if (this.uploads.length >= most) return;
      this.start(file);
    }
  }

  set(attachments: readonly Attachment[]): void {
    for (const each of this.uploads) each.stop?.();
    this.uploads = attachments.map(done => ({ name: done.name, bytes: done.bytes, sent: done.bytes, done }));
    this.show();
  }

  /** What was posted is not here any more; what was refused stays in sight, with why. */
  sent(): void {
    this.uploads = this.uploads.filter(each => each.failed !== undefined);
    this.storage.classList.add("without-script");
    this.used = 0;
    this.show();
  }

  private start(file: File): void {
    const upload: Upload = { name: file.name, bytes: file.size, sent: 0 };
    const request = new XMLHttpRequest();
    request.open("POST", `${this.api}/attachments?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("X-Requested-With", "PublicBuyers");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = event => { upload.sent = event.loaded; this.show(); };
    request.onload = () => {
      if (request.status < 300) {
        const { storage, ...file } = JSON.parse(request.responseText) as Uploaded;
        upload.done = file;
        // answers of uploads that ran side by side come in any order: the most that is used is the last
        if (storage.used >= this.used) this.say(storage);
      } else upload.failed = detailOf(request.responseText) || this.words.say("client.upload-failed");
      this.show();
      this.changed();
    };
    request.onerror = () => { upload.failed = this.words.say("client.upload-failed"); this.show(); };
    upload.stop = () => request.abort();
    this.uploads.push(upload);
    this.show();
    request.send(file);
  }

  /** Says how much of one's own space is used with it. */
  private say(storage: Storage): void {
    this.used = storage.used;
    this.storage.classList.remove("without-script");
    this.storage.classList.toggle("near", storage.isNearLimit);
    this.storage.textContent = this.words.say(
      storage.isNearLimit ? "client.storage-near" : "client.storage",
      { used: sizeOf(this.words, storage.used), limit: sizeOf(this.words, storage.limit) },
    );
  }

  private remove(upload: Upload): void {
    upload.stop?.();
    if (upload.done) void this.forget(upload.done);
    this.uploads = this.uploads.filter(each => each !== upload);
    this.show();
    this.changed();
  }

  /** Gives the space back. Where that fails, the server does it within a day. */
  private async forget(file: Attachment): Promise<void> {
    const storage = await ask<Storage>("DELETE", `${this.api}/attachments/${file.id}`).catch(() => null);
    if (storage) this.say(storage);
  }

  private show(): void {
    this.list.hidden = this.uploads.length === 0;
    this.list.replaceChildren(...this.uploads.map(upload => {
      const item = document.createElement("li");
      item.dataset.state = upload.done ? "done" : upload.failed !== undefined ? "failed" : "sending";
      const name = document.createElement("bdi");
      name.textContent = upload.name;
      const state = document.createElement("span");
      state.className = upload.failed === undefined ? "dim" : "refusing";
      state.textContent = upload.failed ?? (upload.done ? sizeOf(this.words, upload.bytes) : this.words.say("client.uploading", { percent: `${Math.floor(100 * upload.sent / Math.max(1, upload.bytes))}` }));
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "quiet";
      remove.textContent = this.words.say("client.remove");
      remove.setAttribute("aria-label", this.words.say("client.remove-file", { name: upload.name }));
      remove.addEventListener("click", () => this.remove(upload));
      item.append(name, " ", state, " ", remove);
      return item;
    }));
  }
}

function detailOf(answer: string): string {
  try {
    return (JSON.parse(answer) as { detail?: string }).detail ?? "";
  } catch {
    return "";
  }
}
