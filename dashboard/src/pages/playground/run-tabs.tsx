// Beside the stage: the request that is sent, the events of the run, its facts, and what was run before.
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { RequestCode } from '../../parts/request-code.tsx';
import { Skeleton } from '../../ui/blanks.tsx';
import { Card } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import type { Side } from './use-side.ts';

const Events = lazy(async () => ({ default: (await import('./run-facts.tsx')).Events }));
const Details = lazy(async () => ({ default: (await import('./run-facts.tsx')).Details }));
const History = lazy(async () => ({ default: (await import('./run-facts.tsx')).History }));

/** The tabs stay while what is in one of them is loaded. */
function Later({ children }: { children: ReactNode }) {
  return <Suspense fallback={<Skeleton height={96} />}>{children}</Suspense>;
}

export function RunTabs({ side, label }: { side: Side; label: string }) {
  const [active, setActive] = useState('request');
  const { model, payload, task } = side;
  return (
    <Card>
      <Tabs
        label={label}
        active={active}
        onChange={setActive}
        tabs={[
          {
            id: 'request',
            label: 'Request',
            content: model && <RequestCode model={model.model} input={payload} />,
          },
          {
            id: 'events',
            label: 'Events',
            content: (
              <Later>
                <Events task={task} />
              </Later>
            ),
          },
          {
            id: 'details',
            label: 'Details',
            content: (
              <Later>
                <Details task={task} />
              </Later>
            ),
          },
          {
            id: 'history',
            label: 'History',
            content: (
              <Later>
                <History model={model?.model} />
              </Later>
            ),
          },
        ]}
      />
    </Card>
  );
}
