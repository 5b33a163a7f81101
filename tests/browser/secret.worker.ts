import { Scenario } from '../../src/client.ts';

try {
  new Scenario({ apiKey: 'key', apiSecret: 'secret' });
  postMessage('made');
} catch (error) {
  postMessage(String(error));
}
