// Where both deployments and the moderators are: public facts, told by any deployment at /v1/client.json and kept by the service worker.

export interface Addresses {
  readonly deployments: {
    readonly primary: readonly string[];
    readonly redundant: readonly string[];
  };
  readonly moderators: readonly string[];
  /** Ed25519 public keys by key id. */
  readonly moderatorKeys: Readonly<Record<string, string>>;
}

export async function loadAddresses(): Promise<Addresses> {
  const response = await fetch('/v1/client.json');
  if (!response.ok) throw new Error(`/v1/client.json answered ${response.status}`);
  return (await response.json()) as Addresses;
}
