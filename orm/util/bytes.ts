/** The length of a text in UTF-8, in bytes. Half of a surrogate pair counts as what it would be stored as. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A pair takes four bytes for its two units.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000 && isPaired(text, i)) ? 1 : 2;
  }
  return bytes;
}

function isPaired(text: string, i: number): boolean {
  const high = text.charCodeAt(i) < 0xdc00;
  const other = text.charCodeAt(high ? i + 1 : i - 1);
  return high ? other >= 0xdc00 && other < 0xe000 : other >= 0xd800 && other < 0xdc00;
}

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Bytes as URL-safe base64 without padding. */
export function base64url(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0;
    const b = bytes[i + 1];
    const c = bytes[i + 2];
    text += BASE64URL.charAt(a >> 2) + BASE64URL.charAt(((a & 3) << 4) | ((b ?? 0) >> 4));
    if (b !== undefined) text += BASE64URL.charAt(((b & 15) << 2) | ((c ?? 0) >> 6));
    if (c !== undefined) text += BASE64URL.charAt(c & 63);
  }
  return text;
}
