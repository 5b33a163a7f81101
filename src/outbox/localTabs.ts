import type { Message } from './messages.ts';
import { newId, type Tab, type TabEvents } from './Tab.ts';

type OpenTab = (scope: string, events: Pick<TabEvents, 'onMessage'>) => Tab;

/** Opens tabs within one page, whose storage no other page uses: each QueryClient and scope is one. */
export function localTabs(): OpenTab {
  const channel = new Set<(from: string, scope: string, message: Message) => void>();
  const senders = new Map<string, string>();
  return (scope, { onMessage }) => {
    const own = newId();
    senders.set(own, own);
    // Changes of an earlier page are sent by the first that finds them.
    const isSender = (id: string) => senders.set(id, senders.get(id) ?? own).get(id) === own;
    channel.add((from, to, message) => {
      if (from !== own && to === scope) queueMicrotask(() => onMessage(message));
    });
    return {
      isOwn: isSender,
      isSender,
      inherits: () => false,
      id: () => Promise.resolve(own),
      whenEnded: () => undefined,
      post: (to, message) => {
        for (const hear of channel) hear(own, to, message);
      },
    };
  };
}
