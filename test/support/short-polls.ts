import { shortenPauses } from "./short-pauses.ts";

/** How long `pushSchema` waits before it asks again whether a table can be used: the local engines need no time. */
const POLL_MS = 250;

shortenPauses(POLL_MS);
