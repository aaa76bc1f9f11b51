const widest = 320;
const tallest = 200;

/** How large a picture is shown among posts; the server does the same (Layout/PictureSize.cs). */
export function shownSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, widest / width, tallest / height);
  const side = (length: number): number => Math.max(1, Math.floor(length + 0.5));
  return { width: side(width * scale), height: side(height * scale) };
}
