export { ScenarioProvider } from '../../../src/index.ts';
export { Screen } from './Screen.tsx';
