import { MalformedRequestError } from '../captured-request.js';

/** What an SSML document says, and how. */
export interface Ssml {
  text: string;
  /** The attributes of each element, by its name; the outermost of each. */
  elements: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

const PARENTS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  speak: [undefined],
  voice: ['speak'],
  lang: ['voice', 'mstts:express-as', 'prosody'],
  'mstts:express-as': ['voice', 'lang'],
  prosody: ['voice', 'lang', 'mstts:express-as', 'prosody'],
};
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  speak: { version: /^1\.0$/, 'xml:lang': /^[a-z]{2,3}-[A-Z]{2}$/, xmlns: /synthesis$/, 'xmlns:mstts': /mstts$/ },
  voice: { name: /^[a-z]{2,3}-[A-Z]{2}-[A-Za-z:0-9]+$/, 'xml:lang': /^[a-z]{2,3}-[A-Z]{2}$/, 'xml:gender': /^(?:Male|Female)$/ },
  lang: { 'xml:lang': /^[a-z]{2,3}-[A-Z]{2}$/ },
  'mstts:express-as': { style: /^[a-z-]+$/i, styledegree: /^[0-9.]+$/, role: /^[A-Za-z]+$/ },
  prosody: { rate: /^[+-]\d+(?:\.\d+)?%$/, pitch: /^[+-]\d+(?:\.\d+)?(?:st|Hz|%)$/, volume: /^[+-]\d+(?:\.\d+)?%$/ },
};
const REQUIRED: Readonly<Record<string, readonly string[]>> = { speak: ['version', 'xml:lang'], voice: ['name'], lang: ['xml:lang'] };
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** @throws MalformedRequestError unless it is well-formed, and nothing but elements and attributes Azure knows */
export function readSsml(document: string): Ssml {
  if (/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(document))
    throw new MalformedRequestError('A character is no XML.');
  const open: string[] = [];
  const elements = new Map<string, Readonly<Record<string, string>>>();
  let text = '';
  for (const [whole, closing, name, attributes, characters] of document.matchAll(/<(\/?)([\w:-]+)([^<>]*)>|([^<>]+)|[<>]/g)) {
    if (characters !== undefined) {
      if (open.at(-1) === undefined && characters.trim() !== '') throw new MalformedRequestError('There is text outside.');
      text += unescape(characters);
    } else if (name === undefined) throw new MalformedRequestError(`A '${whole}' is in the wrong place.`);
    else if (closing === '/') {
      if (open.pop() !== name) throw new MalformedRequestError(`</${name}> ends nothing.`);
    } else {
      const given = readAttributes(name, attributes ?? '', open.at(-1), elements);
      if (!elements.has(name)) elements.set(name, given);
      open.push(name);
    }
  }
  if (open.length > 0 || !elements.has('voice')) throw new MalformedRequestError('An element is missing, or not ended.');
  return { text, elements };
}

function readAttributes(
  name: string,
  source: string,
  parent: string | undefined,
  known: ReadonlyMap<string, unknown>,
): Record<string, string> {
  const rules = ATTRIBUTES[name];
  if (rules === undefined || PARENTS[name]?.includes(parent) !== true) throw new MalformedRequestError(`<${name}> cannot be here.`);
  if (name.startsWith('mstts:') && !JSON.stringify([...known.values()]).includes('xmlns:mstts'))
    throw new MalformedRequestError('mstts is no namespace.');
  const given: Record<string, string> = {};
  const rest = source.replaceAll(
    /\s+([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
    (_whole, attribute: string, double?: string, single?: string) => {
      const value = unescape(double ?? single ?? '');
      if (!Object.hasOwn(rules, attribute) || !rules[attribute]?.test(value))
        throw new MalformedRequestError(`<${name} ${attribute}> is wrong.`);
      given[attribute] = value;
      return '';
    },
  );
  if (rest.trim() !== '') throw new MalformedRequestError(`<${name}> is not well-formed.`);
  const missing = REQUIRED[name]?.find((attribute) => given[attribute] === undefined);
  if (missing !== undefined) throw new MalformedRequestError(`<${name}> has no ${missing}.`);
  return given;
}

function unescape(text: string): string {
  return text.replaceAll(/&([^;\s]*);?/g, (whole, name: string) => {
    const character = ENTITIES[name];
    if (character === undefined || !whole.endsWith(';')) throw new MalformedRequestError(`'${whole}' is no entity.`);
    return character;
  });
}
