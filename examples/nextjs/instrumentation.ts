/** Called by Next.js when the server starts, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  if (process.env.AWS_REGION || process.env.AWS_ENDPOINT_URL_DYNAMODB) return;
  const { startLocalDynamoDB } = await import("@/lib/local-dynamodb");
  await startLocalDynamoDB();
}
