import type { DeploymentName, OrderName, State } from './wire.ts';
import { conditions, titles } from './words.ts';

interface Props {
  readonly name: DeploymentName;
  readonly state: State | null;
  readonly ended: boolean;
  readonly order: (what: OrderName) => void;
}

interface Choice {
  readonly what: OrderName;
  readonly text: string;
  readonly explains: string;
}

const choices = (title: string): readonly Choice[] => [
  {
    what: 'kill',
    text: `Pull the plug on ${title}`,
    explains: 'kill -9: its process is gone at once, every connection is reset',
  },
  {
    what: 'freeze',
    text: 'Freeze it',
    explains: 'SIGSTOP: its kernel goes on acknowledging, but nobody answers',
  },
  {
    what: 'cut-off',
    text: 'Cut it off',
    explains: 'its cables swallow everything: no FIN, no RST, no answer',
  },
  { what: 'bring-back', text: 'Bring it back', explains: 'it starts, runs or is connected again' },
];

export function DeploymentCard({ name, state, ended, order }: Props) {
  const title = titles[name];
  const view = state?.deployments[name];
  const condition = view?.condition ?? 'coming-back';
  const can = (what: OrderName) => !ended && (view?.can.includes(what) ?? false);
  const { step, of } = state?.maintenance ?? { step: 'off', of: name };
  // One place for both, so that whoever switches finds the way back under the same finger.
  const maintained = of === name && (step === 'on' || step === 'ending');
  const isActive = state?.active === name;
  return (
    <section class="deployment" aria-label={title} data-condition={condition}>
      <header>
        <h2>{title}</h2>
        <p class="badges">
          {isActive && <span class="badge active">active</span>}
          <span class="badge condition">{conditions[condition]}</span>
        </p>
      </header>
      <div class="buttons">
        {choices(title).map(({ what, text, explains }) => (
          <OrderButton
            key={what}
            what={what}
            text={text}
            about={title}
            explains={explains}
            enabled={can(what)}
            order={order}
          />
        ))}
        <OrderButton
          what={maintained ? 'end-maintenance' : 'begin-maintenance'}
          text={maintained ? 'End maintenance' : 'Switch for maintenance'}
          about={title}
          explains={
            maintained
              ? `${title} takes part again`
              : `the other one takes over first, then ${title} may be stopped`
          }
          enabled={can(maintained ? 'end-maintenance' : 'begin-maintenance')}
          order={order}
        />
      </div>
    </section>
  );
}

interface ButtonProps {
  readonly what: OrderName;
  readonly text: string;
  readonly about: string;
  readonly explains: string;
  readonly enabled: boolean;
  readonly order: (what: OrderName) => void;
}

// aria-disabled, not disabled: the keyboard stays where it is when a button has done its work.
function OrderButton({ what, text, about, explains, enabled, order }: ButtonProps) {
  return (
    <button
      type="button"
      class={what}
      title={explains}
      aria-disabled={!enabled}
      onClick={() => enabled && order(what)}
    >
      {text}
      {!text.includes(about) && <span class="unseen"> ({about})</span>}
    </button>
  );
}
