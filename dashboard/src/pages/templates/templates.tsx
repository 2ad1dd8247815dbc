// The gallery of effect templates over all vendors.

import { LayoutGrid, SearchX } from 'lucide-react';
import { toApiError } from '../../api/client.ts';
import { useMe } from '../../api/queries.ts';
import { useTemplates } from '../../api/templates.ts';
import type { Template } from '../../api/wire.ts';
import { paths } from '../../paths.ts';
import { useSearch } from '../../shell/address.ts';
import { LinkButton } from '../../shell/link.tsx';
import { Empty, Fault, Skeleton } from '../../ui/blanks.tsx';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { TemplateCard } from './card.tsx';
import { TemplateDetail } from './detail.tsx';
import { Filters } from './filters.tsx';
import styles from './templates.module.css';

const CARDS_AT_FIRST = 12;

function nameOf({ vendor, template_id: id }: Template): string {
  return `${vendor}/${id}`;
}

export function TemplatesPage() {
  const [search, change] = useSearch();
  const { q, tag, vendor, images, ratio, sort } = search;
  const list = useTemplates({ q, tag, vendor, images, ratio, sort });
  const [first] = list.data?.pages ?? [];
  const templates = list.data?.pages.flatMap((page) => page.templates) ?? [];
  const open = templates.find((template) => nameOf(template) === search.id);
  const hasNone = first !== undefined && first.vendors.length === 0;
  const clear = () =>
    change({ q: undefined, tag: undefined, vendor: undefined, images: undefined, ratio: undefined });
  return (
    <Page title="Templates" range={first && !hasNone && countOf(first.total)}>
      {list.isError && !list.data && <ListFault error={list.error} onRetry={() => list.refetch()} />}
      {first && !hasNone && <Filters counts={first} />}
      {list.isPending && <SkeletonCards />}
      {hasNone && <NoCatalogue />}
      {first && !hasNone && templates.length === 0 && <NothingFits onClear={clear} />}
      {templates.length > 0 && (
        <ul className={styles.gallery} aria-label="Templates" aria-busy={list.isPlaceholderData}>
          {templates.map((template) => (
            <TemplateCard
              key={nameOf(template)}
              template={template}
              href={paths.templates({ ...search, id: nameOf(template) })}
            />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <div>
          <Button isBusy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
      {open && <TemplateDetail template={open} onClose={() => change({ id: undefined })} />}
    </Page>
  );
}

function countOf(total: number): string {
  return total === 1 ? '1 template' : `${total} templates`;
}

function ListFault({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { message, requestId } = toApiError(error);
  return (
    <Fault
      title="The templates could not be read"
      message={message}
      requestId={requestId}
      onRetry={onRetry}
    />
  );
}

function NoCatalogue() {
  const { person } = useMe();
  return (
    <Empty
      icon={<LayoutGrid size={24} aria-hidden />}
      title="No templates"
      action={
        person.operator && (
          <LinkButton variant="primary" href={paths.operatorTemplates()}>
            Import templates
          </LinkButton>
        )
      }
    >
      Templates are effects that turn your pictures into a video.{' '}
      {person.operator
        ? 'Import the catalogue of a provider to see them here.'
        : 'The operator of this server has enabled none.'}
    </Empty>
  );
}

function NothingFits({ onClear }: { onClear: () => void }) {
  return (
    <Empty
      icon={<SearchX size={24} aria-hidden />}
      title="Nothing fits this filter"
      action={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}

function SkeletonCards() {
  return (
    <div className={styles.gallery}>
      {Array.from({ length: CARDS_AT_FIRST }, (_, at) => at).map((at) => (
        <div key={at} className={styles.skeletonCard}>
          <Skeleton height={52} />
        </div>
      ))}
    </div>
  );
}
