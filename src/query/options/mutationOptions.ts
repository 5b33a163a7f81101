import type { MutationFunctionContext, MutationKey, QueryClient } from '@tanstack/react-query';
import type { Scenario } from '../../api/Scenario.ts';
import type { Collection } from '../../api/types.ts';
import type {
  AssetsVariables,
  ChangeVariables,
  CreateCollectionVariables,
  DeleteCollectionVariables,
  ModelsVariables,
  UpdateCollectionVariables,
} from '../../ledger/ChangeVariables.ts';
import type { ChangeKind } from '../../ledger/changeKinds.ts';
import { getStore } from '../getStore.ts';
import { collectionKeys } from './keys.ts';

/** Options for `useMutation`: a change that shows at once and is sent in its turn. */
export interface ChangeOptions<TData, TVariables> {
  mutationKey: MutationKey;
  mutationFn: (variables: TVariables, context: MutationFunctionContext) => Promise<TData>;
  onMutate: (variables: TVariables, context: MutationFunctionContext) => void;
  networkMode: 'always';
  retry: false;
}

function changeOptions<TData extends Collection | undefined, TVariables extends ChangeVariables>(
  scenario: Scenario,
  kind: ChangeKind,
): ChangeOptions<TData, TVariables> {
  const mutations = (queryClient: QueryClient) => getStore(queryClient, scenario).use(scenario).mutations;
  return {
    mutationKey: [...collectionKeys.mutations(scenario.scope), kind],
    mutationFn: (variables, { client }) => mutations(client).run(kind, variables, scenario) as Promise<TData>,
    // Nothing is done here but to have the ledger there: it sees the mutation begin by itself.
    onMutate: (_, { client }) => void mutations(client),
    // The queue waits for the network by itself, so that what waits can be merged and discarded.
    networkMode: 'always',
    retry: false,
  };
}

/** Makes a collection. It stands in every list at once and can be renamed, filled and deleted before the server has answered. */
export const createCollectionMutationOptions = (
  client: Scenario,
): ChangeOptions<Collection, CreateCollectionVariables> => changeOptions(client, 'create');

/** Renames a collection, or sets its thumbnail. */
export const updateCollectionMutationOptions = (
  client: Scenario,
): ChangeOptions<Collection, UpdateCollectionVariables> => changeOptions(client, 'update');

/** Deletes a collection: it leaves every list at once. */
export const deleteCollectionMutationOptions = (
  client: Scenario,
): ChangeOptions<undefined, DeleteCollectionVariables> => changeOptions(client, 'delete');

/** Adds assets to a collection. Those that are in it already are no error and do not count again. */
export const addAssetsMutationOptions = (client: Scenario): ChangeOptions<Collection, AssetsVariables> =>
  changeOptions(client, 'addAssets');

/** Takes assets out of a collection. */
export const removeAssetsMutationOptions = (client: Scenario): ChangeOptions<Collection, AssetsVariables> =>
  changeOptions(client, 'removeAssets');

/** Adds models to a collection. Those that are in it already are no error and do not count again. */
export const addModelsMutationOptions = (client: Scenario): ChangeOptions<Collection, ModelsVariables> =>
  changeOptions(client, 'addModels');

/** Takes models out of a collection. */
export const removeModelsMutationOptions = (client: Scenario): ChangeOptions<Collection, ModelsVariables> =>
  changeOptions(client, 'removeModels');
