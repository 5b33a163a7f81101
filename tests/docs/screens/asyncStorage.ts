/** In the place of React Native's AsyncStorage, over the page's storage. Its keys come in no order that anybody could lean on. */
export default {
  getAllKeys: async () => Object.keys(localStorage).reverse(),
  getItem: async (key: string) => localStorage.getItem(key),
  setItem: async (key: string, value: string) => localStorage.setItem(key, value),
  removeItem: async (key: string) => localStorage.removeItem(key),
};
