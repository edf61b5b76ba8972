/**
 * Callers of one process who want to change the same thing wait in line, once they have seen that they disturb each
 * other: each then needs one try instead of one for everybody who was faster. Others' processes are not in it, so the
 * guards of writes decide as ever.
 */
export class Lines {
  readonly #last = new Map<string, Promise<void>>();

  /** Waits for the turn, so many milliseconds at most. Call what it resolves to when the turn is over, in any case. */
  async enter(line: string, milliseconds: number): Promise<() => void> {
    const before = this.#last.get(line);
    let leave = () => {};
    const turn = new Promise<void>((resolve) => (leave = resolve));
    // Whoever gives up waiting is passed over: the next one's turn comes after all before it.
    const end = before ? before.then(() => turn) : turn;
    this.#last.set(line, end);
    void end.then(() => this.#last.get(line) === end && this.#last.delete(line));
    if (before) await Promise.race([before, new Promise((resolve) => setTimeout(resolve, milliseconds).unref())]);
    return leave;
  }
}
