// ./demo: two deployments and a moderator on this machine, to be looked at, or to be broken and measured.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { toTheEnd } from './end.ts';
import { faultNames, isFaultName } from './faults.ts';
import { report } from './report.ts';
import { show } from './show.ts';
import { smoke } from './smoke.ts';

const usage = `usage:
  ./demo                     start everything, print the address to open; Ctrl-C ends it
      --open                 open it in the browser of this desktop
      --port N               where the page listens, on 127.0.0.1 (8440, or any free one)
  ./demo --film FILE.webp    the README's animation, filmed in Chromium; needs the package "webp"
  ./demo --smoke             chats, a fault, its repair; prints what people noticed
      --fault ${faultNames.join('|')}   what happens to Primary (kill)
      --no-moderator         without a moderator
      --no-hedge             without the second link's help, to see what it is good for
      --json FILE            the figures as JSON`;

const { values } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    fault: { type: 'string', default: 'kill' },
    'no-moderator': { type: 'boolean', default: false },
    'no-hedge': { type: 'boolean', default: false },
    json: { type: 'string' },
    open: { type: 'boolean', default: false },
    port: { type: 'string' },
    film: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(usage);
} else if (values.smoke) {
  await toTheEnd(runSmoke);
} else if (values.film !== undefined) {
  // Only here: whoever wants to see the demo needs no browser that can be driven.
  const { film } = await import('./film.ts');
  await film(values.film);
} else {
  await toTheEnd(runShow);
}

async function runSmoke(): Promise<number> {
  if (!isFaultName(values.fault)) {
    return misused(`--fault ${values.fault}: must be one of ${faultNames.join(', ')}`);
  }
  const started = performance.now();
  const result = await smoke({
    fault: values.fault,
    moderator: !values['no-moderator'],
    hedge: !values['no-hedge'],
    progress: (line) =>
      console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${line}`),
  });
  console.log(report(result));
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  return result.failures.length === 0 ? 0 : 1;
}

async function runShow(): Promise<number> {
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    return misused(`--port ${values.port}: must be a number from 1 to 65535`);
  }
  return show({ open: values.open, ...(port !== undefined && { port }) });
}

function misused(why: string): number {
  console.error(`${why}\n\n${usage}`);
  return 2;
}
