// What the page shows, in the address, so that a reload and the Back button come to the same place. Never more than the name of a page:
// addresses stay in a browser's history, and what was looked for or who was talked to is nobody else's business.
import { useEffect, useState } from 'preact/hooks';

export const settingsPages = ['site', 'snippet', 'webhooks', 'operators', 'profile'] as const;
export type SettingsPage = (typeof settingsPages)[number];

export type Route = { readonly at: 'chats' } | { readonly at: 'settings'; page: SettingsPage };

const chats: Route = { at: 'chats' };

export function routeOf(hash: string): Route {
  const [, first, second] = hash.split('/');
  if (first !== 'settings') return chats;
  return { at: 'settings', page: settingsPages.find((page) => page === second) ?? 'profile' };
}

export function hashOf(route: Route): string {
  return route.at === 'chats' ? '#/' : `#/settings/${route.page}`;
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const look = () => setHash(location.hash);
    window.addEventListener('hashchange', look);
    return () => window.removeEventListener('hashchange', look);
  }, []);
  return routeOf(hash);
}
