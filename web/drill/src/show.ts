// ./demo without anything: starts it, says where to look, and ends it at the first Ctrl-C.

import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { Panel } from './panel/panel.ts';

export interface ShowOptions {
  readonly open: boolean;
  readonly port?: number;
}

export async function show(options: ShowOptions): Promise<number> {
  const ended = endOfDemo();
  const panel = await Panel.open(options.port);
  console.log(`\n  open this    ${panel.url}\n`);
  if (options.port !== undefined && new URL(panel.url).port !== String(options.port))
    console.log(`  (port ${options.port} is taken)\n`);
  const opener = desktopOpener();
  if (options.open && opener) open(opener, panel.url);
  else if (options.open) console.log('  no desktop here to open it by itself\n');
  else if (opener) console.log('  (with --open it opens by itself)\n');

  let signal: string | undefined;
  void ended.then((name) => {
    signal = name;
  });
  try {
    await panel.start();
    if (signal === undefined) {
      const { dir } = panel.installation;
      console.log(`  Everything is up; the programs log into ${dir}\n  Ctrl-C ends everything`);
      await ended;
    }
    return 0;
  } catch (error) {
    // Ctrl-C reaches the programs, too: that they ended while they were being started is no failure then.
    if (signal !== undefined) return 0;
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    console.log('\n  ending everything');
    await panel.close();
  }
}

/** The first signal ends the demo in order, the second one at once. */
function endOfDemo(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve(name);
      });
    }
  });
}

function desktopOpener(): string | undefined {
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  return ['xdg-open', 'chromium', 'firefox-esr'].find(isInstalled);
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function open(opener: string, url: string): void {
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
