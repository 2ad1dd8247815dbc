// The lists of operators that are only read: losses and nodes.
import type { Loss, Node } from '../../api/wire.ts';
import { Chip } from '../../ui/chip.tsx';
import { Id } from '../../ui/copy.tsx';
import { Money } from '../../ui/money.tsx';
import type { Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { OperatorList, OperatorPage, toMs } from './frame.tsx';

const LOSS_COLUMNS: readonly Column[] = [
  { name: 'Task' },
  { name: 'Account', isWideOnly: true },
  { name: 'Book', isNarrow: true, isWideOnly: true },
  { name: 'Why', isWideOnly: true },
  { name: 'Credits', isRight: true, isNarrow: true },
  { name: 'When', isRight: true, isNarrow: true },
];

export function LossesPage() {
  return (
    <OperatorPage
      title="Losses"
      lead="What providers made and nobody could be charged for: it came too late, or an operator ended the task."
    >
      <OperatorList<Loss>
        label="Losses"
        path="/losses"
        columns={LOSS_COLUMNS}
        idOf={({ id }) => id}
        cells={(loss) => [
          <Id key="task" id={loss.task_id} short />,
          <Id key="account" id={loss.account_id} short />,
          <Chip key="book" tone={loss.book === 'test' ? 'warn' : undefined}>
            {loss.book}
          </Chip>,
          loss.reason,
          <Money key="credits" credits={loss.credits} />,
          <Time key="when" at={toMs(loss.created_at)} />,
        ]}
        empty={{ title: 'No losses', words: 'Everything that was made could be charged.' }}
      />
    </OperatorPage>
  );
}

const NODE_COLUMNS: readonly Column[] = [
  { name: 'Host' },
  { name: 'Process', isRight: true, isNarrow: true },
  { name: 'Works on', isRight: true, isNarrow: true },
  { name: 'Seen', isRight: true, isNarrow: true },
  { name: 'Started', isRight: true, isNarrow: true, isWideOnly: true },
];

export function NodesPage() {
  return (
    <OperatorPage
      title="Nodes"
      lead="The workers on this database. One that is not seen for a while is dead, and its tasks are free."
    >
      <OperatorList<Node>
        label="Nodes"
        path="/nodes"
        columns={NODE_COLUMNS}
        idOf={({ id }) => id}
        cells={(node) => [
          // Machines and containers of one name differ in what follows it.
          <span key="host" title={node.host}>
            {node.host.split(' ')[0]}
          </span>,
          node.process_id,
          node.tasks === 1 ? '1 task' : `${node.tasks} tasks`,
          <Time key="seen" at={toMs(node.seen_at)} />,
          <Time key="started" at={toMs(node.started_at)} />,
        ]}
        empty={{
          title: 'No worker runs',
          words: 'Tasks wait until one is started: npm start, or reelay work.',
        }}
      />
    </OperatorPage>
  );
}
