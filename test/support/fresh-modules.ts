import { afterAll, vi } from "vitest";

// A worker takes one file after another: a process for each, with the SDK and Better Auth loaded into it, would take
// longer than many a file. What is this repository's own is loaded anew, so that no file finds what another has left in
// a module. Set up before all else, this is the last that a file does.
afterAll(() => void vi.resetModules());
