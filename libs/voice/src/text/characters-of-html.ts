/** Names and their characters in turns. Letters with accents are put together from two names. */
const CHARACTERS_BY_NAME = `
  amp & lt < gt > quot " apos ' lsquo ‘ rsquo ’ sbquo ‚ ldquo “ rdquo ” bdquo „ laquo « raquo » lsaquo ‹ rsaquo › prime ′ Prime ″
  ndash – mdash — horbar ― hyphen ‐ hellip … bull • middot · iexcl ¡ iquest ¿ sect § para ¶ dagger † Dagger ‡ permil ‰
  colon : comma , period . semi ; excl ! quest ? sol / bsol \\ lowbar _ ast * num # percnt % commat @ dollar $ equals = plus +
  lpar ( rpar ) lsqb [ lbrack [ rsqb ] rbrack ] lcub { rcub } vert | verbar | grave \` Hat ^ check ✓ cross ✗
  euro € cent ¢ pound £ yen ¥ curren ¤ copy © reg ® trade ™ deg ° ordf ª ordm º numero № star ☆ starf ★ phone ☎
  times × divide ÷ plusmn ± minus − frac12 ½ frac14 ¼ frac34 ¾ frac13 ⅓ frac23 ⅔ sup1 ¹ sup2 ² sup3 ³ radic √ infin ∞ micro µ
  le ≤ leq ≤ ge ≥ geq ≥ ne ≠ asymp ≈ approx ≈ equiv ≡ sim ∼ sum ∑ prod ∏ int ∫ part ∂ nabla ∇ isin ∈ notin ∉ empty ∅ forall ∀ exist ∃
  cap ∩ cup ∪ sub ⊂ sup ⊃ and ∧ or ∨ not ¬ there4 ∴ ang ∠ perp ⊥ prop ∝ sdot ⋅ fnof ƒ
  larr ← uarr ↑ rarr → darr ↓ harr ↔ lArr ⇐ rArr ⇒ hArr ⇔ hearts ♥ spades ♠ clubs ♣ diams ♦
  szlig ß aelig æ AElig Æ oelig œ OElig Œ oslash ø Oslash Ø eth ð ETH Ð thorn þ THORN Þ inodot ı imath ı lstrok ł Lstrok Ł
  alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ omicron ο pi π rho ρ
  sigma σ sigmaf ς tau τ upsilon υ phi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω
`;
/** What is not seen: blanks part words, and the others, such as a soft hyphen, stand within them. */
const BLANKS = ['nbsp', 'ensp', 'emsp', 'thinsp', 'hairsp', 'numsp', 'Tab', 'NewLine'];
const UNSEEN: readonly (readonly [string, string])[] = [['shy', ''], ['lrm', ''], ['rlm', ''], ['zwj', '\u200D'], ['zwnj', '\u200C']]; // prettier-ignore
const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ...Array.from(CHARACTERS_BY_NAME.matchAll(/(\S+)\s+(\S+)/gu), ([, name = '', character = '']) => [name, character] as const),
  ...BLANKS.map((name) => [name, ' '] as const),
  ...UNSEEN,
]);
/** A letter and one of these is one character in the end. */
// prettier-ignore
const ACCENTS: Readonly<Record<string, string>> = {
  grave: '\u0300', acute: '\u0301', circ: '\u0302', tilde: '\u0303', macr: '\u0304', breve: '\u0306', dot: '\u0307', uml: '\u0308',
  ring: '\u030A', dblac: '\u030B', caron: '\u030C', cedil: '\u0327', ogon: '\u0328',
};
const ENTITY = new RegExp(`&(?:(#x?[0-9a-f]{1,7})|([a-z])(${Object.keys(ACCENTS).join('|')})|[a-z]+[0-9]{0,2});`, 'gi');

/** The characters that HTML has names and numbers for; what is neither stays as it is. */
export function withoutEntities(text: string): string {
  return text.replaceAll(ENTITY, (entity: string, number?: string, letter?: string, accent?: string) => {
    const named = CHARACTERS.get(entity.slice(1, -1));
    if (named !== undefined) return named;
    if (number !== undefined) return characterOf(number) ?? entity;
    if (letter !== undefined && accent !== undefined) return letter + (ACCENTS[accent.toLowerCase()] ?? '');
    return entity;
  });
}

/** @param number `#233` or `#xE9`; undefined where no character has it; controls are a space */
function characterOf(number: string): string | undefined {
  const hexadecimal = /^#x/i.test(number);
  const code = hexadecimal ? Number.parseInt(number.slice(2), 16) : Number(number.slice(1));
  if (!(code <= 0x10_ff_ff)) return undefined;
  const character = String.fromCodePoint(code);
  return /[\p{Cc}\p{Cs}]/u.test(character) ? ' ' : character;
}
