/** Where warnings go. */
export interface WarningLogger {
  /** Takes one warning. */
  warn(message: string): void;
}
