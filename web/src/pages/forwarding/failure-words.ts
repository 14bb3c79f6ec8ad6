/** Why something could not be sent, in the reader's language; where there is no word for it, as the hub says it. */
import type { SendReason } from '../../../../hub/contract/destination.ts';
import { t } from '../../i18n/language.ts';

export function failureWords({ reason, message }: { reason: SendReason | null; message: string }): string {
  return reason === null || reason === 'other' ? message : t(`forwarding.reason.${reason}`);
}
