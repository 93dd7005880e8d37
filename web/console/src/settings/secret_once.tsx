import { CopyButton } from './copy_button.tsx';

interface Props {
  readonly id: string;
  readonly secret: string;
  /** What it is for. */
  readonly use: string;
  readonly copyLabel: string;
}

/** A secret that was drawn here just now; nobody is shown it again. */
export function SecretOnce({ id, secret, use, copyLabel }: Props) {
  return (
    <div class="code">
      <p>{use} Keep it now: it is not shown again.</p>
      <pre id={id}>{secret}</pre>
      <CopyButton text={secret} label={copyLabel} of={id} />
    </div>
  );
}
