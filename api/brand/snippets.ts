import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { programmeOf } from './scope';
import { publicUrl } from './testPostback';

/**
 * Code that a shop's engineer can run as it is: the secret comes from GAMMA_POSTBACK_SECRET, never from us.
 * Addresses and programme ids hold nothing that any of these languages would have to escape.
 */
type Snippet = { readonly language: string; readonly title: string; readonly code: string };

const shell = (url: string): string => `#!/bin/sh
# GAMMA_POSTBACK_SECRET=whsec_… CLICK_ID=… sh postback.sh
BODY='{"click_id":"'"$CLICK_ID"'","transaction_id":"A-1001","status":"approved","sale_amount":"1000.00"}'
ID="msg_$(openssl rand -hex 16)" # keep it with the order: a retry must use the same one
TIMESTAMP=$(date +%s)
KEY=$(printf '%s' "\${GAMMA_POSTBACK_SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')
SIGNATURE=$(printf '%s.%s.%s' "$ID" "$TIMESTAMP" "$BODY" |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64 -w0)
curl -sS "${url}" \\
  -H 'content-type: application/json' \\
  -H "webhook-id: $ID" \\
  -H "webhook-timestamp: $TIMESTAMP" \\
  -H "webhook-signature: v1,$SIGNATURE" \\
  --data-raw "$BODY"
`;

const node = (url: string): string => `// GAMMA_POSTBACK_SECRET=whsec_… CLICK_ID=… node postback.js
const { createHmac, randomUUID } = require('node:crypto');

async function sendPostback(order) {
  const secret = process.env.GAMMA_POSTBACK_SECRET;
  const body = JSON.stringify(order);
  const id = \`msg_\${randomUUID()}\`; // keep it with the order: a retry must use the same one
  const timestamp = Math.floor(Date.now() / 1000);
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(\`\${id}.\${timestamp}.\${body}\`).digest('base64');
  const response = await fetch('${url}', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': \`v1,\${signature}\`,
    },
    body,
  });
  return response.json();
}

sendPostback({
  click_id: process.env.CLICK_ID,
  transaction_id: 'A-1001',
  status: 'approved',
  sale_amount: '1000.00',
}).then((answer) => console.log(JSON.stringify(answer)));
`;

const php = (url: string): string => `<?php
// GAMMA_POSTBACK_SECRET=whsec_… CLICK_ID=… php postback.php
function send_postback(array $order): array
{
    $body = json_encode($order, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    $id = 'msg_' . bin2hex(random_bytes(16)); // keep it with the order: a retry must use the same one
    $timestamp = (string) time();
    $key = base64_decode(substr(getenv('GAMMA_POSTBACK_SECRET'), strlen('whsec_')));
    $signature = base64_encode(hash_hmac('sha256', $id . '.' . $timestamp . '.' . $body, $key, true));
    $response = file_get_contents('${url}', false, stream_context_create(['http' => [
        'method' => 'POST',
        'header' => [
            'content-type: application/json',
            'webhook-id: ' . $id,
            'webhook-timestamp: ' . $timestamp,
            'webhook-signature: v1,' . $signature,
        ],
        'content' => $body,
        'ignore_errors' => true,
    ]]));
    return json_decode($response, true);
}

echo json_encode(send_postback([
    'click_id' => getenv('CLICK_ID'),
    'transaction_id' => 'A-1001',
    'status' => 'approved',
    'sale_amount' => '1000.00',
])), "\\n";
`;

const python = (
  url: string,
): string => `# GAMMA_POSTBACK_SECRET=whsec_… CLICK_ID=… python3 postback.py
import base64, hashlib, hmac, json, os, secrets, time, urllib.error, urllib.request


def send_postback(order):
    body = json.dumps(order).encode()
    message_id = "msg_" + secrets.token_hex(16)  # keep it with the order: a retry must use the same one
    timestamp = str(int(time.time()))
    key = base64.b64decode(os.environ["GAMMA_POSTBACK_SECRET"].removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    request = urllib.request.Request(
        "${url}",
        data=body,
        headers={
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": "v1," + signature,
        },
    )
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    except urllib.error.HTTPError as refused:
        return json.load(refused)


order = {
    "click_id": os.environ["CLICK_ID"],
    "transaction_id": "A-1001",
    "status": "approved",
    "sale_amount": "1000.00",
}
print(json.dumps(send_postback(order)))
`;

const snippetsFor = (url: string): Snippet[] => [
  { language: 'shell', title: 'curl, openssl', code: shell(url) },
  { language: 'node', title: 'Node.js', code: node(url) },
  { language: 'php', title: 'PHP', code: php(url) },
  { language: 'python', title: 'Python 3', code: python(url) },
];

export const getPostbackSnippets: Handler = async (deps, call, viewer) => {
  const programme = await programmeOf(deps, call, viewer);
  if (!programme.ok) return programme.error;
  return jsonAnswer(200, {
    items: snippetsFor(`${publicUrl(deps)}/v1/postbacks/${programme.value.id}`),
  });
};
