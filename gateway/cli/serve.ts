/** `fovea serve`: answers pictures over HTTP and gRPC until it is told to stop. */
import { helpText } from '../configuration-text.ts';
import { createServer } from '../server.ts';
import { settings } from '../settings.ts';
import { createLog } from '../telemetry/log.ts';
import { listenFault } from './listen-fault.ts';
import { modelServerDefaults } from './model-server-defaults.ts';
import { offerModel } from './offer-model.ts';
import { takeOwnFlags, wantsHelp } from './own-flags.ts';
import { pullBeforeServing } from './pull-before-serving.ts';
import { LoadReports } from './load-reports.ts';
import { reportFaults } from './report-faults.ts';
import { announceModels, announceReady } from './serve-announcement.ts';
import { otherServer, readServeArguments, roleFlag, type ServeArguments } from './serve-arguments.ts';
import type { RoleSurroundings, RolePart } from './play-model-server-role.ts';
import type { ModelServerRole } from './read-model-server-role.ts';
import { exitCodes, type Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

const usage = `fovea serve: answers pictures over HTTP and gRPC

Usage: npm start -- [options]     or     fovea serve [options]

Every option is also an environment variable, in the environment or in .env; a flag wins over both.

  --as tensorflow-serving   Stands in for TensorFlow Serving: takes the flags of
                            tensorflow_model_server too, which --help then lists

Exit code: 0 stopped, 1 could not listen or not finish every request, 2 wrong usage.

`;

/** As tensorflow_model_server has it too. */
const versionFlag = '--version';

async function modelServerUsage(): Promise<string> {
  const { modelServerHelp } = await import('./model-server-flags.ts');
  return `fovea serve --as tensorflow-serving: stands in for tensorflow_model_server

Usage: fovea serve --as tensorflow-serving [options]

Flags of tensorflow_model_server, written with = or a space before the value:

  ${versionFlag}
      Prints the version and exits
${modelServerHelp()}

Exit code: 0 stopped, 1 could not listen or not finish every request, 2 wrong usage.

Settings of Fovea that apply too:

${helpText(decidedByRole, modelServerDefaults)}`;
}

/** Ports, models and versions come from the flags of the other server, and it asks no further one. */
const decidedByRole = [
  settings.port,
  settings.grpcPort,
  settings.modelsFolders,
  settings.modelMirror,
  settings.pull,
  settings.modelVersions,
  settings.modelControl,
  settings.tfService,
  settings.tfProtocol,
  settings.tfPort,
  settings.tfGrpcPort,
  settings.tfTimeoutSeconds,
  settings.tfModels,
];

export async function serve(words: readonly string[], terminal: Terminal): Promise<number> {
  const own = takeOwnFlags(words, { switches: [versionFlag], values: [roleFlag] });
  if (wantsHelp(own)) {
    const isOther = own.values.get(roleFlag) === otherServer;
    terminal.out.write(`${isOther ? await modelServerUsage() : usage + helpText()}\n`);
    return exitCodes.done;
  }
  if (own.switches.has(versionFlag)) {
    terminal.out.write(`${packageVersion()}\n`);
    return exitCodes.done;
  }
  const given = await readServeArguments(own, terminal);
  if ('faults' in given) {
    reportFaults([...given.faults, '--help lists every option.'], terminal);
    return exitCodes.misused;
  }
  return serveUntilStopped(given, terminal);
}

async function serveUntilStopped(
  { configuration, role }: ServeArguments,
  terminal: Terminal,
): Promise<number> {
  const log = createLog({
    level: configuration.logLevel,
    pretty: configuration.logFormat === 'pretty',
    destination: terminal.out,
  });
  await pullBeforeServing(configuration, log, terminal);
  if (terminal.stop.aborted) {
    log.info({}, 'Stopped before serving.');
    return exitCodes.done;
  }
  const began = performance.now();
  const part = role === undefined ? {} : await partOf(role, { configuration, log, signal: terminal.stop });
  if ('faults' in part) {
    reportFaults(part.faults, terminal);
    return exitCodes.misused;
  }
  const reports = new LoadReports(log);
  const server = await createServer({
    configuration,
    log,
    version: packageVersion(),
    ...part,
    loadsAtOnce: true,
    signal: terminal.stop,
    onLoaded: (report) => {
      reports.tell(report);
    },
  });
  let places;
  try {
    places = await server.listen();
  } catch (error) {
    reportFaults([listenFault(error, configuration, role?.portFlags)], terminal);
    await server.close();
    return exitCodes.failed;
  }
  announceModels(server, places, log);
  reports.begin();
  const offered = offerModel(server.models, log, terminal);
  const stopped = new Promise<void>((resolve) => {
    if (terminal.stop.aborted) resolve();
    terminal.stop.addEventListener('abort', () => {
      resolve();
    });
  });
  // Whoever reads "Ready" has read of the better model, which a Python that starts slowly may hold up.
  const loading = server.load().then(() => performance.now() - began);
  const loaded = Promise.all([loading, offered]).then(([milliseconds]) => {
    if (!terminal.stop.aborted) announceReady(server, { address: places.http, log, milliseconds });
  });
  await stopped;
  log.info({}, 'Stopping: no new connections; requests inside may finish.');
  const finished = await server.close();
  await loaded;
  log.info({}, finished ? 'Stopped.' : 'Stopped; some requests did not finish within the grace period.');
  return finished ? exitCodes.done : exitCodes.failed;
}

/** Loaded for whoever wants to stand in for another server only. */
async function partOf(role: ModelServerRole, surroundings: RoleSurroundings): Promise<RolePart> {
  const { playModelServerRole } = await import('./play-model-server-role.ts');
  return playModelServerRole(role, surroundings);
}
