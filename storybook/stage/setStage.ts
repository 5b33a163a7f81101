import { createStage, type Stage, type StageOptions } from './Stage.ts';

/** Storybook's loader that sets a fresh stage for each showing of a story. */
export function setStage({ parameters }: { parameters: Record<string, unknown> }): { stage: Stage } {
  return { stage: createStage(parameters.stage as StageOptions | undefined) };
}

/** The stage that a story plays on. */
export function stageOf({ loaded }: { loaded: Record<string, unknown> }): Stage {
  return loaded.stage as Stage;
}
