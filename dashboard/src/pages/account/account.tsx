// The person and the account: who may do what here, and how one gets in.
import { useAccount, useMe } from '../../api/queries.ts';
import { ROLES } from '../../parts/roles.ts';
import { Card, Facts, Page } from '../../ui/page.tsx';
import styles from './account.module.css';
import { ElsewhereCard } from './elsewhere.tsx';
import { InvitationsCard } from './invitations.tsx';
import { PasswordCard } from './password.tsx';
import { PeopleCard } from './people.tsx';
import { SecondFactorCard } from './second-factor.tsx';
import { SessionsCard } from './sessions.tsx';
import { ThemeCard } from './theme.tsx';

export function AccountPage() {
  const { person } = useMe();
  const account = useAccount();
  return (
    <Page title="Account" range={account.name}>
      <div className={styles.columns}>
        <div className={styles.column}>
          <PeopleCard />
          <InvitationsCard />
        </div>
        <div className={styles.column}>
          <Card title="You">
            <Facts
              items={[
                ['Name', person.name],
                ['Email', person.email],
                ['Role here', ROLES[account.role].word],
                ['Operator', person.operator ? 'Yes, of this instance' : undefined],
              ]}
            />
          </Card>
          <PasswordCard />
          <SecondFactorCard />
          <ElsewhereCard />
          <SessionsCard />
          <ThemeCard />
        </div>
      </div>
    </Page>
  );
}
