// SPDX-License-Identifier: Apache-2.0
//
// Stands between Prism and the sandbox and passes everything on; while the file SPOIL exists, a
// text of it ("from => to") is replaced in every answer. So the test can show answers that the
// client accepts and the contract does not.
//
//   node spoiler.mjs UPSTREAM SPOIL      prints its port
import fs from 'node:fs';
import http from 'node:http';

const [upstream, spoil] = process.argv.slice(2);

const server = http.createServer((request, response) => {
  const options = {method: request.method, headers: {...request.headers}};
  delete options.headers.host;
  const passed = http.request(upstream + request.url, options, (answer) => {
    if (!fs.existsSync(spoil)) {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
      return;
    }
    const pieces = [];
    answer.on('data', (piece) => pieces.push(piece));
    answer.on('end', () => {
      const [from, to] = fs.readFileSync(spoil, 'utf8').trim().split(' => ');
      const body = Buffer.from(Buffer.concat(pieces).toString().replaceAll(from, to));
      const headers = {...answer.headers, 'content-length': body.length};
      delete headers['transfer-encoding'];
      response.writeHead(answer.statusCode, headers);
      response.end(body);
    });
  });
  passed.on('error', () => response.destroy());
  request.pipe(passed);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
