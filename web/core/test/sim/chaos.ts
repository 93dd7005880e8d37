// One seeded run: visitors and operators talk while deployments and networks fail in every way that the protocol promises to survive;
// then everything heals and must agree. Throws with the seed and the broken rule.

import { b64, utf8 } from '../../src/bytes.ts';
import type { Client, DeploymentName, MessageView, Plants } from '../../src/index.ts';
import type { Dice } from './dice.ts';
import { ed25519 } from './ed25519.ts';
import type { ModelDeployment } from './model_server.ts';
import { goodPath } from './network.ts';
import { type Person, World } from './world.ts';

const STEPS = 220;
const HEAL_MS = 60_000;
const MODERATOR = new Uint8Array(32).fill(3);

/** What happened, as sums over all clients. */
export async function runWorld(seed: number, plants: Plants = {}): Promise<Record<string, number>> {
  const chaos = new Chaos(seed, plants);
  try {
    return await chaos.run();
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

class Chaos {
  readonly #world: World;
  readonly #dice: Dice;
  readonly #plants: Plants;
  readonly #people: Person[] = [];
  readonly #chats = new Map<string, Person>();
  readonly #sent = new Map<string, Person>();
  readonly #held: Record<DeploymentName, Set<string>> = {
    primary: new Set(),
    redundant: new Set(),
  };
  readonly #epochs = new Map<Person, number>();
  // Only one of the two is ever destroyed: with both, a loss is allowed.
  readonly #mortal: DeploymentName;
  readonly #happened: Record<string, number> = { destroyed: 0 };
  #epoch = 1;
  #texts = 0;

  constructor(seed: number, plants: Plants) {
    this.#world = new World(seed);
    this.#dice = this.#world.dice.fork();
    this.#plants = plants;
    this.#mortal = this.#dice.pick(['primary', 'redundant'] as const);
    for (const deployment of this.#deployments())
      deployment.onHeld = (digest) => void this.#held[deployment.name].add(digest);
  }

  async run(): Promise<Record<string, number>> {
    await this.#arrive();
    for (let step = 0; step < STEPS; step++) {
      await this.#act();
      await this.#world.run(this.#dice.below(400));
      this.#check();
    }
    this.#heal();
    for (let i = 0; i < 20; i++) {
      await this.#world.run(HEAL_MS / 20);
      this.#check();
    }
    this.#checkAgreement();
    for (const person of this.#people) {
      person.client.close();
      this.#count(person);
    }
    return this.#happened;
  }

  // A reload starts its counters anew.
  #count(person: Person): void {
    for (const [name, count] of Object.entries(person.client.stats))
      this.#happened[name] = (this.#happened[name] ?? 0) + count;
  }

  async #arrive(): Promise<void> {
    const moderatorKeys = { m1: b64(ed25519.getPublicKey(MODERATOR)) };
    for (let i = 0; i < 2; i++)
      this.#people.push(await this.#world.visitor({ plants: this.#plants, moderatorKeys }));
    for (const name of ['ann', 'bob'])
      this.#people.push(await this.#world.operator(name, { plants: this.#plants, moderatorKeys }));
    await this.#world.run(300);
    for (const visitor of this.#visitors()) {
      const chat = visitor.client.openChat({ name: 'V' });
      this.#chats.set(chat, visitor);
      this.#note(visitor, chat);
    }
    await this.#world.run(300);
  }

  // ---- what happens ----

  async #act(): Promise<void> {
    const kind = this.#dice.below(100);
    if (kind < 60) this.#say();
    else if (kind < 64) this.#ask();
    else if (kind < 84) this.#disturbPath();
    else if (kind < 94) this.#disturbDeployment();
    else if (kind < 97) await this.#reload();
    else this.#switch();
  }

  #say(): void {
    const [chat, visitor] = this.#dice.pick([...this.#chats]);
    const speaker = this.#dice.chance(0.5) ? visitor : this.#dice.pick(this.#operators());
    const view = speaker.client.chats.get().get(chat);
    if (view === undefined || !view.whole) return;
    const text = `message ${this.#texts++}`;
    if (speaker.role === 'operator' && this.#dice.chance(0.15)) speaker.client.note(chat, text);
    else speaker.client.send(chat, text);
    this.#note(speaker, chat);
    if (this.#dice.chance(0.3)) speaker.client.typing(chat, true);
  }

  #note(author: Person, chat: string): void {
    for (const one of author.client.chats.get().get(chat)?.messages ?? [])
      if (one.mine && !this.#sent.has(one.digest)) this.#sent.set(one.digest, author);
  }

  #ask(): void {
    const operator = this.#dice.pick(this.#operators());
    const [chat] = this.#dice.pick([...this.#chats]);
    const ask = this.#dice.pick(['accept', 'release', 'closeChat'] as const);
    operator.client[ask](chat).catch(() => {}); // a reload takes the question away
  }

  #disturbPath(): void {
    const person = this.#dice.pick(this.#people);
    const path = person.paths[this.#dice.pick(['primary', 'redundant'] as const)];
    const kind = this.#dice.below(7);
    if (kind < 2) Object.assign(path, goodPath());
    else if (kind === 2) path.blackholeUp = true;
    else if (kind === 3) path.blackholeDown = true;
    else if (kind === 4) path.drop = 0.3;
    else if (kind === 5) path.duplicate = 0.5;
    else path.latencyMs = this.#dice.below(900);
  }

  #disturbDeployment(): void {
    const deployment = this.#dice.pick(this.#deployments());
    const kind = this.#dice.below(10);
    if (!deployment.alive) this.#restart(deployment);
    else if (kind < 2) deployment.kill();
    else if (kind === 5) deployment.moods.frozen = !deployment.moods.frozen;
    else if (kind === 2) deployment.moods.commitMs = this.#dice.pick([1, 5, 300, 1_500]);
    else if (kind === 3)
      deployment.moods.refuse = this.#dice.pick([
        null,
        null,
        { code: 4001 },
        { code: 4006 },
        { code: 4003, retryMs: 500 },
      ]);
    else if (kind === 4) deployment.drain(500);
    else if (kind === 8) deployment.moods.rate = this.#dice.pick([null, { burst: 10, perS: 5 }]);
    else deployment.peerLink = this.#dice.chance(0.5);
  }

  #restart(deployment: ModelDeployment): void {
    const destroyed = deployment.name === this.#mortal && this.#dice.chance(0.6);
    if (destroyed) this.#happened.destroyed = (this.#happened.destroyed ?? 0) + 1;
    deployment.start(destroyed);
  }

  async #reload(): Promise<void> {
    const person = this.#dice.pick(this.#people);
    this.#count(person);
    if (this.#dice.chance(0.3)) person.crash();
    await person.reload();
  }

  #switch(): void {
    const deployment = this.#dice.pick(this.#deployments());
    const epoch = this.#dice.chance(0.7) ? ++this.#epoch : 1 + this.#dice.below(this.#epoch);
    const p = JSON.stringify({ epoch, why: 'chaos', at: this.#world.clock.now });
    deployment.epoch = epoch;
    deployment.announce({
      p,
      k: 'm1',
      s: b64(ed25519.sign(utf8(`holdfast:verdict:1\n${p}`), MODERATOR)),
    });
  }

  #heal(): void {
    for (const person of this.#people)
      for (const path of Object.values(person.paths)) Object.assign(path, goodPath());
    for (const deployment of this.#deployments()) {
      deployment.moods.refuse = null;
      deployment.moods.rate = null;
      deployment.moods.commitMs = 2;
      deployment.moods.frozen = false;
      if (!deployment.alive) deployment.start();
    }
    this.#world.primary.peerLink = true;
  }

  // ---- what must hold at any time ----

  #check(): void {
    for (const person of this.#people) {
      this.#checkEpoch(person);
      for (const view of person.client.chats.get().values()) this.#checkView(person, view.messages);
    }
    for (const [digest, author] of this.#sent) {
      if (this.#held.primary.has(digest) && this.#held.redundant.has(digest)) continue;
      if (!author.storage.outbox().has(digest))
        throw new Error(`${digest} is neither in both deployments nor in an outbox`);
    }
  }

  #checkEpoch(person: Person): void {
    const { epoch } = person.client.connection.get();
    if (epoch < (this.#epochs.get(person) ?? 0))
      throw new Error(`the epoch of ${person.client.author} went back to ${epoch}`);
    this.#epochs.set(person, epoch);
  }

  #checkView(person: Person, messages: readonly MessageView[]): void {
    const at = new Map<string, number>();
    for (const [i, { digest }] of messages.entries()) {
      if (at.has(digest)) throw new Error(`${digest} shows twice to ${person.client.author}`);
      at.set(digest, i);
    }
    let whole = true;
    for (const [i, { digest }] of messages.entries())
      for (const named of this.#after(digest)) {
        const place = at.get(named);
        if (place === undefined) whole = false;
        else if (place > i)
          throw new Error(`a reply stands before what it answers for ${person.client.author}`);
      }
    if (whole) checkAuthors(person, messages);
  }

  #after(digest: string): readonly string[] {
    for (const deployment of this.#deployments())
      for (const events of deployment.chats.values()) {
        const stored = events.get(digest);
        if (stored !== undefined) return stored.content.head.after;
      }
    return [];
  }

  // ---- what must hold in the end ----

  #checkAgreement(): void {
    const { primary, redundant } = this.#world;
    for (const [digest, author] of this.#sent) {
      const at = this.#deployments().filter((deployment) => !deployment.holds(digest));
      if (at.length > 0)
        throw new Error(
          `${digest} of ${author.client.author} is lost at ${at.map((one) => one.name).join(' and ')}`,
        );
    }
    for (const person of this.#people) {
      const { waiting, unsafe, carrier } = person.client.connection.get();
      if (carrier === null || waiting + unsafe > 0)
        throw new Error(
          `${person.client.author} did not converge: ${waiting} wait, ${unsafe} are not safe`,
        );
    }
    for (const [chat, visitor] of this.#chats) {
      if (macs(primary, chat) !== macs(redundant, chat)) throw new Error('the deployments differ');
      const whole = shown(visitor.client, chat);
      for (const operator of this.#operators())
        if (shown(operator.client, chat) !== whole)
          throw new Error(
            `the screens of ${visitor.client.author} and ${operator.client.author} differ`,
          );
      const notes = this.#operators().map((operator) => shown(operator.client, chat, true));
      if (new Set(notes).size > 1) throw new Error('the operators’ screens differ');
    }
  }

  #deployments(): readonly ModelDeployment[] {
    return [this.#world.primary, this.#world.redundant];
  }

  #visitors(): Person[] {
    return this.#people.filter((person) => person.role === 'visitor');
  }

  #operators(): Person[] {
    return this.#people.filter((person) => person.role === 'operator');
  }
}

// Where nothing is missing in between, each author's messages stand in the order in which they were written.
function checkAuthors(person: Person, messages: readonly MessageView[]): void {
  const lastId = new Map<string, string>();
  for (const { author, id, kind } of messages) {
    if (author.startsWith('n:') || kind === 'note') continue; // a message cannot name a note
    if (id < (lastId.get(author) ?? ''))
      throw new Error(`${author} is out of order on the screen of ${person.client.author}`);
    lastId.set(author, id);
  }
}

function shown(client: Client, chat: string, notes = false): string {
  const view = client.chats.get().get(chat);
  const messages = view?.messages.filter((message) => notes || message.kind !== 'note') ?? [];
  return JSON.stringify([
    view?.state,
    view?.operator,
    messages.map(({ digest, text }) => [digest, text]),
  ]);
}

function macs(deployment: ModelDeployment, chat: string): string {
  const events = [...(deployment.chats.get(chat) ?? [])].map(
    ([digest, { acc }]) => `${digest} ${acc.map((one) => one.m).join()}`,
  );
  return events.sort().join('\n');
}
