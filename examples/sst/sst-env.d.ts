// What is linked in sst.config.ts. SST writes this file anew.
import "sst";

declare module "sst" {
  export interface Resource {
    Auth: { table: string; type: "sst.sst.Linkable" };
  }
}
