/** Does some work after all that follows from this tick at once. A timer would be a second late in a tab in the background. */
export function afterTick(work: () => void): void {
  if (typeof MessageChannel === 'undefined') return void setTimeout(work);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    work();
  };
  port2.postMessage(0);
}
