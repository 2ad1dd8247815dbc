// The frame around every page of a signed-in person: places, mode, balance, theme. Without a session it leads to the
// sign-in and back.
import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { ApiError, toApiError } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { meQuery } from '../api/queries.ts';
import { chooseSession, useSession } from '../api/session.ts';
import type { Me } from '../api/wire.ts';
import { paths } from '../paths.ts';
import { Fault } from '../ui/blanks.tsx';
import { useGo } from './address.ts';
import { BottomBar } from './bottom-bar.tsx';
import { useKeyboard } from './keyboard.tsx';
import { OfflineLine } from './offline-line.tsx';
import styles from './shell.module.css';
import { Sidebar } from './sidebar.tsx';
import { TopBar } from './top-bar.tsx';

export function Shell() {
  const { data, error, refetch } = useQuery(meQuery);
  const go = useGo();
  const router = useRouter();
  const isSignedOut = error instanceof ApiError && error.status === 401;
  useEffect(() => {
    // Read here and not watched: on its way to the sign-in the address changes while this is still shown.
    if (isSignedOut) go(paths.signIn(router.state.location.href), { replace: true });
  }, [isSignedOut, go, router]);
  if (data && !isSignedOut) return <Frame me={data} />;
  if (isSignedOut) return null;
  if (!error) return <OfflineLine />;
  const { message, requestId } = toApiError(error);
  return (
    <main className={styles.content}>
      <Fault
        title="The dashboard could not start"
        message={message}
        requestId={requestId}
        onRetry={() => refetch()}
      />
    </main>
  );
}

function Frame({ me }: { me: Me }) {
  useLive();
  const { account, mode } = useSession();
  const main = useRef<HTMLElement>(null);
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const isKnown = me.accounts.some(({ id }) => id === account);
  useEffect(() => {
    // The kept account may be one that the person has left.
    if (!isKnown) chooseSession({ account: me.accounts[0]?.id });
  }, [isKnown, me]);
  const { openMenu, layer } = useKeyboard(me);
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current !== pathname) main.current?.focus({ preventScroll: true });
    before.current = pathname;
  }, [pathname]);
  if (!isKnown && me.accounts.length > 0) return null;
  return (
    <div className={styles.shell}>
      {mode === 'test' && <div className={styles.tape} aria-hidden="true" />}
      <a className={styles.skip} href="#content">
        Skip to the page
      </a>
      <Sidebar me={me} pathname={pathname} />
      <div className={styles.main}>
        <TopBar me={me} onSearch={openMenu} />
        <OfflineLine />
        <main id="content" ref={main} tabIndex={-1} className={styles.content}>
          <Outlet />
        </main>
      </div>
      <BottomBar me={me} pathname={pathname} />
      {layer}
    </div>
  );
}
