/** A path of this application to go on with. Not `//elsewhere`, which a browser takes for another host. */
export function safePath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : "/";
}
