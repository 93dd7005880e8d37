interface Props {
  readonly close: () => void;
}

/** Said once, where the browser keeps nothing: it is no place that holds the conversation. */
export function StorageRemark({ close }: Props) {
  return (
    <p class="remark">
      This browser does not let us keep your messages; stay on this page until they have two ticks.
      After a reload this chat is gone.{' '}
      <button type="button" onClick={close}>
        I see
      </button>
    </p>
  );
}
