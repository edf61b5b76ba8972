import type { NextConfig } from "next";

const config: NextConfig = {
  // For the server alone: Node.js loads them as they are, and a build takes half the time. Dynalite needs it, since it
  // loads files by names that it makes up.
  serverExternalPackages: ["@aws-sdk/client-dynamodb", "auth-dynamodb", "better-auth", "dynalite"],
};

export default config;
