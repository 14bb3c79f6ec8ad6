/** The one sentence under a form that says why it was not accepted. */
import { Icon } from './icon.tsx';

export function ErrorLine({ text }: { text: string | null }) {
  return (
    <div role="alert">
      {text !== null && (
        <p class="err bad">
          <Icon name="circle-alert" />
          <span>{text}</span>
        </p>
      )}
    </div>
  );
}
