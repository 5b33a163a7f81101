import type { Mutation } from '@tanstack/react-query';
import type { ChangeVariables } from '../../ledger/ChangeVariables.ts';
import type { ChangeKind } from '../../ledger/changeKinds.ts';

/** What a mutation of ours asks for, by its key. */
export const changeKindOf = ({ options }: Mutation): ChangeKind => options.mutationKey?.at(-1) as ChangeKind;

/** What a mutation of ours was given. */
export const variablesOf = ({ state }: Mutation): ChangeVariables => state.variables as ChangeVariables;
