import type { DemoEmulator } from './createDemoEmulator.ts';

/**
 * The panel's side of the demo's server.
 *
 * | request | body | does |
 * | --- | --- | --- |
 * | `GET /control` | | nothing |
 * | `PUT /control/latency` | `{ latency }` | sets the milliseconds that a request takes |
 * | `PUT /control/limit` | `{ limit }` | sets how many requests it takes in how long a time; null: as many as come |
 * | `POST /control/faults` | a fault; `on` may also be `write` or `read` | sets it |
 * | `DELETE /control/faults/:id` | | ends it |
 * | `DELETE /control/faults` | | ends all of them |
 * | `POST /control/reset` | | everything as in the beginning |
 * | `POST /control/elsewhere` | `{ method, path, body }` | what another person does, at once; answers as the API does |
 *
 * All others answer with the weather: `{ run, latency, limit, faults: [{ id, fault }] }`.
 */
export async function control(demo: DemoEmulator, method: string, path: string, text: string): Promise<Response> {
  const body = text === '' ? {} : JSON.parse(text);
  const fault = /^\/faults\/(\d+)$/.exec(path)?.[1];
  const what = `${method} ${fault === undefined ? path : '/faults/:id'}`;
  switch (what) {
    case 'GET /':
      break;
    case 'PUT /latency':
      demo.setLatency(body.latency);
      break;
    case 'PUT /limit':
      demo.setLimit(body.limit);
      break;
    case 'POST /faults':
      demo.addFault(body);
      break;
    case 'DELETE /faults/:id':
      demo.endFault(Number(fault));
      break;
    case 'DELETE /faults':
      for (const { id } of [...demo.weather.faults]) demo.endFault(id);
      break;
    case 'POST /reset':
      demo.reset();
      break;
    case 'POST /elsewhere':
      return demo.emulator.elsewhere(String(body.path), {
        method: String(body.method),
        ...(body.body === undefined ? {} : { body: JSON.stringify(body.body) }),
      });
    default:
      return Response.json({ message: `No such control: ${what}` }, { status: 404 });
  }
  return Response.json(demo.weather);
}
