/** `fovea serve`: answers pictures over HTTP and gRPC until it is told to stop. */
import { helpText } from '../configuration-text.ts';
import { createServer } from '../server.ts';
import { createLog } from '../telemetry/log.ts';
import { listenFault } from './listen-fault.ts';
import { modelServerHelp } from './model-server-flags.ts';
import { offerModel } from './offer-model.ts';
import { takeOwnFlags, wantsHelp } from './own-flags.ts';
import { playModelServerRole } from './play-model-server-role.ts';
import { pullBeforeServing } from './pull-before-serving.ts';
import { reportFaults } from './report-faults.ts';
import { announceModels, announceReady } from './serve-announcement.ts';
import { otherServer, readServeArguments, roleFlag, type ServeArguments } from './serve-arguments.ts';
import { exitCodes, type Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

const usage = `fovea serve: answers pictures over HTTP

Usage: npm start -- [options]     or     fovea serve [options]

Every option is also an environment variable, in the environment or in .env; a flag wins over both.

  --as tensorflow-serving   Stands in for TensorFlow Serving: takes the flags of
                            tensorflow_model_server too, which --help then lists

`;

const modelServerUsage = `fovea serve --as tensorflow-serving: stands in for tensorflow_model_server

Usage: fovea serve --as tensorflow-serving [options]

Flags of tensorflow_model_server, written with = or a space before the value:

${modelServerHelp()}

Settings of Fovea; its ports are those above:

`;

export async function serve(words: readonly string[], terminal: Terminal): Promise<number> {
  const own = takeOwnFlags(words, { switches: [], values: [roleFlag] });
  if (wantsHelp(own)) {
    const isOther = own.values.get(roleFlag) === otherServer;
    terminal.out.write(`${isOther ? modelServerUsage : usage}${helpText()}\n`);
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
  const part =
    role === undefined ? {} : await playModelServerRole(role, { configuration, log, signal: terminal.stop });
  if ('faults' in part) {
    reportFaults(part.faults, terminal);
    return exitCodes.misused;
  }
  const server = await createServer({
    configuration,
    log,
    version: packageVersion(),
    ...part,
    onLoaded: ({ cause, ...report }) => {
      const fields = { ...report, milliseconds: Math.round(report.milliseconds) };
      if (report.state === 'ready') log.info(fields, `Model ${report.name}/${report.version} is ready.`);
      else
        log.error(
          { ...fields, error: cause },
          `Model ${report.name}/${report.version} cannot be served: ${report.reason ?? ''}`,
        );
    },
  });
  let places;
  try {
    places = await server.listen();
  } catch (error) {
    reportFaults([listenFault(error, configuration)], terminal);
    await server.close();
    return exitCodes.failed;
  }
  announceModels(server, places, log);
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
