import { requireFormatOf } from "../../orm/dynamodb/maintenance/require-format.ts";
import { isOrmError } from "../../orm/errors.ts";
import type { Target } from "../config/resolve-target.ts";
import { connectionLine, describeConnection } from "../connection/describe-connection.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../output/terminal.ts";
import { readAssets } from "../studio/http/assets.ts";
import { startServer, type RunningStudio } from "../studio/http/server.ts";
import { studioOf } from "../studio/studio.ts";

/** What `studio` takes. */
export interface StudioFlags {
  /** 0, and the default: any that is free. */
  readonly port?: number;
  readonly readOnly?: boolean;
  readonly showSecrets?: boolean;
}

/** Serves a page for the tables, until it is stopped. */
export async function studio(target: Target, flags: StudioFlags, terminal: Terminal): Promise<ExitCode> {
  const { port = 0, readOnly = false, showSecrets = false } = flags;
  await refuseNewerFormat(target);
  const connection = connectionLine(await describeConnection(target.client));
  // Beside the command, where the build has put it.
  const assets = await readAssets(new URL("./studio/", import.meta.url));
  const tell = (running: RunningStudio) => {
    const url = running.address();
    terminal.line(url);
    terminal.data({ url });
  };
  const running = await startServer({
    studio: studioOf({ target, connection, readOnly, showSecrets }),
    assets,
    port,
    // For another window, or the next one.
    onOpened: () => tell(running),
  });
  terminal.line(`Studio${readOnly ? ", read only" : ""}. Each address opens one page. Ctrl-C ends it.`);
  tell(running);
  await stopped(terminal.signal);
  await running.stop();
  return EXIT.ok;
}

/** Whatever else is wrong with the database, the page tells where it meets it. */
async function refuseNewerFormat({ schema, client, naming }: Target): Promise<void> {
  try {
    await requireFormatOf({ schema, client, ...naming });
  } catch (error) {
    if (isOrmError(error, "STORAGE_FORMAT_UNSUPPORTED")) throw error;
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // Ctrl-C may have come while the server was starting.
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
