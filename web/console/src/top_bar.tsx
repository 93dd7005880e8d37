import { useWatched } from '@holdfast/widget/shared';
import { useState } from 'preact/hooks';
import type { Desk } from './desk.ts';
import { askForPermission, permission } from './notifications.ts';
import { hashOf, type Route } from './route.ts';

interface Props {
  readonly desk: Desk;
  readonly me: string;
  /** Own messages that no data centre has taken yet. */
  readonly unsent: number;
  /** Own chats. */
  readonly mine: number;
  readonly help: () => void;
  readonly route: Route;
}

export function TopBar({ desk, me, unsent, mine, help, route }: Props) {
  const [leaving, setLeaving] = useState(false);
  // On a phone only. Whoever went elsewhere has closed it.
  const [menuAt, setMenuAt] = useState<Route['at'] | null>(null);
  const menuOpen = menuAt === route.at;
  const askFirst = unsent > 0 || mine > 0;
  return (
    <header class="top-bar">
      <h1>
        Holdfast <span class="site">{desk.site}</span>
      </h1>
      <PresenceSwitch desk={desk} />
      <span class="spacer" />
      {leaving ? (
        <div class="leaving">
          <p>{leavingWords(unsent, mine)}</p>
          <button type="button" class="primary" onClick={() => setLeaving(false)}>
            Stay
          </button>
          <button type="button" onClick={desk.signOut}>
            Sign out
          </button>
        </div>
      ) : (
        <>
          <button
            type="button"
            class="plain menu-button"
            aria-expanded={menuOpen}
            onClick={() => setMenuAt(menuOpen ? null : route.at)}
          >
            Menu
          </button>
          <div class={menuOpen ? 'menu open' : 'menu'}>
            <NotificationSwitch desk={desk} />
            <SoundSwitch desk={desk} />
            <button
              type="button"
              class="plain keys-button"
              aria-label="Keys"
              title="Keys (?)"
              onClick={help}
            >
              ?
            </button>
            {route.at === 'chats' ? (
              <a class="plain" href={hashOf({ at: 'settings', page: 'profile' })}>
                Settings
              </a>
            ) : (
              <a class="plain" href={hashOf({ at: 'chats' })}>
                ‹ Chats
              </a>
            )}
            <span class="me">
              <bdi>{me}</bdi>
            </span>
            <button
              type="button"
              class="plain"
              onClick={() => (askFirst ? setLeaving(true) : desk.signOut())}
            >
              Sign out
            </button>
          </div>
        </>
      )}
    </header>
  );
}

function leavingWords(unsent: number, mine: number): string {
  const words: string[] = [];
  if (unsent > 0)
    words.push(
      unsent === 1
        ? 'A message is not delivered yet and would be lost.'
        : `${unsent} messages are not delivered yet and would be lost.`,
    );
  if (mine > 0)
    words.push(
      mine === 1
        ? 'A chat is still yours: release it, so that others can answer.'
        : `${mine} chats are still yours: release them, so that others can answer.`,
    );
  return words.join(' ') || 'Everything is delivered.';
}

function PresenceSwitch({ desk }: { desk: Desk }) {
  const away = useWatched(desk.preferences.away);
  const set = (next: boolean) => {
    desk.preferences.away.set(next);
    desk.client.setPresence(next ? 'away' : 'online');
  };
  return (
    <fieldset class="presence">
      <legend class="spoken-only">Are you here for visitors?</legend>
      <label>
        <input type="radio" name="presence" checked={!away} onChange={() => set(false)} />
        <span>Online</span>
      </label>
      <label>
        <input type="radio" name="presence" checked={away} onChange={() => set(true)} />
        <span>Away</span>
      </label>
    </fieldset>
  );
}

function SoundSwitch({ desk }: { desk: Desk }) {
  const { sound } = desk.preferences;
  const on = useWatched(sound);
  const turn = () => {
    sound.set(!on);
    if (!on) desk.chime.ring(); // so that it is known, and the browser allows it from now on
  };
  return (
    <button type="button" class="plain call" aria-pressed={on} onClick={turn}>
      Sound {on ? 'on' : 'off'}
    </button>
  );
}

function NotificationSwitch({ desk }: { desk: Desk }) {
  const { notifications } = desk.preferences;
  const on = useWatched(notifications);
  const [allowed, setAllowed] = useState(permission);
  if (allowed === 'impossible') return null;
  if (allowed === 'blocked')
    return <span class="quiet blocked">This browser blocks notifications.</span>;
  const shown = on && allowed === 'granted';
  const turn = async () => {
    if (shown) return notifications.set(false);
    const now = allowed === 'granted' ? allowed : await askForPermission();
    setAllowed(now);
    notifications.set(now === 'granted');
  };
  return (
    <button type="button" class="plain call" aria-pressed={shown} onClick={() => void turn()}>
      Notifications {shown ? 'on' : 'off'}
    </button>
  );
}
