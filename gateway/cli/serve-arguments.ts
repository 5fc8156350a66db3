/** What the command line of `serve` asks for: a Configuration and, where it stands in for another server, its role. */
import { readConfiguration, type Configuration } from '../configuration.ts';
import { modelServerDefaults } from './model-server-defaults.ts';
import type { OwnFlags } from './own-flags.ts';
import type { ModelServerRole } from './read-model-server-role.ts';
import type { Terminal } from './terminal.ts';

export interface ServeArguments {
  readonly configuration: Configuration;
  readonly role: ModelServerRole | undefined;
}

/** The flag that names the server to stand in for, and the only one there is. */
export const roleFlag = '--as';
export const otherServer = 'tensorflow-serving';

/** @returns all faults at once when there are any */
export async function readServeArguments(
  own: OwnFlags,
  terminal: Terminal,
): Promise<ServeArguments | { readonly faults: readonly string[] }> {
  const read = await readRole(own, terminal);
  const role = read !== undefined && !('faults' in read) ? read : undefined;
  const roleFaults = read !== undefined && 'faults' in read ? read.faults : [];
  const outcome = readConfiguration({
    environment: terminal.environment,
    envFile: terminal.envFile,
    // Words of a role that could not be read would look like unknown ones.
    flags: role?.settingWords ?? (roleFaults.length > 0 ? [] : own.rest),
    ...(role === undefined ? {} : { given: role.settingValues, defaults: modelServerDefaults }),
    isTerminal: terminal.out.isTTY === true,
  });
  const faults = [...own.faults, ...roleFaults, ...('faults' in outcome ? outcome.faults : [])];
  if ('faults' in outcome || faults.length > 0) return { faults };
  return { configuration: outcome.configuration, role };
}

async function readRole(
  { values, rest }: OwnFlags,
  { environment }: Terminal,
): Promise<ModelServerRole | { readonly faults: readonly string[] } | undefined> {
  const as = values.get(roleFlag);
  if (as === undefined) return undefined;
  if (as === otherServer) {
    const { readModelServerRole } = await import('./read-model-server-role.ts');
    return readModelServerRole({ words: rest, environment });
  }
  return { faults: [`${roleFlag} is "${as}"; expected ${otherServer}.`] };
}
