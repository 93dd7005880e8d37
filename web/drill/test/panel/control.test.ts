import type { DeploymentName, OrderName } from '@holdfast/panel';
import { describe, expect, test } from 'vitest';
import type { Fault, FaultName } from '../../src/faults.ts';
import { Control, type Ground, OrderRefused } from '../../src/panel/control.ts';

/** An installation that only notes what is done to it, and does it when the test says so. */
class NotedGround implements Ground {
  readonly done: string[] = [];
  identical = true;
  failing = '';

  makeFault(name: FaultName, on: DeploymentName): Fault {
    return {
      name,
      story: '',
      inflict: async () => this.#note(`${name} ${on}`),
      repair: async () => this.#note(`repair ${name} ${on}`),
    };
  }
  async becomesIdentical(): Promise<boolean> {
    this.#note('compare');
    return this.identical;
  }
  async beginMaintenance(of: DeploymentName): Promise<string> {
    this.#note(`begin maintenance of ${of}`);
    return 'safe to stop';
  }
  async endMaintenance(of: DeploymentName): Promise<string> {
    this.#note(`end maintenance of ${of}`);
    return 'given back';
  }
  #note(what: string): void {
    this.done.push(what);
    if (this.failing !== '' && what.startsWith(this.failing)) throw new Error('out of wire');
  }
}

function scene() {
  const ground = new NotedGround();
  const said: string[] = [];
  const marks: string[] = [];
  const control = new Control(
    ground,
    {
      did: (text, mark) => {
        said.push(text);
        marks.push(`${mark.kind}: ${mark.text}`);
      },
      tell: (text) => said.push(text),
      changed: () => {},
    },
    () => 0,
  );
  const press = (what: OrderName, where: DeploymentName = 'primary') =>
    control.obey({ what, where });
  return { ground, said, marks, control, press };
}

const faultOrders: OrderName[] = ['kill', 'freeze', 'cut-off'];

describe('the buttons', () => {
  test('while both are up, everything can be broken and nothing can be brought back', () => {
    const { control } = scene();
    for (const name of ['primary', 'redundant'] as const)
      expect(control.can(name)).toEqual([...faultOrders, 'begin-maintenance']);
  });

  test.each([
    ['kill', 'dead', 'Primary plug pulled'],
    ['freeze', 'frozen', 'Primary frozen'],
    ['cut-off', 'cut-off', 'Primary cut off'],
  ] as const)(
    '%s makes Primary %s, and it can only be brought back',
    async (what, condition, mark) => {
      const { ground, control, press, marks } = scene();
      await press(what);
      expect(ground.done).toEqual([`${what} primary`]);
      expect(marks).toEqual([`fault: ${mark}`]);
      expect(control.condition('primary')).toBe(condition);
      expect(control.can('primary')).toEqual(['bring-back']);
      expect(control.can('redundant')).toEqual(faultOrders);

      await press('bring-back');
      expect(ground.done).toEqual([`${what} primary`, `repair ${what} primary`, 'compare']);
      expect(control.condition('primary')).toBe('up');
      expect(control.can('primary')).toEqual([...faultOrders, 'begin-maintenance']);
    },
  );

  test('what makes no sense is refused, and nothing is done', async () => {
    const { ground, press } = scene();
    await expect(press('bring-back')).rejects.toThrow(OrderRefused);
    await expect(press('end-maintenance')).rejects.toThrow('Primary is not in maintenance.');
    await press('kill');
    await expect(press('kill')).rejects.toThrow('Primary is not up.');
    await expect(press('begin-maintenance', 'redundant')).rejects.toThrow('Both deployments');
    expect(ground.done).toEqual(['kill primary']);
  });

  test('a second order waits for the end of the first one', async () => {
    const { press } = scene();
    await press('freeze');
    const back = press('bring-back');
    await expect(press('bring-back')).rejects.toThrow('busy');
    await back;
  });

  test('both may be down; the first that comes back is not compared with a dead one', async () => {
    const { ground, control, press, said } = scene();
    await press('kill');
    await press('cut-off', 'redundant');
    await press('bring-back');
    expect(ground.done).not.toContain('compare');
    expect(said.at(-1)).toBe('Primary is back, alone: Redundant is still down');
    expect(control.condition('primary')).toBe('up');
    expect(control.condition('redundant')).toBe('cut-off');
    await press('bring-back', 'redundant');
    expect(ground.done.slice(-2)).toEqual(['repair cut-off redundant', 'compare']);
  });

  test('a repair that fails leaves the way to try it again', async () => {
    const { ground, control, press, said } = scene();
    await press('kill');
    ground.failing = 'repair';
    await expect(press('bring-back')).rejects.toThrow('out of wire');
    expect(said.at(-1)).toBe('That did not work: out of wire');
    expect(control.can('primary')).toEqual(['bring-back']);
    ground.failing = '';
    await press('bring-back');
    expect(control.condition('primary')).toBe('up');
  });

  test('a deployment that came back without becoming identical is not called whole', async () => {
    const { ground, press, said } = scene();
    await press('kill');
    ground.identical = false;
    await press('bring-back');
    expect(said.at(-1)).toMatch(/still differ/);
  });

  test('a program that ended by itself can be brought back like one that was killed', async () => {
    const { ground, control, press } = scene();
    control.died('primary');
    control.died('primary');
    expect(control.can('primary')).toEqual(['bring-back']);
    await press('bring-back');
    expect(ground.done).toEqual(['repair kill primary', 'compare']);
  });

  test('one that was killed on purpose has not ended by itself', async () => {
    const { control, press, marks } = scene();
    await press('kill');
    control.died('primary');
    expect(marks).toEqual(['fault: Primary plug pulled']);
  });
});

describe('maintenance', () => {
  test('begins and ends, one deployment at a time', async () => {
    const { ground, control, press } = scene();
    await press('begin-maintenance');
    expect(control.maintenance).toEqual({ step: 'on', of: 'primary' });
    expect(control.can('primary')).toEqual([...faultOrders, 'end-maintenance']);
    expect(control.can('redundant')).toEqual(faultOrders);
    await press('end-maintenance');
    expect(control.maintenance.step).toBe('off');
    expect(ground.done).toEqual(['begin maintenance of primary', 'end maintenance of primary']);
  });

  test('does not end while one is down, and can be ended once it is back', async () => {
    const { control, press } = scene();
    await press('begin-maintenance');
    await press('kill');
    await expect(press('end-maintenance')).rejects.toThrow(OrderRefused);
    await press('bring-back');
    expect(control.can('primary')).toContain('end-maintenance');
  });

  test('is what the Moderator says, also when the order was given elsewhere or cut short', async () => {
    const { control, press } = scene();
    control.moderatorSays('redundant');
    expect(control.can('redundant')).toContain('end-maintenance');
    expect(control.can('primary')).not.toContain('begin-maintenance');
    const ended = press('end-maintenance', 'redundant');
    control.moderatorSays('redundant');
    expect(control.maintenance.step).toBe('ending');
    await ended;
    control.moderatorSays(null);
    expect(control.maintenance.step).toBe('off');
  });

  test('that the Moderator refuses has not begun', async () => {
    const { ground, control, press, said } = scene();
    ground.failing = 'begin';
    await expect(press('begin-maintenance')).rejects.toThrow('out of wire');
    expect(said.at(-1)).toBe('The Moderator refused: out of wire');
    expect(control.maintenance.step).toBe('off');
  });
});
