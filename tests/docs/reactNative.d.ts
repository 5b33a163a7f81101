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

declare module '@react-native-async-storage/async-storage' {
  const AsyncStorage: {
    getAllKeys(): Promise<readonly string[]>;
    getItem(key: string): Promise<string | null>;
    setItem(key: string, value: string): Promise<void>;
    removeItem(key: string): Promise<void>;
  };
  export default AsyncStorage;
}
