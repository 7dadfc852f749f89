// Loading code keeps the process busy for tens of milliseconds: what is to go on beside it gets a head start.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Loads once `work` has been under way for so long, or has ended. How it ended is told where it is waited for.
 * @param headStartMs until `work` has left this process: sent its request, started its program
 */
export async function loadBeside<Module>(
  work: Promise<unknown>,
  headStartMs: number,
  load: () => Promise<Module>,
): Promise<Module> {
  await Promise.race([work, sleep(headStartMs)]).catch(() => {});
  return load();
}
