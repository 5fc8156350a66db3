/** Which true class the names of folders and files give. */
import path from 'node:path';
import { expect } from 'chai';
import { trueClassFinder, type TrueClass } from '../../../../../gateway/cli/report/true-class.ts';

const cassava = ['cbb', 'cbsd', 'cgm', 'cmd', 'healthy', 'unknown'];
const imagenet = [
  'background',
  'goldfish, Carassius auratus',
  'crane',
  'tub, vat',
  'bathtub, tub',
  'crane',
  'great white shark, man-eater',
  'night snake, Hypsiglena torquata',
];

function find(
  file: string,
  {
    labels = cassava,
    places = ['photos'],
    files = [file],
    classCount = labels.length,
  }: {
    labels?: readonly string[] | undefined;
    places?: readonly string[];
    files?: readonly string[];
    classCount?: number;
  } = {},
): TrueClass {
  return trueClassFinder({ labels, classCount, places, files })(file);
}

const label = (classIndex: number): TrueClass => ({ kind: 'known', class: classIndex, rule: 'label' });
const ordered = (classIndex: number): TrueClass => ({
  kind: 'known',
  class: classIndex,
  rule: 'order of the synsets',
});
const unknown: TrueClass = { kind: 'unknown' };

describe('trueClassFinder', () => {
  it('takes the folder’s name for a label, whatever its case, hyphens and underscores', () => {
    expect(find('photos/cmd/1.jpg')).to.deep.equal(label(3));
    expect(find('photos/CMD/1.jpg')).to.deep.equal(label(3));
    const labels = ['Egyptian cat', 'great_white-shark'];
    expect(find('photos/egyptian_cat/1.jpg', { labels })).to.deep.equal(label(0));
    expect(find('photos/Great White  Shark/1.jpg', { labels })).to.deep.equal(label(1));
  });

  it('takes the nearest folder that says something, up to the one the user named', () => {
    expect(find('photos/healthy/field 7/1.jpg')).to.deep.equal(label(4));
    expect(find('photos/healthy/cbb/1.jpg')).to.deep.equal(label(0));
    expect(find('photos/cgm/1.jpg', { places: ['photos/cgm'] })).to.deep.equal(label(2));
    expect(find('cgm/photos/1.jpg', { places: ['cgm/photos'] })).to.deep.equal(unknown);
  });

  it('takes the folder of a picture that was named itself, and no other', () => {
    expect(find('cmd/1.jpg', { places: ['cmd/1.jpg'] })).to.deep.equal(label(3));
    expect(find('cmd/more/1.jpg', { places: ['cmd/more/1.jpg'] })).to.deep.equal(unknown);
  });

  it('knows the place however it is written', () => {
    const file = path.resolve('photos', 'cmd', '1.jpg');
    expect(find(file, { places: [`.${path.sep}photos${path.sep}`] })).to.deep.equal(label(3));
  });

  it('takes a class number, but a label goes first', () => {
    expect(find('photos/2/1.jpg')).to.deep.equal({ kind: 'known', class: 2, rule: 'class number' });
    expect(find('photos/02/1.jpg')).to.deep.equal({ kind: 'known', class: 2, rule: 'class number' });
    expect(find('photos/6/1.jpg')).to.deep.equal(unknown);
    expect(find('photos/-1/1.jpg')).to.deep.equal(unknown);
    expect(find('photos/2/1.jpg', { labels: ['9', '2', '5'] })).to.deep.equal(label(1));
    expect(find('photos/2/1.jpg', { labels: undefined, classCount: 3 })).to.deep.include({ class: 2 });
  });

  it('does not take the name of a file for a label or number', () => {
    expect(find('photos/cmd.jpg')).to.deep.equal(unknown);
    expect(find('photos/2.jpg')).to.deep.equal(unknown);
  });

  it('takes synonyms, the first one before the others', () => {
    const options = { labels: imagenet };
    expect(find('photos/carassius auratus/1.jpg', options)).to.deep.equal(label(1));
    expect(find('photos/man-eater/1.jpg', options)).to.deep.equal(label(6));
    expect(find('photos/tub/1.jpg', options)).to.deep.equal(label(3));
    expect(find('photos/bathtub, tub/1.jpg', options)).to.deep.equal(label(4));
  });

  it('does not guess when a name fits several classes', () => {
    expect(find('photos/crane/1.jpg', { labels: imagenet })).to.deep.equal({
      kind: 'unclear',
      name: 'crane',
    });
    const labels = ['maillot', 'maillot, tank suit'];
    expect(find('photos/maillot/1.jpg', { labels })).to.deep.include({ kind: 'unclear' });
    expect(find('photos/maillot, tank suit/1.jpg', { labels })).to.deep.equal(label(1));
  });

  it('reads ImageNet’s names of folders and files', () => {
    const options = { labels: imagenet };
    expect(find('photos/n01443537_goldfish/1.jpg', options)).to.deep.equal(label(1));
    expect(find('photos/n01740131_night_snake.JPEG', options)).to.deep.equal(label(7));
    expect(find('photos/n01443537/1.jpg', options)).to.deep.equal(unknown);
    expect(find('photos/n02012849_crane.jpg', options)).to.deep.include({ kind: 'unclear' });
    expect(
      find('photos/n01443537/1.jpg', { labels: ['n01440764 tench', 'n01443537 goldfish'] }),
    ).to.deep.equal(label(1));
  });

  it('counts the synsets off when all of them are there and the labels do not tell', () => {
    const files = ['n03126707', 'n01443537_goldfish', 'n02012849'].map((name) => `photos/${name}/1.jpg`);
    const classes = (classCount: number, labels: readonly string[] = []): readonly TrueClass[] =>
      files.map((file) => find(file, { labels, files, classCount }));
    expect(classes(3)).to.deep.equal([ordered(2), ordered(0), ordered(1)]);
    expect(classes(3, ['crane', 'crane', 'goldfish'])).to.deep.equal([ordered(2), label(2), ordered(1)]);
    expect(classes(2)).to.deep.equal([unknown, unknown, unknown]);
    expect(classes(4)).to.deep.equal([unknown, unknown, unknown]);
  });

  it('leaves class 0 to the background when a model has one class more than ImageNet', () => {
    const files = Array.from({ length: 1000 }, (_, index) => `photos/n0${1_000_000 + index}/1.jpg`);
    const last = files.at(-1) ?? '';
    expect(find(last, { labels: [], files, classCount: 1000 })).to.deep.equal(ordered(999));
    expect(find(last, { labels: [], files, classCount: 1001 })).to.deep.equal(ordered(1000));
  });
});
