// Mode, account, search, balance and theme: what holds for every page.
import { Check, ChevronsUpDown, LogOut, Monitor, Moon, Search, Sun } from 'lucide-react';
import { signOut } from '../api/people.ts';
import { useAccount, useBalance } from '../api/queries.ts';
import { chooseSession, useSession } from '../api/session.ts';
import type { Me } from '../api/wire.ts';
import { paths } from '../paths.ts';
import { Button } from '../ui/button.tsx';
import { chooseTheme, type ThemeChoice, useTheme } from '../ui/choose-theme.ts';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { formatCredits } from '../ui/money.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { Link } from './link.tsx';
import styles from './shell.module.css';

const THEMES: readonly { choice: ThemeChoice; label: string; Icon: typeof Sun }[] = [
  { choice: 'system', label: 'As the system', Icon: Monitor },
  { choice: 'light', label: 'Light', Icon: Sun },
  { choice: 'dark', label: 'Dark', Icon: Moon },
];

function chosen(isChosen: boolean) {
  return isChosen ? <Check size={14} aria-label="chosen" /> : undefined;
}

function ModeMenu() {
  const { mode } = useSession();
  const items: MenuItem[] = [
    {
      label: 'Test: drafts, free credits',
      end: chosen(mode === 'test'),
      onClick: () => chooseSession({ mode: 'test' }),
    },
    {
      label: 'Live: real providers, real money',
      end: chosen(mode === 'live'),
      onClick: () => chooseSession({ mode: 'live' }),
    },
  ];
  return (
    <Menu
      items={items}
      trigger={
        <Button size="small" variant="quiet">
          {mode === 'test' ? 'Test mode' : 'Live mode'}
          <ChevronsUpDown size={14} aria-hidden />
        </Button>
      }
    />
  );
}

function AccountMenu({ me }: { me: Me }) {
  const account = useAccount();
  const items: MenuItem[] = [
    ...me.accounts.map(({ id, name }, at) => ({
      label: name,
      group: at === 0 ? me.person.email : undefined,
      end: chosen(id === account.id),
      onClick: () => chooseSession({ account: id }),
    })),
    {
      label: 'Sign out',
      group: me.accounts.length > 0 ? '' : undefined,
      icon: <LogOut size={16} aria-hidden />,
      onClick: () => void signOut('here'),
    },
  ];
  return (
    <Menu
      items={items}
      trigger={
        <Button size="small" variant="quiet" aria-label={`Account: ${account.name}`}>
          <span className={styles.accountName}>{account.name}</span>
          <ChevronsUpDown size={14} aria-hidden />
        </Button>
      }
    />
  );
}

function ThemeMenu() {
  const { choice, shown } = useTheme();
  const Icon = shown === 'dark' ? Moon : Sun;
  return (
    <Menu
      items={THEMES.map(({ choice: each, label, Icon: Sign }) => ({
        label,
        icon: <Sign size={16} aria-hidden />,
        end: chosen(choice === each),
        onClick: () => chooseTheme(each),
      }))}
      trigger={
        <button type="button" className={styles.iconButton} aria-label="Theme">
          <Icon size={16} aria-hidden />
        </button>
      }
    />
  );
}

function BalanceLink() {
  const { data } = useBalance();
  if (!data) return <span className={styles.balance} />;
  const held =
    data.held > 0 ? `${formatCredits(data.held)} held by open tasks` : 'Nothing is held by open tasks';
  return (
    <Tooltip label={held}>
      <Link href={paths.usage()} className={styles.balance}>
        {formatCredits(data.balance)} <span className={styles.unit}>credits</span>
      </Link>
    </Tooltip>
  );
}

export function TopBar({ me, onSearch }: { me: Me; onSearch: () => void }) {
  return (
    <header className={styles.top}>
      <ModeMenu />
      <AccountMenu me={me} />
      <span className={styles.grow} />
      <button type="button" className={styles.search} onClick={onSearch}>
        <Search size={14} aria-hidden />
        <span className={styles.word}>Search</span>
        <span className={styles.kbd} aria-hidden="true">
          Ctrl K
        </span>
      </button>
      <BalanceLink />
      <ThemeMenu />
    </header>
  );
}
