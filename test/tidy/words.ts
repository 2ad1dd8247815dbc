// Words and calls that belong to one place, or to none.
import { place, type Tree } from './tree.ts';

export interface WordRule {
  /** What is banned, as the end of "path:line …". */
  says: string;
  pattern: RegExp;
  /** Files that are searched for it. */
  within: RegExp;
  /** Files that are that one place. */
  except?: RegExp;
  /** What is searched besides code: strings, or strings and comments. */
  alsoIn?: 'strings' | 'everything';
}

const TYPESCRIPT = /\.(tsx?|js)$/;
const DASHBOARD = /^dashboard\/src\/.*\.(tsx?|css)$/;
const SERVER = /^server\/src\/.*\.ts$/;
/** Code that knows no door. */
const DOMAIN =
  /^server\/src\/(?:errors\.ts$|(?:db|lib|accounts|credits|credentials|files|callbacks|catalog|tasks|dispatch|work)\/.*\.ts$)/;
/** Code that runs at an operator's. */
const RUNTIME = /^(server\/src|draft)\/.*\.ts$/;
const TESTS = /\.test\.ts$|\/(testing|conformance)(-[\w-]+)?\.ts$|^test\//;
/** Commands of a client: they run at its user's, read what that user has set, and call the addresses that the user names. */
const CLIENT = /^server\/src\/client\//;
/** Tools that a developer runs by hand; they measure, print and read arguments. */
const TOOLS = /\/(preview|draw-samples|make-recordings|render-media)\.ts$/;

function either(...patterns: RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'));
}

export const WORD_RULES: readonly WordRule[] = [
  {
    says: 'says FIXME or TODO: do it, or write down why it stays as it is',
    pattern: /\b(FIXME|TODO|XXX|HACK)\b/g,
    within: TYPESCRIPT,
    except: /^test\/tidy\//,
    alsoIn: 'everything',
  },
  {
    says: 'leaves tests out (.only, .skip)',
    pattern: /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:only|skip|todo|skipIf|runIf)\b/g,
    within: TYPESCRIPT,
  },
  {
    says: 'sleeps: wait on a condition with a bound',
    pattern: /(?<![\w.])sleep\(/g,
    within: /\.test\.ts$/,
  },
  {
    says: 'changes the environment that other files of tests share: use withEnvironment',
    pattern: /\bprocess\.env(?:\.\w+|\[[^\]]+\]) \??=(?!=)|\bdelete process\.env\b|\(process\.env, /g,
    within: TESTS,
    except: /^test\/stage\/environment\.ts$|^server\/src\/db\/testing-setup\.ts$/,
  },
  {
    says: 'sets a limit of its own: those of vitest.config.ts end what hangs, and a busy machine takes its time',
    pattern: /\b(?:it|describe)\([^,{}]*,\s*\{\s*timeout\b/g,
    within: /\.test\.ts$/,
  },
  {
    says: 'replaces a module: tests use the real thing',
    pattern: /\bvi\.(?:mock|doMock|hoisted|stubGlobal)\b/g,
    within: /\.test\.ts$/,
  },
  {
    says: 'says what should be: a title is a guarantee in the present tense',
    pattern: /\b(?:it|test)(?:\.each\([^)]*\))?\(\s*['"`][^'"`\n]*\bshould\b/g,
    within: /\.test\.ts$/,
    except: /^test\/tidy\//,
    alsoIn: 'strings',
  },
  { says: 'casts to any', pattern: /\bas any\b|<any>/g, within: TYPESCRIPT },
  {
    says: 'silences the type checker',
    pattern: /@ts-(?:ignore|nocheck|expect-error)/g,
    within: TYPESCRIPT,
    except: /^test\/tidy\//,
    alsoIn: 'everything',
  },
  {
    says: 'uses JSON.parse: parseClientJson for what comes from outside, parseOwnJson for what we wrote',
    pattern: /\bJSON\.parse\b/g,
    within: RUNTIME,
    except: either(/^server\/src\/lib\/json\.ts$/, /^draft\/photo\/selfie-model\.ts$/, TESTS, TOOLS),
  },
  {
    says: 'calls fetch: the guarded fetch is the only way out of the server',
    pattern: /(?<![\w.#])fetch\(|globalThis\.fetch\b/g,
    within: RUNTIME,
    except: either(/^server\/src\/lib\/guarded-fetch[\w-]*\.ts$/, CLIENT, TESTS),
  },
  {
    says: 'imports an HTTP client: the guarded fetch is the only way out of the server',
    pattern: /^import (?!type\b)[^;]*?from '(?:undici|node:https?)'/gm,
    within: RUNTIME,
    except: either(/^server\/src\/lib\/guarded-fetch[\w-]*\.ts$/, TESTS),
    alsoIn: 'everything',
  },
  {
    says: 'reads the clock: take a Clock',
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)/g,
    within: RUNTIME,
    except: either(/^server\/src\/lib\/time\.ts$/, TESTS, TOOLS),
  },
  {
    says: 'reads the environment: settings come from config.ts',
    pattern: /\bprocess\.env\b(?!\))/g,
    within: RUNTIME,
    except: either(CLIENT, TESTS),
  },
  {
    says: 'passes the environment on: only a command does, and to readConfig',
    pattern: /(?<!readConfig\()\bprocess\.env\b\)/g,
    within: RUNTIME,
    except: either(TESTS),
  },
  {
    says: 'prints to the console: log an event, or print the result of a command',
    pattern: /\bconsole\.\w+\(/g,
    within: RUNTIME,
    except: either(TESTS, TOOLS),
  },
  {
    says: 'draws with Math.random: equal seeds must give equal frames',
    pattern: /\bMath\.random\b/g,
    within: /^draft\/.*\.ts$/,
  },
  {
    says: 'imports the component library outside of ui/',
    pattern: /^import\b[^;]*?'@mantine\/|^@import\b.*@mantine/gm,
    within: DASHBOARD,
    except: /^dashboard\/src\/ui\//,
    alsoIn: 'strings',
  },
  {
    says: 'writes markup or styles into the page, which its policy refuses',
    pattern:
      /<style\b|dangerouslySetInnerHTML|\b(?:inner|outer)HTML\b|insertAdjacentHTML|<(?:AppShell|Grid|SimpleGrid)\b/g,
    within: DASHBOARD,
    alsoIn: 'everything',
  },
  {
    says: 'imports from the server past api/wire.ts, or more than types',
    pattern: /^import\b[^;]*?from '(?:\.\.\/)+server\//gm,
    within: DASHBOARD,
    except: /^dashboard\/src\/api\/wire\.ts$/,
    alsoIn: 'strings',
  },
  {
    says: 'asks the server past api/: its client says for which account and book a call is',
    pattern: /(?<![\w.])fetch\(|new EventSource\b|new XMLHttpRequest\b/g,
    within: DASHBOARD,
    // The guides are public files; nobody is signed in there.
    except: /^dashboard\/src\/(api|guides)\//,
  },
  {
    says: 'moves money outside of credits/ and the functions of the migrations',
    pattern: /\b(?:insert into|update|delete from)\s+transfers\b|\bupdate balances\b/gi,
    within: SERVER,
    except: either(/^server\/src\/credits\//, TESTS),
    alsoIn: 'strings',
  },
  {
    says: 'has SQL outside of a store',
    pattern: /\.query(?:<[^()]*>)?\(/g,
    within: SERVER,
    except: either(/\.store\.ts$/, /^server\/src\/db\//, /^server\/src\/credits\/audit\.ts$/, TESTS),
  },
  {
    says: 'names a constant of a module in small letters: what is written out there is in capitals',
    // A text, a number, a pattern, a filled list or set. What is made by a call, or filled later, is a thing with a name.
    pattern:
      /^(?:export )?const [a-z]\w*(?:: [^=\n]+)? = (?:-?\d|['"`/]|\[(?!\]|\.\.\.)|true\b|false\b|new Set(?:<[^()]*>)?\(\[)/gm,
    within: TYPESCRIPT,
    // Members of a schema are named as the framework names them.
    except: /^server\/src\/doors\/[\w-]+\/(?:[\w-]+\.)?schemas\.ts$/,
    alsoIn: 'strings',
  },
  {
    says: 'renames a column: a row has the names of its columns',
    pattern: /\bas "[a-z]+[A-Z]\w*"/g,
    within: /^server\/src\/.*\.store\.ts$/,
    alsoIn: 'strings',
  },
  {
    says: 'speaks a dialect of the API: its paths, names and codes belong to a door',
    // Not `callback_url` and `task_id`: they are columns too. Names of a model's fields are data of the
    // catalogue.
    pattern: new RegExp(
      either(
        /\b(?:CreateTask|TaskInfo|CancelTask|TaskEvents|EstimateTask|upload-url)\b|\/api\/v\d/,
        /\b(?:presigned_url|file_url|max_credits|media_urls|create_at|complete_at|duration_s)\b/,
        /\bcallback_url: (?:is|must)\b|(?<![\w.])(?:455|505)\b/,
      ),
      'g',
    ),
    within: DOMAIN,
    except: TESTS,
    alsoIn: 'everything',
  },
];

function textFor(tree: Tree, file: string, { alsoIn }: WordRule): string {
  if (alsoIn === 'everything') return tree.text(file);
  return alsoIn === 'strings' ? tree.source(file).withoutComments : tree.source(file).code;
}

/** `path:line` of every hit of a rule. `exceptions` are allowed paths, each with its reason. */
export function findWords(tree: Tree, rule: WordRule, exceptions: ReadonlySet<string> = new Set()): string[] {
  const hits: string[] = [];
  for (const file of tree.list(rule.within)) {
    if (rule.except?.test(file) || exceptions.has(file) || file.includes('/vendor/')) continue;
    const text = textFor(tree, file, rule);
    for (const match of text.matchAll(rule.pattern)) {
      hits.push(`${place(file, text, match.index)} ${rule.says}`);
    }
  }
  return hits;
}

/** Text that must not be in any file, whatever its kind. */
const EVERYWHERE: readonly { says: string; pattern: RegExp }[] = [
  {
    says: 'holds something with the form of a key',
    pattern: /\bak_(?:live|test)(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{28}\b/g,
  },
  {
    says: 'holds something with the form of a secret',
    pattern: /\bwhsec_[A-Za-z0-9+/]{32,}={0,2}|-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]{20}/g,
  },
  { says: 'names a folder of one machine', pattern: /(?<![\w.])\/(?:home|Users|root|work)\/\w+/g },
];

export function findEverywhere(tree: Tree, exceptions: ReadonlySet<string> = new Set()): string[] {
  const hits: string[] = [];
  for (const file of tree.listTexts()) {
    if (exceptions.has(file)) continue;
    const text = tree.text(file);
    for (const { says, pattern } of EVERYWHERE) {
      for (const match of text.matchAll(pattern)) hits.push(`${place(file, text, match.index)} ${says}`);
    }
  }
  return hits;
}

const IGNORE = /biome-ignore(?:-\w+)?\s+([\w/]+)\s*:?\s*(.*)/g;

/** Every `biome-ignore` that is not in the list or has no reason. The list holds `path rule`. */
export function findIgnores(tree: Tree, allowed: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  for (const file of tree.list(TYPESCRIPT)) {
    if (file.startsWith('test/tidy/')) continue;
    const text = tree.text(file);
    for (const { index, 1: rule, 2: reason } of text.matchAll(IGNORE)) {
      const where = place(file, text, index);
      if (reason.trim().length < 10) faults.push(`${where} turns off ${rule} without a reason`);
      if (!allowed.has(`${file} ${rule}`))
        faults.push(`${where} turns off ${rule}, which is not in the list`);
    }
  }
  return faults;
}
