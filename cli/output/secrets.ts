/** Names of what lets somebody in, or is to be kept from whoever looks over a shoulder. */
const SECRET =
  /password|token|secret|private|backup_?codes|verifier|hash|(?:device|user)_?code$|^(?:oidc|saml)config$/i;

/** Names that say "token" of something else: when it ends, of what kind it is, where it is asked for. */
const HARMLESS = /expires_?at$|^token_?type$|endpoint$|endpoint_?auth/i;

/** Fields of models of the libraries that hold a secret under a harmless name. */
const OF_MODELS: Readonly<Record<string, readonly string[]>> = {
  account: ["extra"],
  apikey: ["key"],
  // Whole sessions, by their tokens.
  secondaryStorage: ["key", "value", "recent", "former"],
  // Where a reset link leads to, its token among it.
  verification: ["identifier", "value"],
  verificationToken: ["identifier", "token"],
};

/** Whether a field holds what lets somebody in: a token, a password's hash, a secret. */
export function isSecret(model: string, field: string): boolean {
  const ofModel = Object.hasOwn(OF_MODELS, model) && OF_MODELS[model]?.includes(field) === true;
  return ofModel || (SECRET.test(field) && !HARMLESS.test(field));
}
