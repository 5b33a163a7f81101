/**
 * Notes every text that an element shows from now on, each once in a row, until it is asked for them.
 *
 * A number that is wrong for one frame is wrong: looking at the end alone would not see it.
 */
export function watchText(element: HTMLElement): () => string[] {
  const read = () => element.textContent ?? '';
  const seen = [read()];
  const note = () => {
    if (read() !== seen.at(-1)) seen.push(read());
  };
  const observer = new MutationObserver(note);
  observer.observe(element, { subtree: true, childList: true, characterData: true });
  return () => {
    note();
    observer.disconnect();
    return seen;
  };
}
