const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const orm = require("auth-dynamodb");
const authjs = require("auth-dynamodb/authjs");
const better = require("auth-dynamodb/better-auth");
const setup = require("auth-dynamodb/setup");
const { betterAuth } = require("better-auth");
const { flow } = require("./flow.cjs");

void flow({ betterAuth, DynamoDBClient, better, authjs, setup, orm });
