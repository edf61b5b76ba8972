/**
 * What examples/sst uses of the globals in an sst.config.ts, as SST 3.18 and 4.17 declare it. The whole is not on npm:
 * `sst install` writes it beside an application, with the types of Pulumi.
 */
type SstInput<T> = T | Promise<T> | SstOutput<T>;

interface SstOutput<T> {
  apply<U>(run: (value: T) => SstInput<U>): SstOutput<U>;
}

interface SstApp {
  name: string;
  home: "aws" | "cloudflare" | "local";
  removal?: "remove" | "retain" | "retain-all";
  protect?: boolean;
}

interface SstConfig {
  app(input: { readonly stage: string }): SstApp;
  run(): Promise<Record<string, unknown> | undefined>;
}

declare const $app: { readonly name: string; readonly stage: string };
declare function $config(config: SstConfig): SstConfig;

declare namespace sst {
  class Secret {
    constructor(name: string, placeholder?: SstInput<string>);
    readonly value: SstOutput<string>;
  }

  interface Permission {
    type: "aws.permission";
  }

  class Linkable {
    constructor(name: string, definition: { properties: Record<string, unknown>; include?: Permission[] });
  }
}

declare namespace sst.aws {
  interface DynamoArgs {
    fields: SstInput<Record<string, "string" | "number" | "binary">>;
    primaryIndex: SstInput<{ hashKey: SstInput<string>; rangeKey?: SstInput<string> }>;
    ttl?: SstInput<string>;
    deletionProtection?: SstInput<boolean>;
  }

  class Dynamo {
    constructor(name: string, args: DynamoArgs);
    readonly name: SstOutput<string>;
    readonly arn: SstOutput<string>;
  }

  function permission(input: { actions: string[]; resources: SstInput<SstInput<string>[]> }): Permission;

  interface FunctionArgs {
    handler: SstInput<string>;
    link?: SstInput<Linkable[]>;
    environment?: SstInput<Record<string, SstInput<string>>>;
    architecture?: SstInput<"x86_64" | "arm64">;
    memory?: SstInput<`${number} MB` | `${number} GB`>;
    timeout?: SstInput<`${number} ${"second" | "seconds" | "minute" | "minutes"}`>;
  }

  class ApiGatewayV2 {
    constructor(name: string);
    readonly url: SstOutput<string>;
    route(route: string, handler: SstInput<string | FunctionArgs>): unknown;
  }
}
