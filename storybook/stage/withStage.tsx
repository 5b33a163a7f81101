import type { Decorator } from '@storybook/react-vite';
import { QueryClientProvider } from '@tanstack/react-query';
import { ScenarioProvider } from 'scenario-react';
import { stageOf } from './setStage.ts';

/** The two providers that an app has around it, with the story's own client and cache. */
export const withStage: Decorator = (Story, context) => {
  const { client, queryClient } = stageOf(context);
  return (
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client}>
        <main>
          <Story />
        </main>
      </ScenarioProvider>
    </QueryClientProvider>
  );
};
