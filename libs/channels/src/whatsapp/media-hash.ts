/** The platform gives SHA-256 in base64 in messages and in hexadecimal elsewhere. @returns lower-case hexadecimal, if it is one */
export function hexHash(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (/^[\da-f]{64}$/i.test(given)) return given.toLowerCase();
  return /^[\w+/-]{43}=?$/.test(given) ? Buffer.from(given, 'base64').toString('hex') : undefined;
}
