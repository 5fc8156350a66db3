/** Which names may be joined to a folder without leaving it. */

/** Whether a path of forward slashes stays below the folder it is joined to, on every operating system. */
export function isInsidePath(path: string): boolean {
  if (path === '' || path.includes('\\') || path.includes('\0') || /^[A-Za-z]:/.test(path)) {
    return false;
  }
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Whether a name can be a model's folder: letters, digits, `.`, `_` and `-`, not starting with a dot. */
export function isModelName(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name);
}
