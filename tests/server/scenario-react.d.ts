// The recipes import the package by its name, as a user does. Here that name stands for the source.
declare module 'scenario-react/server' {
  export const createScenarioProxy: typeof import('../../src/server.ts').createScenarioProxy;
}
