import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as orm from "auth-dynamodb";
import * as authjs from "auth-dynamodb/authjs";
import * as better from "auth-dynamodb/better-auth";
import * as setup from "auth-dynamodb/setup";
import { betterAuth } from "better-auth";
import { flow } from "./flow.cjs";

await flow({ betterAuth, DynamoDBClient, better, authjs, setup, orm });
