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
 * mount; `picture` and `expected`: a file and the class that the model gives it, when one is known.
 */
export function gatherIngredients(root) {
  const models = fs.mkdtempSync(path.join(os.tmpdir(), 'fovea-stack-'));
  // Not this process but another user reads it, inside the containers.
  fs.chmodSync(models, 0o755);
  copyReadable(path.join(root, 'models', bundled), path.join(models, bundled));
  const golden = path.join(root, shared, 'golden');
  const hasPictures = fs.existsSync(path.join(golden, 'cat.jpg'));
  const source = path.join(root, shared, 'models', edgeTpu);
  const hasEdgeTpu = fs.existsSync(source);
  if (hasEdgeTpu) copyReadable(source, path.join(models, edgeTpu));
  return {
    models,
    resnetModel: hasEdgeTpu ? edgeTpu : bundled,
    pictures: hasPictures ? golden : path.join(root, 'verification', 'test_data'),
    picture: hasPictures
      ? path.join(golden, 'cat.jpg')
      : path.join(root, 'verification', 'test_data', 'baseline-420.jpg'),
    expected: hasPictures ? (hasEdgeTpu ? 286 : 3) : undefined,
    remove: () => fs.rmSync(models, { recursive: true, force: true }),
  };
}

/** A copy that anybody may read and its owner may delete, whatever the original allows. */
function copyReadable(from, to) {
  fs.cpSync(from, to, { recursive: true });
  for (const entry of fs.readdirSync(to, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    fs.chmodSync(file, entry.isDirectory() ? 0o755 : 0o644);
  }
  fs.chmodSync(to, 0o755);
}
