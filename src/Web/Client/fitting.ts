/** Makes a field as high as its text, from two rows up to so many. */
export function fitToText(text: HTMLTextAreaElement, most: number): void {
  text.rows = Math.min(most, Math.max(2, text.value.split("\n").length));
  while (text.rows < most && text.scrollHeight > text.clientHeight + 2) text.rows++;
}
