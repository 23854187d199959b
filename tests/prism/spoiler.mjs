// SPDX-License-Identifier: Apache-2.0
//
// Stands between Prism and the sandbox and passes everything on. It
//   * writes a line for each exchange into the file PASSED: its operation;
//   * holds the description of a published message to the contract's MessageToPublish, which Prism
//     knows as a text only, and answers a violation as Prism does;
//   * while the file SPOIL exists, replaces a text of it ("from => to") in every answer, or with
//     "request from => to" in every published message. So the test can show messages that the other
//     side accepts and the contract does not.
//
//   node spoiler.mjs UPSTREAM SPOIL PASSED CONTRACT MODULES      prints its port
import fs from 'node:fs';
import http from 'node:http';
import {createRequire} from 'node:module';

const [upstream, spoil, passed, contractFile, modules] = process.argv.slice(2);
const installed = createRequire(`${modules}/x.js`);
const contract = installed('@stoplight/yaml').parse(fs.readFileSync(contractFile, 'utf8'));
const Ajv = installed('ajv').default;
const ajv = new Ajv({strict: false, allErrors: true});
installed('ajv-formats').default(ajv);
const fits = ajv.compile({definitions: contract.definitions, $ref: '#/definitions/MessageToPublish'});

// "GET /ebox/messages/{messageId}" of a method and path, as the contract writes it.
const templates = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({
    name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(),
    shape: new RegExp(`^${path.replace(/\{[^}]*\}/g, '[^/]+')}$`),
  })));
function operation(request) {
  const path = request.url.split('?')[0];
  return templates.find((one) => one.method === request.method && one.shape.test(path))?.name ?? 'none';
}

// What is wrong with the description in a multipart body; undefined when nothing is.
function violation(body) {
  const head = body.indexOf('name="messageToPublish"');
  const start = body.indexOf('\r\n\r\n', head) + 4;
  const end = body.indexOf('\r\n--', start);
  let message;
  try {
    message = JSON.parse(body.toString('utf8', start, end));
  } catch (problem) {
    return `messageToPublish is no JSON: ${problem.message}`;
  }
  return fits(message) ? undefined : ajv.errorsText(fits.errors);
}

const spoiling = () => (fs.existsSync(spoil) ? fs.readFileSync(spoil, 'utf8').trim() : '');
const replaced = (bytes, rule) => {
  const [from, to] = rule.split(' => ');
  return Buffer.from(bytes.toString().replaceAll(from, to));
};
async function whole(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

const server = http.createServer(async (request, response) => {
  fs.appendFileSync(passed, `${operation(request)}\n`);
  let body = await whole(request);
  const rule = spoiling();
  if (request.url === '/publishMessage' && body.length > 0) {
    if (rule.startsWith('request ')) body = replaced(body, rule.slice('request '.length));
    const what = violation(body);
    if (what) {
      const problem = {type: 'https://stoplight.io/prism/errors#VIOLATIONS', title: 'Violation', status: 400, detail: what};
      response.writeHead(400, {'content-type': 'application/problem+json'});
      response.end(JSON.stringify({...problem, id: '550e8400-e29b-41d4-a716-446655440000', code: problem.type, message: what}));
      return;
    }
  }
  const headers = {...request.headers};
  delete headers.host;
  delete headers['transfer-encoding'];
  if (body.length > 0 || headers['content-length']) headers['content-length'] = body.length;
  const forwarded = http.request(upstream + request.url, {method: request.method, headers}, async (answer) => {
    if (!rule || rule.startsWith('request ')) {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
      return;
    }
    const spoiled = replaced(await whole(answer), rule);
    const spoiledHeaders = {...answer.headers, 'content-length': spoiled.length};
    delete spoiledHeaders['transfer-encoding'];
    response.writeHead(answer.statusCode, spoiledHeaders);
    response.end(spoiled);
  });
  forwarded.on('error', () => response.destroy());
  forwarded.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
