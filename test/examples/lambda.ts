import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const HOST = "abcdefghij.execute-api.us-east-1.amazonaws.com";

/** An answer as an HTTP API takes it from a function. */
export interface LambdaAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body: string;
}

/** What the host sends for an event. */
interface Message {
  readonly id: number;
  readonly result?: LambdaAnswer;
  readonly error?: string;
}

/** A deployed bundle, which a browser calls through API Gateway. */
export class Lambda {
  readonly #cookies = new Map<string, string>();
  readonly #waiting = new Map<number, (message: Message) => void>();
  #events = 0;

  private constructor(private readonly host: ChildProcess) {
    host.on("message", (message: Message) => this.#waiting.get(message.id)?.(message));
    host.once("exit", () => {
      for (const [id, end] of this.#waiting) end({ id, error: "The function has ended." });
    });
  }

  static async start(bundle: string, env: Readonly<Record<string, string>>): Promise<Lambda> {
    const script = fileURLToPath(new URL("./lambda-host.mjs", import.meta.url));
    // Nothing else of this process' environment: a function has its own.
    const host = fork(script, [bundle], { env: { PATH: process.env["PATH"], ...env }, execArgv: [] });
    await Promise.race([
      once(host, "message"),
      once(host, "exit").then(([code]) => Promise.reject(new Error(`The bundle ended with code ${String(code)}.`))),
    ]);
    return new Lambda(host);
  }

  stop(): void {
    this.host.kill("SIGKILL");
  }

  /** Sends a request as API Gateway does, with the cookies that came with earlier answers. */
  async call(method: "GET" | "POST", path: string, body?: object, from = "192.0.2.1"): Promise<LambdaAnswer> {
    const id = (this.#events += 1);
    const answered = new Promise<LambdaAnswer>((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        this.#waiting.delete(id);
        if (result) resolve(result);
        else reject(new Error(error));
      });
    });
    this.host.send({ id, event: this.#event(method, path, body, from) });
    const answer = await answered;
    for (const cookie of answer.cookies ?? []) {
      const [pair = ""] = cookie.split(";");
      const [name = "", ...value] = pair.split("=");
      if (/max-age=0/i.test(cookie)) this.#cookies.delete(name);
      else this.#cookies.set(name, value.join("="));
    }
    return answer;
  }

  /** Payload format 2.0. */
  #event(method: string, path: string, body: object | undefined, sourceIp: string): object {
    const http = { method, path, protocol: "HTTP/1.1", sourceIp, userAgent: "test" };
    return {
      version: "2.0",
      routeKey: "ANY /{proxy+}",
      rawPath: path,
      rawQueryString: "",
      headers: {
        ...{ host: HOST, origin: ORIGIN, "content-type": "application/json" },
        // A caller may say what he likes.
        "x-forwarded-for": `198.51.100.${this.#events}, ${sourceIp}`,
      },
      cookies: [...this.#cookies].map(([name, value]) => `${name}=${value}`),
      requestContext: {
        ...{ accountId: "123456789012", apiId: "abcdefghij", domainName: HOST, domainPrefix: "abcdefghij", http },
        ...{ requestId: String(this.#events), routeKey: "ANY /{proxy+}", stage: "$default" },
        ...{ time: "01/Jan/2026:00:00:00 +0000", timeEpoch: 1_767_225_600_000 },
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      isBase64Encoded: false,
    };
  }
}

/** Where the function is called at. */
const ORIGIN = `https://${HOST}`;

/** What AWS and a deployment put into the function's environment, for an engine of this machine. */
export function localEnvironment(endpoint: string): Record<string, string> {
  return {
    ...{ AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
    ...{ AWS_ENDPOINT_URL_DYNAMODB: endpoint, NODE_ENV: "production" },
    ...{ BETTER_AUTH_URL: ORIGIN, BETTER_AUTH_SECRET: "Yq3kZ8vT1nLx6RwB0cJm5HdPf7GsUa9E" },
    // Its notice would be printed here.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}
