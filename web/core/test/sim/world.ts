// Two deployments, and the people in front of them.

import { b64 } from '../../src/bytes.ts';
import { verifyEd25519 } from '../../src/crypto/ed25519.ts';
import { createDeskClient } from '../../src/desk/index.ts';
import {
  type Client,
  type ClientEvent,
  type ClientOptions,
  createClient,
  type DeploymentName,
  type DeskClient,
  type Plants,
} from '../../src/index.ts';
import { type Machine, SimClock } from './clock.ts';
import { Dice } from './dice.ts';
import { ModelDeployment } from './model_server.ts';
import { goodPath, Network, type Path } from './network.ts';
import { SimStorage } from './store.ts';

export const SITE = 'shop';
const URLS: Record<DeploymentName, string[]> = {
  primary: ['http://p1', 'http://p2'],
  redundant: ['http://r1'],
};

export interface PersonOptions {
  readonly hedge?: boolean;
  readonly plants?: Plants;
  readonly moderatorKeys?: Record<string, string>;
}

export class World {
  readonly clock = new SimClock();
  readonly dice: Dice;
  readonly primary: ModelDeployment;
  readonly redundant: ModelDeployment;

  constructor(seed = 1) {
    this.dice = new Dice(seed);
    this.primary = new ModelDeployment(
      'primary',
      this.clock,
      this.dice.fork(),
      this.clock.machine(),
    );
    this.redundant = new ModelDeployment(
      'redundant',
      this.clock,
      this.dice.fork(),
      this.clock.machine(1_760_000_000_000 + this.dice.below(400) - 200),
    );
    this.primary.join(this.redundant);
  }

  deployment(name: DeploymentName): ModelDeployment {
    return name === 'primary' ? this.primary : this.redundant;
  }

  async visitor(options: PersonOptions = {}): Promise<Person> {
    const person = new Person(
      this,
      'visitor',
      { type: 'secret', secret: b64(this.dice.bytes(32)) },
      options,
    );
    await person.open();
    return person;
  }

  async operator(name: string, options: PersonOptions = {}): Promise<Person> {
    const person = new Person(
      this,
      'operator',
      { type: 'token', token: `o:${name}`, author: `o:${name}` },
      options,
    );
    await person.open();
    return person;
  }

  run(ms: number): Promise<void> {
    return this.clock.run(ms);
  }
}

/** Somebody with a browser. `reload` starts the page anew over the same storage. */
export class Person {
  readonly world: World;
  readonly role: 'visitor' | 'operator';
  readonly storage = new SimStorage();
  readonly machine: Machine;
  readonly paths: Record<DeploymentName, Path> = { primary: goodPath(), redundant: goodPath() };
  readonly events: ClientEvent[] = [];
  visible = true;
  online = true;
  otherTabVisible = false;
  network: Network;
  client: Client;
  #options: PersonOptions;
  #credentials: ClientOptions['credentials'];
  #watchers = new Set<() => void>();

  constructor(
    world: World,
    role: 'visitor' | 'operator',
    credentials: ClientOptions['credentials'],
    options: PersonOptions,
  ) {
    this.world = world;
    this.role = role;
    this.machine = world.clock.machine(1_760_000_000_000 + world.dice.below(60_000) - 30_000);
    this.#credentials = credentials;
    this.#options = options;
    this.network = this.#network();
    this.client = this.#make();
  }

  /** An operator's. */
  get desk(): DeskClient {
    return this.client as DeskClient;
  }

  async open(): Promise<void> {
    await this.client.start();
  }

  async reload(): Promise<void> {
    this.client.close();
    this.network = this.#network();
    this.client = this.#make();
    await this.client.start();
  }

  /** The browser dies without a word. */
  crash(): void {
    this.network.vanish();
    this.client.close();
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** Another tab of the same browser. */
  async secondTab(): Promise<Client> {
    const client = this.#make();
    await client.start();
    return client;
  }

  #network(): Network {
    return new Network(
      this.world.clock,
      this.world.dice.fork(),
      (url) => this.paths[nameOf(url)],
      (url) => this.world.deployment(nameOf(url)),
    );
  }

  #make(): Client {
    const { hedge, plants, moderatorKeys } = this.#options;
    const create = this.role === 'operator' ? createDeskClient : createClient;
    const client = create({
      role: this.role,
      site: SITE,
      deployments: URLS,
      credentials: this.#credentials,
      ...(hedge !== undefined && { hedge }),
      ...(plants !== undefined && { plants }),
      ...(moderatorKeys !== undefined && { moderatorKeys }),
      seams: {
        clock: this.machine,
        random: this.world.dice.fork(),
        transport: this.network,
        http: { request: () => Promise.reject(new Error('no moderator')) },
        store: this.storage.open(),
        page: {
          visible: () => this.visible,
          online: () => this.online,
          watch: (listener) => {
            this.#watchers.add(listener);
            return () => void this.#watchers.delete(listener);
          },
        },
        tabs: { otherVisible: () => this.otherTabVisible, watch: () => () => {}, close: () => {} },
        verify: verifyEd25519,
      },
    });
    client.on((event) => void this.events.push(event));
    return client;
  }
}

function nameOf(url: string): DeploymentName {
  return url.includes('//p') ? 'primary' : 'redundant';
}
