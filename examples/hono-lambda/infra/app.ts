import { App } from "aws-cdk-lib";
import { HonoStack } from "./stack.ts";

new HonoStack(new App(), "HonoAuth");
