// What the sidebar, the bottom bar and the command menu lead to.
import {
  Boxes,
  Building2,
  ChartNoAxesColumn,
  CircleQuestionMark,
  CircleUser,
  ClipboardList,
  Gauge,
  KeyRound,
  LayoutGrid,
  type LucideIcon,
  Play,
  Rows3,
  ScrollText,
  Server,
  Tags,
  ToggleLeft,
  TrendingDown,
  Users,
  Vault,
  Webhook,
} from 'lucide-react';
import { paths } from '../paths.ts';

export interface Place {
  name: string;
  /** Shown where there is no room for the name. */
  shortName?: string;
  href: string;
  icon: LucideIcon;
  /** The letter after `g` that goes there. */
  letter?: string;
}

export const MEMBER_PLACES: readonly Place[] = [
  { name: 'Playground', shortName: 'Play', href: paths.playground(), icon: Play, letter: 'p' },
  { name: 'Models', href: paths.models(), icon: Boxes, letter: 'm' },
  { name: 'Templates', href: paths.templates(), icon: LayoutGrid, letter: 'e' },
  { name: 'Tasks', href: paths.tasks(), icon: Rows3, letter: 't' },
  { name: 'API keys', shortName: 'Keys', href: paths.keys(), icon: KeyRound, letter: 'k' },
  { name: 'Usage', href: paths.usage(), icon: ChartNoAxesColumn, letter: 'u' },
  { name: 'Callbacks', href: paths.callbacks(), icon: Webhook, letter: 'c' },
  { name: 'Account', href: paths.account(), icon: CircleUser, letter: 'a' },
];

export const OPERATOR_PLACES: readonly Place[] = [
  { name: 'Overview', href: paths.operator(), icon: Gauge, letter: 'o' },
  { name: 'Accounts', href: paths.operatorAccounts(), icon: Building2 },
  { name: 'People', href: paths.operatorPeople(), icon: Users },
  { name: 'Models and prices', shortName: 'Prices', href: paths.operatorModels(), icon: Tags },
  { name: 'Offers', href: paths.operatorOffers(), icon: ClipboardList },
  { name: 'Credentials', shortName: 'Creds', href: paths.operatorCredentials(), icon: Vault },
  { name: 'Template import', shortName: 'Import', href: paths.operatorTemplates(), icon: LayoutGrid },
  { name: 'Switches', href: paths.operatorSwitches(), icon: ToggleLeft },
  { name: 'Unknown outcomes', shortName: 'Unknown', href: paths.operatorUnknown(), icon: CircleQuestionMark },
  { name: 'All callbacks', shortName: 'Calls', href: paths.operatorCallbacks(), icon: Webhook },
  { name: 'Losses', href: paths.operatorLosses(), icon: TrendingDown },
  { name: 'Audit log', shortName: 'Audit', href: paths.operatorAudit(), icon: ScrollText },
  { name: 'Nodes', href: paths.operatorNodes(), icon: Server },
];

/** Whether a page is the place or lies below it. */
export function isWithin(pathname: string, { href }: Place): boolean {
  if (href === paths.operator()) return pathname === href;
  return pathname === href || pathname.startsWith(`${href}/`);
}
