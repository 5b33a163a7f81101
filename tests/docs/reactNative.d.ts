/** As much of their types as docs/react-native.md uses: installing them for that would cost every clone 200 MB. */
declare module 'react-native' {
  export const AppState: {
    addEventListener(
      type: 'change',
      listener: (status: 'active' | 'background' | 'inactive' | 'unknown' | 'extension') => void,
    ): { remove: () => void };
  };
  export const Text: (props: { children?: import('react').ReactNode }) => import('react').ReactNode;
}

declare module '@react-native-community/netinfo' {
  const NetInfo: { addEventListener(listener: (state: { isConnected: boolean | null }) => void): () => void };
  export default NetInfo;
}
