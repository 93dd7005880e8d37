import type { OperatorRole } from '@holdfast/core';
import { useWatched } from '@holdfast/widget/shared';
import type { FunctionComponent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { operatorName } from '../conversation.ts';
import type { Desk } from '../desk.ts';
import { type Action, may } from '../permissions.ts';
import { hashOf, type SettingsPage } from '../route.ts';
import { OperatorsPage } from './operators_page.tsx';
import type { PageProps } from './page.ts';
import { ProfilePage } from './profile_page.tsx';
import { SitePage } from './site_page.tsx';
import { SnippetPage } from './snippet_page.tsx';
import { WebhooksPage } from './webhooks_page.tsx';

interface Shown {
  readonly page: SettingsPage;
  readonly title: string;
  readonly needs: Action;
  readonly View: FunctionComponent<PageProps>;
}

const pages: readonly Shown[] = [
  { page: 'profile', title: 'You', needs: 'changeSelf', View: ProfilePage },
  { page: 'site', title: 'Site', needs: 'writeSiteTexts', View: SitePage },
  { page: 'snippet', title: 'Snippet', needs: 'writeSiteTexts', View: SnippetPage },
  { page: 'operators', title: 'Operators', needs: 'manageOperators', View: OperatorsPage },
  { page: 'webhooks', title: 'Webhooks', needs: 'writeWebhooks', View: WebhooksPage },
];

interface Props {
  readonly desk: Desk;
  readonly role: OperatorRole | null;
  readonly page: SettingsPage;
}

/** The settings that this operator may change, one page after the other. */
export function Settings({ desk, role, page }: Props) {
  const { client } = desk;
  const { operators } = useWatched(client.presence);
  const { whole } = useWatched(client.settings);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    client.viewSettings(true);
    return () => client.viewSettings(false);
  }, [client]);
  useEffect(() => main.current?.scrollTo(0, 0), [page]);

  const mine = pages.filter(({ needs }) => may(role, needs));
  const shown = mine.find((one) => one.page === page);
  const nameOf = (author: string) =>
    author.startsWith('o:') ? operatorName(operators, author) : 'The command line';
  return (
    <>
      <nav class="settings-nav" aria-label="Settings">
        <ul>
          {mine.map(({ page: one, title }) => (
            <li key={one}>
              <a
                href={hashOf({ at: 'settings', page: one })}
                aria-current={one === page ? 'page' : undefined}
              >
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main class="settings" ref={main} key={page}>
        {shown === undefined && (
          <p class="quiet">
            {role === null
              ? 'Your settings are here as soon as a data centre has answered.'
              : 'This page is not for your role.'}
          </p>
        )}
        {shown !== undefined && !whole && (
          <p class="quiet">The settings are here as soon as a data centre has answered.</p>
        )}
        {shown !== undefined && whole && <shown.View desk={desk} role={role} nameOf={nameOf} />}
      </main>
    </>
  );
}
