import type { ReactNode } from 'react';
import type { Collection } from '../../src/client.ts';

export type Fetch = typeof globalThis.fetch;

export interface SubjectOptions {
  /** How the API is reached. */
  readonly fetch: Fetch;
  /** How long what was read is good for, in ms. */
  readonly staleTime: number;
  /** How many collections a page of the list holds. */
  readonly pageSize: number;
}

/** What an app is made of: a list, details, contents, and a way to add. Hooks, as an app's components call them. */
export interface App {
  /** Puts the providers around what is on the screen. */
  provide(children: ReactNode): ReactNode;
  useList(): { readonly rows: readonly Collection[]; more(): void };
  useDetail(collectionId: string): Collection | undefined;
  useContents(collectionId: string): readonly { id: string }[] | undefined;
  useAdd(): (collectionId: string, assetIds: string[]) => Promise<unknown>;
  /** Ends timers and listeners. */
  close?(): void;
}

/** A new app, with a cache of its own. */
export type Subject = (options: SubjectOptions) => App;

export const BASE = 'https://api.test/v1';
