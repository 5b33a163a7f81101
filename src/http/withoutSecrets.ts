/** A text of an answer without the secrets that it may quote: a gateway's page shows the headers that it was sent. */
export const withoutSecrets = (text: string, secrets: readonly (string | undefined)[]): string =>
  secrets.reduce<string>(
    // A shorter one would garble words that merely hold it.
    (left, secret = '') => (secret.length > 5 ? left.split(secret).join('***') : left),
    text,
  );
