/** Tells whoever has pip, and nothing better than the bundled model, the one command that gets a better one. */
import type { ModelsInService } from '../models-in-service.ts';
import { findPip } from '../repository/find-pip.ts';
import type { Log } from '../telemetry/log.ts';
import type { Terminal } from './terminal.ts';

/** A pip slower than this would hold up the line that says the server is ready. */
const patienceMilliseconds = 3000;

/** Asks for pip only when there is something to offer, since that starts a Python. */
export async function offerModel(
  { offered }: Pick<ModelsInService, 'offered'>,
  log: Pick<Log, 'info'>,
  { environment, stop }: Pick<Terminal, 'environment' | 'stop'>,
): Promise<void> {
  if (offered === undefined) return;
  // Asked about below: Node.js 20 forgets a time-out that only AbortSignal.any refers to.
  const patience = AbortSignal.timeout(patienceMilliseconds);
  const pip = await findPip(environment, AbortSignal.any([stop, patience])).catch(() => undefined);
  if (pip === undefined || patience.aborted) return;
  log.info(
    { model: offered },
    `For the 1000 classes of ImageNet: npm start -- --pull (fetches ${offered} by pip).`,
  );
}
