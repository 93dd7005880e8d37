// One program of the installation as a real process: started, killed, frozen and started again, with its
// output in a file. Ends only what it started.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface ProgramSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** Fetched until it answers 200: the program is up. */
  readonly readyUrl: string;
  /** Beside this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

const living = new Set<ChildProcess>();
// Whatever ends this process takes its programs along; a frozen one, too, obeys SIGKILL.
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

export class Program {
  #spec: ProgramSpec;
  #child: ChildProcess | undefined;
  #exited: Promise<number | string> = Promise.resolve(0);

  constructor(spec: ProgramSpec) {
    this.#spec = spec;
  }

  /** Another build of it: from its next start on. */
  replace(command: string): void {
    this.#spec = { ...this.#spec, command };
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  start(): void {
    if (this.#child) return;
    const log = openSync(this.#spec.logFile, 'a');
    const { command, args, environment } = this.#spec;
    const env = { ...process.env, ...environment };
    const child = spawn(command, args, { stdio: ['ignore', log, log], env });
    closeSync(log);
    this.#child = child;
    living.add(child);
    this.#exited = new Promise((resolve) => {
      child.once('error', (error) => {
        living.delete(child);
        if (this.#child === child) this.#child = undefined;
        resolve(error.message);
      });
      child.once('exit', (code, signal) => {
        living.delete(child);
        if (this.#child === child) this.#child = undefined;
        resolve(signal ?? code ?? 0);
      });
    });
  }

  /** Resolves when the ready address answers 200; rejects with the log's tail when the program ends first or takes too long. */
  async ready(timeoutMs = 30_000): Promise<void> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const answered = await fetch(this.#spec.readyUrl, {
        signal: AbortSignal.timeout(1_000),
      }).then(
        (r) => r.status === 200,
        () => false,
      );
      if (answered) return;
      if (!this.#child)
        throw new Error(`${this.#spec.name} ended while starting:\n${this.logTail()}`);
      if (performance.now() > until) {
        throw new Error(
          `${this.#spec.name} was not ready after ${timeoutMs} ms:\n${this.logTail()}`,
        );
      }
      await pause(50);
    }
  }

  /** No goodbye: what was not on disk is gone, and the kernel resets its connections. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }

  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Asks nicely first; insists after 5 s. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const insist = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await this.#exited;
    clearTimeout(insist);
  }

  logTail(lines = 15): string {
    try {
      return readFileSync(this.#spec.logFile, 'utf8')
        .trimEnd()
        .split('\n')
        .slice(-lines)
        .join('\n');
    } catch {
      return '(no output)';
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
