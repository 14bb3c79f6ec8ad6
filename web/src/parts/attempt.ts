/** Does something the hub may refuse, and says its reason in a notice. */
import { ApiProblem } from '../http.ts';
import { wordsOf } from './states.tsx';
import { toast } from './toast.tsx';

/** True when it worked. What is not the hub's refusal flies on. */
export async function attempt(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const { title, hint } = wordsOf(error);
    toast({ kind: 'bad', text: `${title} ${hint}` });
    return false;
  }
}
