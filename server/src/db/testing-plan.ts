// How PostgreSQL answers the queries of a function: which indexes it reads, and how many pages. Only for tests.
import type { Pool, QueryConfig } from 'pg';

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  /** Zero for a part of the plan that was not needed. */
  'Actual Loops': number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
}

/** What all queries of a call read. */
export interface Reads {
  /** In their order. A table that is read from its begin to its end is `all of <table>`. */
  indexes: string[];
  /** Of 8 kB. */
  blocks: number;
}

/** Runs the call, and each of its queries once more to see its plan. */
export async function readsOf(pool: Pool, call: (pool: Pool) => Promise<unknown>): Promise<Reads> {
  const indexes = new Set<string>();
  let blocks = 0;
  const visit = (node: Plan) => {
    if (node['Actual Loops'] === 0) return;
    if (node['Node Type'] === 'Seq Scan') indexes.add(`all of ${node['Relation Name']}`);
    if (node['Index Name']) indexes.add(node['Index Name']);
    for (const child of node.Plans ?? []) visit(child);
  };
  const query = async (asked: string | QueryConfig, given?: unknown[]) => {
    const { text, values } = typeof asked === 'string' ? { text: asked, values: given } : asked;
    const { rows } = await pool.query(`explain (analyze, buffers, timing off, format json) ${text}`, values);
    const [{ Plan: plan }] = rows[0]['QUERY PLAN'] as [{ Plan: Plan }];
    visit(plan);
    blocks += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
    return pool.query(text, values);
  };
  await call({ query } as unknown as Pool);
  return { indexes: [...indexes].toSorted(), blocks };
}
