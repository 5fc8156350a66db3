/** Whole HTTP requests as bytes, made once and sent many times. */

/** The shape in which `curl -F image=@picture.jpg` sends a picture. */
export function pictureRequest(path: string, picture: Uint8Array): Buffer {
  const boundary = '------------------------fovea0123456789';
  const before =
    `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="picture.jpg"\r\n` +
    'Content-Type: image/jpeg\r\n\r\n';
  const after = `\r\n--${boundary}--\r\n`;
  const length = before.length + picture.byteLength + after.length;
  const head =
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\n` +
    `Content-Length: ${length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head + before, 'latin1'), picture, Buffer.from(after, 'latin1')]);
}

/** The shape in which clients of TensorFlow Serving send a picture over REST. */
export function predictRequest(path: string, picture: Uint8Array): Buffer {
  const body = `{"instances":[{"b64":"${Buffer.from(picture).toString('base64')}"}]}`;
  const head =
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\n\r\n`;
  return Buffer.from(head + body, 'latin1');
}

export function plainRequest(path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 'latin1');
}
