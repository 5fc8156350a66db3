/** What the gateway itself costs in every dialect: requests a second with an engine that knows the answer ÷ a bare server. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Bench, Scenario } from '../bench.ts';
import type { ChildSideOptions } from '../children/child-side.ts';
import { HttpConnection } from '../children/http-connection.ts';
import { inferPath, writeRequest, type RequestForm } from '../children/http-requests.ts';
import { withListener } from '../children/listening.ts';
import { classifyPath, pictureBytes, warmUpItems } from '../children/second-tier.ts';
import { inferSide, loadSide } from '../children/side-options.ts';
import { withLoneGateway, type LoneGateway } from '../children/with-lone-gateway.ts';
import { compareSides } from '../compare-sides.ts';
import { atLeast, figure, ratio } from '../measurement/finding.ts';
import { loadProcessors } from '../measurement/interleave.ts';
import { median, medianRatio } from '../measurement/statistics.ts';
import { madePictures } from '../surroundings/made-pictures.ts';

const connections = 8;

interface Dialect {
  readonly words: string;
  readonly form: RequestForm;
  readonly path: string;
  readonly least: number;
}

const httpDialects: readonly Dialect[] = [
  { words: 'classify, a form', form: 'form', path: classifyPath, least: 0.15 },
  { words: 'classify, the picture as the body', form: 'body', path: classifyPath, least: 0.35 },
  { words: 'Open Inference Protocol, JSON', form: 'infer-json', path: inferPath, least: 0.15 },
  { words: 'Open Inference Protocol, binary', form: 'infer-binary', path: inferPath, least: 0.3 },
];
const grpcWords = 'Open Inference Protocol, gRPC';
const grpcLeast = 0.6;

export const dialects: Scenario = {
  name: 'dialects',
  title: 'requests a second of the gateway with nothing to compute ÷ a bare server, in every dialect',
  isModelFree: true,
  async run(bench) {
    bench.progress('making pictures');
    const pictures = await madePictures(path.join(bench.scratch, 'pictures'), pictureBytes);
    await withLoneGateway(bench, async (gateway) => {
      for (const dialect of httpDialects) await compareHttp(bench, dialect, { gateway, pictures });
      await compareGrpc(bench, { gateway, pictures });
    });
  },
};

interface Surroundings {
  readonly gateway: LoneGateway;
  /** Absolute paths of JPEG files. */
  readonly pictures: readonly string[];
}

async function compareHttp(
  bench: Bench,
  { words, form, path: place, least }: Dialect,
  { gateway, pictures }: Surroundings,
): Promise<void> {
  const request = writeRequest[form](place, await readFile(pictures[0] ?? ''));
  const answer = await answerOf(gateway.port, request);
  await withListener('bare-http', { answer }, async ({ port: barePort = NaN }) => {
    const side = (name: string, port: number): ChildSideOptions =>
      loadSide({ name, port, path: place, form, pictures, connections });
    const sides = { ours: side('gateway', gateway.port), theirs: side('bare server', barePort) };
    await compare(bench, { words, least, ...sides });
  });
}

async function compareGrpc(bench: Bench, { gateway, pictures }: Surroundings): Promise<void> {
  await withListener('bare-grpc', {}, async ({ port: barePort = NaN }) => {
    const side = (name: string, port: number): ChildSideOptions =>
      inferSide({ name, port, pictures, connections });
    const sides = { ours: side('gateway', gateway.grpcPort), theirs: side('bare server', barePort) };
    await compare(bench, { words: grpcWords, least: grpcLeast, ...sides });
  });
}

/** What the bare server shall answer, so that both send the same number of bytes. */
async function answerOf(port: number, request: Buffer): Promise<string> {
  const connection = await HttpConnection.open(port);
  const { status, body } = await connection.exchange(request);
  connection.close();
  if (status !== 200) throw new Error(`the gateway answered ${status}: ${body.slice(0, 200)}`);
  return body;
}

async function compare(
  bench: Bench,
  {
    words,
    least,
    ...sides
  }: {
    readonly words: string;
    readonly least: number;
    readonly ours: ChildSideOptions;
    readonly theirs: ChildSideOptions;
  },
): Promise<void> {
  const { ours, theirs } = await compareSides(bench, {
    words,
    concurrency: connections,
    warmUpItems,
    ours: sides.ours,
    theirs: [sides.theirs],
  });
  const [bare] = theirs;
  if (bare === undefined) throw new Error('a side is missing');
  bench.found({
    promise: `${words} ÷ a bare server`,
    ours: figure(ours.name, median(ours.rates), 'requests/s'),
    theirs: figure(bare.name, median(bare.rates), 'requests/s'),
    result: ratio(medianRatio(ours.rates, bare.rates)),
    bound: atLeast(least),
    details: [
      figure('load generator at the gateway', loadProcessors(ours), 'CPUs'),
      figure('load generator at the bare server', loadProcessors(bare), 'CPUs'),
    ],
  });
}
