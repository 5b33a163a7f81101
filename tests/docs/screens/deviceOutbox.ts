import AsyncStorage from '@react-native-async-storage/async-storage';
import { createOutbox } from 'scenario-react/outbox';

const PREFIX = 'scenario-outbox/';

export const outbox = createOutbox({
  storage: {
    load: async () => {
      const keys = (await AsyncStorage.getAllKeys()).filter((key) => key.startsWith(PREFIX));
      const texts = await Promise.all(keys.map((key) => AsyncStorage.getItem(key)));
      return texts.map((text) => JSON.parse(text ?? 'null'));
    },
    put: (record) => AsyncStorage.setItem(PREFIX + record.key, JSON.stringify(record)),
    remove: (key) => AsyncStorage.removeItem(PREFIX + key),
  },
});
