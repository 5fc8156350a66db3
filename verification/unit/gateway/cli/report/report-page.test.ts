/** The page holds what was counted, escapes what came from outside, and needs nothing but itself. */
import { expect } from 'chai';
import { classNames } from '../../../../../gateway/cli/report/class-names.ts';
import type { ReportFacts } from '../../../../../gateway/cli/report/report-facts.ts';
import { reportPage } from '../../../../../gateway/cli/report/report-page.ts';
import { Tally, type Answer } from '../../../../../gateway/cli/report/tally.ts';

const labels = ['cbb', 'cbsd', 'cgm', 'cmd', 'healthy', 'unknown'];
const hostile = `<img src=x onerror="alert('1')">`;

function answer(file: string, predicted: number, truth?: number): Answer {
  return {
    file,
    predicted,
    ranked: [predicted],
    confidence: 0.75,
    truth: truth === undefined ? { kind: 'unknown' } : { kind: 'known', class: truth, rule: 'label' },
  };
}

function facts(tally: Tally, more: Partial<ReportFacts> = {}): ReportFacts {
  return {
    model: { name: 'cassava', version: 1, title: undefined, licence: 'Apache-2.0', classCount: 6 },
    nameOf: classNames(labels),
    tally,
    thumbnails: new Map([['a.jpg', 'data:image/jpeg;base64,AAAA']]),
    top: 1,
    milliseconds: 2000,
    writtenAt: new Date(Date.UTC(2026, 10, 21, 12, 30)),
    programVersion: '1.2.3',
    ...more,
  };
}

function judged(): Tally {
  const tally = new Tally();
  tally.add(answer('a.jpg', 3, 3));
  tally.add(answer('b.jpg', 3, 4));
  tally.add(answer('c.jpg', 0, 0));
  tally.add(answer('d.jpg', 1));
  tally.fail({ file: 'e.jpg', sentence: 'The JPEG is truncated or corrupt.' });
  return tally;
}

/** The text of the page without its tags. */
const textOf = (page: string): string =>
  page
    .replace(/<style>[^]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('reportPage', () => {
  it('says what was counted', () => {
    const text = textOf(reportPage(facts(judged())));
    expect(text).to.include('Accuracy 66.7 % 2 of 3; 95 % interval');
    expect(text).to.include('Pictures 5 ').and.include('Failed 1 ').and.include('With a true label 3 of 4');
    expect(text).to.include('2.5 pictures a second (2.0 s)').and.include('Apache-2.0');
    expect(text).to.include('1 picture has none and is not judged.');
    expect(text).to.include('✗ wrong , truly healthy');
    expect(text).to.include('e.jpg The JPEG is truncated or corrupt.');
    expect(text).to.include('2026-11-21 12:30 UTC').and.include('Fovea 1.2.3');
  });

  it('has a whole matrix with a heading for each row and column', () => {
    const page = reportPage(facts(judged()));
    const matrix = /<table class="matrix">[^]*?<\/table>/.exec(page)?.[0] ?? '';
    expect(matrix.match(/<th scope="row"/g)).to.have.length(6);
    expect(matrix.match(/<th scope="col"/g)).to.have.length(7);
    expect(matrix).to.match(
      /healthy<\/bdi><\/th>(<td[^>]*><span class="zero">0<\/span><\/td>){3}<td[^>]*>1</,
    );
  });

  it('shows a preview where there is one and says so where there is none', () => {
    const page = reportPage(facts(judged()));
    expect(page).to.include('<img src="data:image/jpeg;base64,AAAA" alt="The picture a.jpg"');
    expect(page).to.include('no preview');
  });

  it('needs nothing from outside and runs nothing', () => {
    const page = reportPage(facts(judged()));
    expect(page).not.to.match(/<script|<link|@import|url\(|\son\w+=|https?:/i);
    for (const [, source = ''] of page.matchAll(/\ssrc="([^"]*)"/g)) expect(source).to.match(/^data:/);
    expect(page).to.include('default-src &#39;none&#39;');
  });

  it('escapes names of models, classes and files, and sentences', () => {
    const tally = new Tally();
    tally.add(answer(`${hostile}.jpg`, 0, 1));
    tally.add(answer(`${hostile}2.jpg`, 0, undefined));
    tally.fail({ file: hostile, sentence: hostile });
    const page = reportPage(
      facts(tally, {
        model: { name: hostile, version: 1, title: hostile, licence: hostile, classCount: 2 },
        nameOf: classNames([hostile, '</style></title><script>']),
        thumbnails: new Map([[`${hostile}.jpg`, 'data:image/jpeg;base64,AAAA']]),
      }),
    );
    expect(page).not.to.include('<img src=x').and.not.to.include('<script');
    expect(page.match(/<\/style>/g)).to.have.length(1);
    expect(page).to.include('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;');
  });

  it('says what is missing when no true label is known, and counts the answers', () => {
    const tally = new Tally();
    for (const [index, predicted] of [4, 4, 1].entries()) tally.add(answer(`${index}.jpg`, predicted));
    const text = textOf(reportPage(facts(tally)));
    expect(text).to.include('No true labels were found');
    expect(text).to.match(/healthy 4 2 66\.7\s% cbsd 1 1 33\.3\s%/);
    expect(text).not.to.match(/Accuracy|Confusion|Reliability|Precision/);
  });

  it('is a page even when there was nothing to classify', () => {
    const text = textOf(reportPage(facts(new Tally())));
    expect(text).to.include('Pictures 0').and.not.include('NaN').and.not.include('undefined');
  });

  it('stays small for a thousand classes and ten thousand pictures', () => {
    const tally = new Tally();
    for (let index = 0; index < 10_000; index += 1) {
      tally.add(answer(`${index}.jpg`, (index * 7) % 1000, index % 1000));
    }
    const page = reportPage(
      facts(tally, { nameOf: classNames(), model: { ...facts(tally).model, classCount: 1000 } }),
    );
    expect(page.match(/<li class="(right|wrong)"/g)).to.have.length(60);
    expect(page.length).to.be.lessThan(500_000);
    expect(textOf(page)).to.include('The 12 classes with the most mistakes').and.include('25 of 998');
  });
});
