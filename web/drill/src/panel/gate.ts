// Who may talk to the demo's page. It can kill processes, so nobody may but the page itself: not another web site in the same
// browser (Origin), and not one whose name was made to point here (Host: DNS rebinding). Listening on 127.0.0.1 alone helps against
// neither.

export interface Asked {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly contentType: string | undefined;
}

/** Why a request is refused; null when it may pass. `port` is where we listen. */
export function refusalOf(asked: Asked, port: number): string | null {
  // Not localhost either: shop and console let one origin alone put them into a frame.
  const name = `127.0.0.1:${port}`;
  const own = `http://${name}`;
  const { method, host, origin, contentType } = asked;
  if (host !== name) return `Host: must be ${name}`;
  // A page's own GET carries no Origin; what carries another one is somebody else's.
  if (origin !== undefined && origin !== own) return `Origin: must be ${own}`;
  if (method === 'GET' || method === 'HEAD') return null;
  if (method !== 'POST') return 'method: GET, HEAD or POST';
  if (origin === undefined) return `Origin: a POST must name ${own}`;
  // What a form of another page could send without asking first is refused in any case.
  if (!/^application\/json\b/i.test(contentType ?? '')) return 'Content-Type: application/json';
  return null;
}
