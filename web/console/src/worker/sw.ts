// The console's shell: a reload works while the host it came from is dead. Only the shell and public facts (addresses of the deployments,
// the template of the snippet) are kept here; conversations live in the page's own store.

declare const self: ServiceWorkerGlobalScope;

const shell = 'holdfast-console-__SHELL_VERSION__';
const files = '__SHELL_FILES__'
  .split(' ')
  .map((name) => (name === 'index.html' ? './' : `./${name}`));
const addresses = '/v1/client.json';
const template = '/widget/snippet.txt';

self.addEventListener('install', (event) => {
  const fill = async () => {
    const cache = await caches.open(shell);
    const fresh = (url: string) => new Request(url, { cache: 'reload' });
    await cache.addAll([...files, addresses].map(fresh));
    await cache.add(fresh(template)).catch(() => {}); // the console works without
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== shell) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname === addresses || url.pathname === template)
    event.respondWith(freshOrKept(request));
  else if (url.pathname.startsWith(new URL(self.registration.scope).pathname))
    event.respondWith(keptOrFresh(request));
});

async function keptOrFresh(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}

/** What was kept is good enough when its host does not answer at once. */
async function freshOrKept(request: Request): Promise<Response> {
  const cache = await caches.open(shell);
  const kept = await cache.match(request);
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(kept ? 700 : 10_000) });
    if (fresh.ok) await cache.put(request, fresh.clone());
    return fresh.ok ? fresh : (kept ?? fresh);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

export {};
