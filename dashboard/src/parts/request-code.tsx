// A request as a program would send it, in three languages, with exactly the payload that is shown.
import { useState } from 'react';
import type { Input } from '../api/models.ts';
import { useMe } from '../api/queries.ts';
import { Segments } from '../ui/choices.tsx';
import { Code } from '../ui/code.tsx';
import styles from './request-code.module.css';

export interface RequestCodeProps {
  model: string;
  input: Input;
}

type Language = 'curl' | 'typescript' | 'python';

const LANGUAGES = [
  { value: 'curl', label: 'curl' },
  { value: 'typescript', label: 'TypeScript' },
  { value: 'python', label: 'Python' },
] as const;

const PATH = '/api/v1/client/job/CreateTask';

/** JSON inside a single-quoted text of a shell. */
function forShell(json: string): string {
  return json.replaceAll("'", "'\\''");
}

function toPython(value: unknown, indent = ''): string {
  const deeper = `${indent}    `;
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map((item) => toPython(item, deeper)).join(', ')}]`;
  if (typeof value === 'object') {
    const lines = Object.entries(value).map(
      ([name, item]) => `${deeper}${JSON.stringify(name)}: ${toPython(item, deeper)},\n`,
    );
    return `{\n${lines.join('')}${indent}}`;
  }
  return JSON.stringify(value);
}

/** @param address where the API answers, without a slash at its end. */
export function requestIn(language: Language, body: RequestCodeProps, address: string): string {
  const json = JSON.stringify(body, null, 2);
  switch (language) {
    case 'curl':
      return [
        `curl ${address}${PATH} \\`,
        '  -H "x-api-key: $REELAY_KEY" \\',
        "  -H 'content-type: application/json' \\",
        `  -d '${forShell(json)}'`,
      ].join('\n');
    case 'typescript':
      return [
        `const response = await fetch('${address}${PATH}', {`,
        "  method: 'POST',",
        '  headers: {',
        "    'x-api-key': process.env.REELAY_KEY ?? '',",
        "    'content-type': 'application/json',",
        '  },',
        `  body: JSON.stringify(${json.replaceAll('\n', '\n  ')}),`,
        '});',
        'const { data } = await response.json();',
        'console.log(data.task_id);',
      ].join('\n');
    case 'python':
      return [
        'import os, requests',
        '',
        'response = requests.post(',
        `    "${address}${PATH}",`,
        '    headers={"x-api-key": os.environ["REELAY_KEY"]},',
        `    json=${toPython(body, '    ')},`,
        ')',
        'print(response.json()["data"]["task_id"])',
      ].join('\n');
  }
}

export function RequestCode({ model, input }: RequestCodeProps) {
  const { server } = useMe();
  const [language, setLanguage] = useState<Language>('curl');
  const { label } = LANGUAGES.find(({ value }) => value === language) ?? LANGUAGES[0];
  const text = requestIn(language, { model, input }, server.public_url.replace(/\/$/, ''));
  return (
    <div className={styles.box}>
      <Segments label="Language" isLabelHidden choices={LANGUAGES} value={language} onChange={setLanguage} />
      <Code text={text} label={`The request in ${label}`} />
      <p className={styles.note}>
        A key of your own goes into REELAY_KEY. Its mode decides whether it is a draft or real.
      </p>
    </div>
  );
}
