import type { Collection } from '../../src/api/types.ts';
import type { ScenarioEmulator } from '../../src/testing.ts';
import type { Clock, Stamp } from './Clock.ts';

/** What the server held of one collection, from one change of it to the next. */
export interface Version {
  readonly copy: Collection | undefined;
  readonly assets: ReadonlySet<string>;
  readonly models: ReadonlySet<string>;
}

const GONE: Version = { copy: undefined, assets: new Set(), models: new Set() };

/** Everything that the server ever held, version by version. Looked at after each request that it applied, so none is missed. */
export class Truth {
  readonly #server: ScenarioEmulator;
  readonly #clock: Clock;
  readonly #versions = new Map<string, { version: Version; print: string; since: Stamp }[]>();

  constructor(server: ScenarioEmulator, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    this.look();
  }

  look(): void {
    const there = new Set<string>();
    const since = this.#clock.now;
    for (const copy of this.#server.collections) {
      there.add(copy.id);
      const { assetIds, modelIds } = this.#server.members(copy.id);
      const print = JSON.stringify([copy.name, copy.updatedAt, copy.thumbnail?.assetId, assetIds, modelIds]);
      const history = this.#versions.get(copy.id) ?? [];
      if (history.at(-1)?.print === print) continue;
      history.push({ version: { copy, assets: new Set(assetIds), models: new Set(modelIds) }, print, since });
      this.#versions.set(copy.id, history);
    }
    for (const [id, history] of this.#versions) {
      if (!there.has(id) && history.at(-1)?.version !== GONE) history.push({ version: GONE, print: 'gone', since });
    }
  }

  /** The number of the version that stands now, of each collection. */
  get versions(): ReadonlyMap<string, number> {
    return new Map(this.ids().map((id) => [id, this.latest(id)]));
  }

  ids(): string[] {
    return [...this.#versions.keys()];
  }

  /** The number of the version that stands now; -1 for a collection that never was. */
  latest(id: string): number {
    return (this.#versions.get(id)?.length ?? 0) - 1;
  }

  at(id: string, number: number): Version {
    return this.#versions.get(id)?.[number]?.version ?? GONE;
  }

  /** What stood at some moment from one step to another. */
  during(id: string, from: Stamp, to: Stamp): Version[] {
    const history = this.#versions.get(id) ?? [];
    return history
      .filter(({ since }, index) => since.step <= to.step && (history[index + 1]?.since.step ?? from.step) >= from.step)
      .map(({ version }) => version);
  }

  now(id: string): Version {
    return this.at(id, this.latest(id));
  }
}
