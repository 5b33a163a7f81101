import { useSyncExternalStore } from 'react';
import { requestLog } from '../client.ts';
import { isWrite, type LoggedRequest } from './RequestLog.ts';
import { shortPath } from './shortPath.ts';

const toneOf = ({ status }: LoggedRequest) => {
  if (status === 'waiting' || status === 'aborted') return 'waiting';
  return status === 'lost' || status >= 400 ? 'failed' : 'fine';
};

/** What went over the wire, newest first, with counts. */
export function RequestLogView() {
  const { requests, counts } = useSyncExternalStore(requestLog.subscribe, requestLog.getState);
  return (
    <section className="panel-section log" aria-labelledby="log-heading">
      <div className="panel-row">
        <h3 id="log-heading">Requests</h3>
        <button type="button" className="button small quiet" onClick={() => requestLog.clear()}>
          Clear
        </button>
      </div>
      <dl className="log-counts">
        <dt>Reads</dt>
        <dd>{counts.reads}</dd>
        <dt>Writes</dt>
        <dd data-testid="write-count">{counts.writes}</dd>
        <dt>Failed</dt>
        <dd>{counts.failed}</dd>
      </dl>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section className="log-scroller" aria-label="Log of requests" tabIndex={0}>
        <ol className="log-lines">
          {requests.map((entry) => (
            <li key={entry.id} className="log-line" data-tone={toneOf(entry)} data-write={isWrite(entry)}>
              <span className="log-method">{entry.method}</span>
              <span className="log-path" title={entry.path}>
                {shortPath(entry.path)}
              </span>
              <span className="log-status">{entry.status === 'waiting' ? '…' : entry.status}</span>
            </li>
          ))}
        </ol>
      </section>
    </section>
  );
}
