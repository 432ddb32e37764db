import { Problem } from './project.mjs';

/** Lowest minor of each major that will do; every major above the last will. */
const SUPPORTED = [
  [20, 19],
  [22, 12],
  [24, 0],
];

export function isSupportedNode(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  const newest = SUPPORTED.at(-1)[0];
  return major > newest || SUPPORTED.some(([known, lowest]) => major === known && minor >= lowest);
}

export function requireSupportedNode() {
  if (isSupportedNode(process.version)) return;
  throw new Problem(`Parlance needs Node 20.19+, 22.12+ or 24+; this is ${process.version}. See https://nodejs.org/en/download.`);
}
