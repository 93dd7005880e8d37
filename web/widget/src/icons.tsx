import type { MessageState } from '@holdfast/core';

function Icon({ path, box = 24 }: { path: string; box?: number }) {
  return (
    <svg viewBox={`0 0 ${box} ${box}`} aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export const BubbleIcon = () => <Icon path="M4 5h16v11H10l-4 4v-4H4z" />;
export const CloseIcon = () => <Icon path="M6 6l12 12M18 6L6 18" />;
export const SendIcon = () => <Icon path="M12 20V5M5 12l7-7 7 7" />;

const signs: Readonly<Record<MessageState, string>> = {
  waiting: 'M9 3a6 6 0 1 0 .1 0M9 6v4l2 1',
  accepted: 'M5 10l3 3 6-8',
  safe: 'M1 10l3 3 6-8M9 12l1 1 6-8',
  refused: 'M4 4l10 10M14 4L4 14',
};

export const StateIcon = ({ state }: { state: MessageState }) => (
  <Icon box={18} path={signs[state]} />
);
