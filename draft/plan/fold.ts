// Brings the words of a prompt back to the plain forms that the word lists hold. Knows English endings roughly
// and nothing of meaning; a wrong guess costs nothing, since only forms that are in the lists count.

/** Plain forms that a word may come from, the word itself first. */
export function listForms(word: string): string[] {
  const forms = [word];
  const bare = word.replace(/['’]s$/, '');
  if (bare !== word) forms.push(bare);
  if (Object.hasOwn(IRREGULAR, bare)) forms.push(IRREGULAR[bare]);
  if (bare.length < 4) return forms;
  for (const [ending, replacements] of ENDINGS) {
    if (!bare.endsWith(ending)) continue;
    const stem = bare.slice(0, -ending.length);
    if (stem.length < 2) continue;
    for (const replacement of replacements) forms.push(stem + replacement);
    // `running` and `stopped` double their last letter.
    if (/(.)\1$/.test(stem)) forms.push(stem.slice(0, -1));
  }
  return forms;
}

const IRREGULAR: Record<string, string> = {
  men: 'man',
  women: 'woman',
  children: 'child',
  wolves: 'wolf',
  geese: 'goose',
  mice: 'mouse',
  feet: 'foot',
};

/** Whether a word is a plural, as far as its form shows. */
export function isPlural(word: string): boolean {
  // A German genitive.
  if (word.endsWith('mannes')) return false;
  return /[^s]s$/.test(word) || word === 'people' || Object.hasOwn(IRREGULAR, word);
}

const ENDINGS: readonly (readonly [string, readonly string[]])[] = [
  ['ies', ['y', 'ie']],
  ['ves', ['f', 'fe']],
  ['es', ['', 'e']],
  ['s', ['']],
  ['ing', ['', 'e']],
  ['ied', ['y']],
  ['ed', ['', 'e']],
  ['ly', ['', 'e']],
];

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;
/** Scripts written without spaces between words; Korean adds its particles to the word. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** The words of a text in order, lower case, without accents, compounds taken apart; unspaced scripts come as whole runs. */
export function listWords(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Script=Latin}\p{M}+/gu, (letter) => letter.slice(0, 1))
    .normalize('NFKC')
    .toLowerCase();
  return Array.from(plain.matchAll(WORD), ([word]) => word);
}

/** Whether a word has to be searched for terms inside of it. */
export function isUnspaced(word: string): boolean {
  return UNSPACED.test(word);
}
