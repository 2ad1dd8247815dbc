import { GatePage } from '../../shell/gate-page.tsx';

export function SignInPage() {
  return <GatePage title="Sign in">{null}</GatePage>;
}
