/** What a run says at its end. */
import { expect } from 'chai';
import { atLeast, atMost, figure, ratio, type Finding } from '../../../../benchmarks/measurement/finding.ts';
import { allHold, reportJson, type Outcome } from '../../../../benchmarks/report/report.ts';
import { reportTable } from '../../../../benchmarks/report/table.ts';

const kept: Finding = {
  scenario: 'throughput',
  model: 'resnet',
  promise: 'HTTP ÷ no HTTP',
  ours: figure('over HTTP', 90.44, 'pictures/s'),
  theirs: figure('without HTTP', 100, 'pictures/s'),
  result: ratio(0.9044),
  bound: atLeast(0.85),
  details: [],
  foreignShare: 0,
};
const broken: Finding = {
  scenario: 'health',
  promise: 'p99',
  result: { value: 12, unit: 'ms' },
  bound: atMost(10),
  details: [],
  foreignShare: 0.5,
};

function outcomeOf(parts: Partial<Outcome>): Outcome {
  return {
    surroundings: {
      date: '2020-01-02T03:04:05.000Z',
      commit: 'abcdef',
      processor: 'Some Processor',
      cpus: 4,
      memoryGigabytes: 8,
      system: 'Linux 6 x64',
      node: '20.0.0',
      onnxruntime: '1.2.3',
    },
    isQuick: false,
    pictures: { folder: 'pictures', count: 3 },
    findings: [],
    skipped: [],
    broken: [],
    ...parts,
  };
}

describe('report of the bench', () => {
  it('holds when every promise holds and nothing broke', () => {
    const information: Finding = { ...broken, bound: atMost(100) };
    expect(allHold(outcomeOf({ findings: [kept, information] }))).to.equal(true);
    expect(allHold(outcomeOf({ findings: [kept, broken] }))).to.equal(false);
    const failed = [{ scenario: 'start', reason: 'it did not start' }];
    expect(allHold(outcomeOf({ findings: [kept], broken: failed }))).to.equal(false);
  });

  it('names machine, versions, commit and date', () => {
    const table = reportTable(outcomeOf({}));
    for (const word of ['2020-01-02', 'abcdef', 'Some Processor', '4 CPUs', '8 GiB', '20.0.0', '1.2.3']) {
      expect(table).to.include(word);
    }
  });

  it('shows both sides, the ratio, the bound and whether it holds', () => {
    const table = reportTable(outcomeOf({ findings: [kept] }));
    const row = table.split('\n').find((line) => line.startsWith('throughput'));
    expect(row).to.match(/90\.4 pictures\/s \(over HTTP\) +100 pictures\/s .*0\.904 +≥ 0\.850 +holds$/);
    expect(table).to.include('1 of 1 promises hold.');
  });

  it('does not hide what broke, what was skipped and what was disturbed', () => {
    const skipped = [{ scenario: 'start', model: 'resnet', reason: 'it is not installed' }];
    const failed = [{ scenario: 'memory', reason: 'it ran out' }];
    const table = reportTable(outcomeOf({ findings: [kept, broken], skipped, broken: failed }));
    expect(table).to.match(/health .*12 ms +≤ 10 +BROKEN disturbed/);
    expect(table).to.include('skipped: start, resnet: it is not installed');
    expect(table).to.include('BROKEN: memory: it ran out');
    expect(table).to.include('1 of 2 promises hold; see BROKEN above.');
  });

  it('says when a run is too short for the record', () => {
    expect(reportTable(outcomeOf({ isQuick: true }))).to.include('QUICK');
  });

  it('gives everything as JSON, judged', () => {
    const parsed: unknown = JSON.parse(reportJson(outcomeOf({ findings: [kept, broken] })));
    expect(parsed).to.have.property('form', 1);
    expect(parsed).to.have.property('allHold', false);
    expect(parsed).to.have.nested.property('surroundings.commit', 'abcdef');
    expect(parsed).to.have.nested.property('findings[0].holds', true);
    expect(parsed).to.have.nested.property('findings[1].holds', false);
    expect(parsed).to.have.nested.property('findings[0].theirs.value', 100);
  });
});
