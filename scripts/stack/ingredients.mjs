/** What the stack is tested with: a folder of models to mount, pictures, and the class each must get. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Models and pictures that are not this project's own lie beside a checkout, where there are any. */
const shared = path.join('..', 'shared', 'data');
const edgeTpu = 'mobilenet_edgetpu_tf1';
const bundled = 'cifar10-resnet';

/**
 * @returns `models`: a folder to mount, made for this run; `resnetModel`: which of them answers; `pictures`: a folder to
 * mount; `spoiledPictures`: one whose cat.jpg is no picture; `picture` and `expected`: a file and the class that the
 * model gives it, when one is known.
 */
export function gatherIngredients(root) {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'fovea-stack-'));
  const models = path.join(made, 'models');
  const spoiledPictures = path.join(made, 'pictures');
  fs.mkdirSync(spoiledPictures);
  fs.writeFileSync(path.join(spoiledPictures, 'cat.jpg'), 'not a picture');
  fs.cpSync(path.join(root, 'models', bundled), path.join(models, bundled), { recursive: true });
  const golden = path.join(root, shared, 'golden');
  const hasPictures = fs.existsSync(path.join(golden, 'cat.jpg'));
  const source = path.join(root, shared, 'models', edgeTpu);
  const hasEdgeTpu = fs.existsSync(source);
  if (hasEdgeTpu) fs.cpSync(source, path.join(models, edgeTpu), { recursive: true });
  allowReading(made);
  return {
    models,
    resnetModel: hasEdgeTpu ? edgeTpu : bundled,
    pictures: hasPictures ? golden : path.join(root, 'verification', 'test_data'),
    spoiledPictures,
    picture: hasPictures
      ? path.join(golden, 'cat.jpg')
      : path.join(root, 'verification', 'test_data', 'baseline-420.jpg'),
    expected: hasPictures ? (hasEdgeTpu ? 286 : 3) : undefined,
    remove: () => fs.rmSync(made, { recursive: true, force: true }),
  };
}

/** Not this process but another user reads it, inside the containers, whatever the originals allow. */
function allowReading(folder) {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    fs.chmodSync(file, entry.isDirectory() ? 0o755 : 0o644);
  }
  fs.chmodSync(folder, 0o755);
}
