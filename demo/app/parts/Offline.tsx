import { Notice } from './Notice.tsx';

/** A first read that waits for the network, in place of what would seem to be on its way. */
export function Offline({ what }: { what: string }) {
  return (
    <Notice icon="cloud" title="Offline">
      <p>{what} when the network is back.</p>
    </Notice>
  );
}
