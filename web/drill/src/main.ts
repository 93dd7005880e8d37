// ./demo: two deployments and a moderator on this machine, to be looked at, or to be broken and measured.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { faultNames, isFaultName } from './faults.ts';
import { install } from './installation.ts';
import { report } from './report.ts';
import { smoke } from './smoke.ts';

const usage = `usage:
  ./demo                     start everything, print the addresses to open; Ctrl-C ends it
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
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(usage);
} else if (values.smoke) {
  process.exitCode = await runSmoke();
} else {
  await show();
}

async function runSmoke(): Promise<number> {
  if (!isFaultName(values.fault)) {
    console.error(`--fault ${values.fault}: must be one of ${faultNames.join(', ')}\n\n${usage}`);
    return 2;
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

async function show(): Promise<void> {
  const installation = await install({ moderator: !values['no-moderator'], operators: 1 });
  const [who] = installation.signIns;
  console.log(`
  the shop, for visitors      ${installation.origin}/
  the console, for operators  ${installation.consoleOrigin}/console/
      site ${who?.site}, operator ${who?.operator}, password ${who?.password}

  programs log into ${installation.dir}
  Ctrl-C ends everything`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await installation.close();
}
