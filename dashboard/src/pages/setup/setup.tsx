import { GatePage } from '../../shell/gate-page.tsx';

export function SetupPage() {
  return <GatePage title="Set up Reelay">{null}</GatePage>;
}
