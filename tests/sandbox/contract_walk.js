// SPDX-License-Identifier: Apache-2.0
//
// The client of prism-proxy: calls every operation through the proxy and prints what Prism objects to. Prism reports in
// the response header "sl-violations".
'use strict';
const crypto = require('crypto');
const fs = require('fs');

const [sandbox, proxy, keyFile, clientId] = process.argv.slice(2);
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function token() {
  const now = Math.floor(Date.now() / 1000);
  const url = `${sandbox}/oauth/v5/token`;
  const text = `${encode({alg: 'RS256'})}.${encode({
    iss: clientId, sub: clientId, aud: url, exp: now + 120, jti: crypto.randomUUID(),
  })}`;
  const signature = crypto.sign('sha256', Buffer.from(text), fs.readFileSync(keyFile));
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: `${text}.${signature.toString('base64url')}`,
    }),
  });
  return (await answer.json()).access_token;
}

// The proxy takes a second to read the contract, on a busy machine minutes.
async function untilItListens() {
  for (const end = Date.now() + 300000; Date.now() < end;) {
    try {
      await fetch(`${proxy}/ebox`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('the proxy does not answer');
}

async function main() {
  await untilItListens();
  const bearer = {Authorization: `Bearer ${await token()}`};
  let calls = 0;
  let violations = 0;

  // `wanted`: statuses that are right. `wrongRequest`: the request itself breaks the contract on purpose, so only what
  // Prism says about the response counts.
  async function call(path, wanted = 200, {wrongRequest = false, auth = bearer, method = 'GET', type, body} = {}) {
    const headers = {...auth, ...(type ? {'Content-Type': type} : {})};
    const answer = await fetch(proxy + path, {method, headers, body: typeof body === 'object' ? JSON.stringify(body) : body});
    ++calls;
    const bytes = Buffer.from(await answer.arrayBuffer());
    const found = [];
    if (![wanted].flat().includes(answer.status)) found.push(`${answer.status} instead of ${wanted}: ${bytes.subarray(0, 300)}`);
    let requestBlamed = false;
    for (const one of JSON.parse(answer.headers.get('sl-violations') ?? '[]')) {
      requestBlamed ||= one.location[0] === 'request';
      if (wrongRequest && one.location[0] === 'request') continue;
      found.push(`${one.severity} ${one.location.join('.')}: ${one.message}`);
    }
    // Otherwise a proxy that looks at nothing would pass.
    if (wrongRequest && !requestBlamed) found.push('the proxy did not notice that the request is wrong');
    for (const line of found) console.log(`${method} ${path}: ${line}`);
    violations += found.length;
    return bytes;
  }
  const json = async (...args) => JSON.parse(await call(...args));

  // A reply with one file; a digest of another text than `text` is refused.
  async function publish(message, text, wanted) {
    const digestValue = crypto.createHash('sha256').update('zeker').digest('base64url');
    const description = {
      recipient: {eboxType: 'enterprise', eboxIdValue: message.senderOrganizationId},
      originalMessageId: message.messageId, subject: {nl: 'Antwoord'}, bodyMainContent: false, replyAuthorized: false,
      attachments: [{httpPartName: 'upfile1', mainContent: true, digest: {digestMethod: 'sha_256', digestValue}}],
    };
    const part = (head, content) => `--X\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
    await call('/publishMessage', wanted, {
      method: 'POST', type: 'multipart/form-data; boundary=X',
      body: part('name="messageToPublish"', JSON.stringify(description)) +
        part('name="upfile1"; filename="a.txt"\r\nContent-Type: text/plain', text) + '--X--\r\n',
    });
  }

  await call('/ebox');
  const list = await json('/ebox/messages?pageSize=100');
  for (const filter of ['receivedBefore=2026-10-01', 'receivedAfter=2026-10-01', 'expiredBefore=2027-06-01',
    'expiredAfter=2027-06-01', 'readStatus=false', 'visible=true', 'messageTypeId=X-OVERLAPPING',
    'senderOrganizationId=0190000135', 'senderApplicationId=X-APP-PODMI', 'registeredMail=true', 'q=maandstaat&qlang=nl',
    'page=2&pageSize=7', 'messageTypeId=nothing', 'page=99']) {
    await call(`/ebox/messages?${filter}`);
  }
  for (const message of list.items) {
    const path = `/ebox/messages/${message.messageId}`;
    await call(path);
    await call(`${path}/attachments`);
    await call(`${path}/body`, [200, 404]);
    await call(`${path}/paymentData`, message.paymentData ? 200 : 404);
    for (const attachment of message.attachments.items) {
      await call(`${path}/attachments/${attachment.attachmentId}`);
    }
  }
  const first = list.items[0];
  await call(`/ebox/messages/${first.messageId}/attachments/${first.attachments.items[0].attachmentId}/content`);
  await call('/ebox');
  await call('/ebox/messages', 200, {
    method: 'PATCH', type: 'application/merge-patch+json',
    body: {items: [{messageId: first.messageId, visible: false}], totalItems: 1},
  });
  await call('/searchMessageStatus', 201, {
    method: 'POST', type: 'application/json',
    body: [{messageId: first.messageId, eboxId: {eboxType: 'enterprise', eboxIdValue: '0100100139'}}],
  });
  for (const kind of ['messageTypes', 'senderApplications', 'senderOrganizations']) {
    const all = await json(`/referenceData/${kind}?pageSize=100`);
    for (const item of all.items) {
      const path = `/referenceData/${kind}/${item.messageTypeId ?? item.applicationId ?? item.organizationId}`;
      await call(path);
      for (const logo of item.applicationLogos ?? item.organizationLogos ?? []) {
        await call(`${path}/images/${logo.imageId}/content`);
      }
    }
    await call(`/referenceData/${kind}/nothing`, 404);
  }
  const original = list.items.find((message) => message.replyAuthorized);
  await publish(original, 'zeker', 201);
  await publish(list.items.find((message) => !message.replyAuthorized), 'zeker', 400);
  await publish(original, 'anders', 400);
  // Refusals have their schema too.
  await call('/ebox/messages?q=x', 400);
  await call('/ebox/messages?receivedAfter=yesterday', 400, {wrongRequest: true});
  await call('/ebox/messages?pageSize=101', 400, {wrongRequest: true});
  await call('/ebox/messages/nothing', 404);
  await call('/ebox', 401, {auth: {}});
  await call('/ebox', 401, {auth: {Authorization: 'Bearer nonsense'}});

  console.log(`${calls} calls, ${violations} violations of contract 2.1`);
  console.log(JSON.stringify({part: 'sandbox', exchanges: calls, violations}));
  process.exitCode = violations === 0 ? 0 : 1;
}

main().catch((problem) => {
  console.error(problem);
  process.exitCode = 1;
});
