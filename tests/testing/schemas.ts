/** As much of a JSON schema as the API's answers need. */
export interface Schema {
  type: 'string' | 'number' | 'object' | 'array';
  nullable?: true;
  required?: readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  items?: Schema;
}

const text: Schema = { type: 'string' };
const number: Schema = { type: 'number' };
const list = (items: Schema): Schema => ({ type: 'array', items });

const thumbnail: Schema = {
  type: 'object',
  required: ['assetId', 'url'],
  properties: { assetId: text, url: text },
};

const collection: Schema = {
  type: 'object',
  required: ['id', 'name', 'ownerId', 'createdAt', 'updatedAt', 'assetCount', 'modelCount', 'itemCount'],
  properties: {
    id: text,
    name: text,
    ownerId: text,
    createdAt: text,
    updatedAt: text,
    assetCount: number,
    modelCount: number,
    itemCount: number,
    thumbnail: { ...thumbnail, nullable: true },
  },
};

const item: Schema = {
  type: 'object',
  required: ['id', 'collectionIds', 'createdAt', 'updatedAt'],
  properties: {
    id: text,
    name: text,
    collectionIds: list(text),
    createdAt: text,
    updatedAt: text,
    ownerId: text,
    url: text,
    mimeType: text,
    kind: text,
    type: text,
    status: text,
    privacy: text,
    tags: list(text),
    thumbnail,
  },
};

const page = (key: string, entry: Schema): Schema => ({
  type: 'object',
  required: [key],
  properties: { [key]: list(entry), nextPaginationToken: { type: 'string', nullable: true } },
});

const envelope: Schema = { type: 'object', required: ['collection'], properties: { collection } };
const assetPage = page('assets', item);
const modelPage = page('models', item);

/** What each documented call answers with 200, by method and path. */
export const answerSchemas: Readonly<Record<string, Schema>> = {
  'GET /collections': page('collections', collection),
  'POST /collections': envelope,
  'GET /collections/c': envelope,
  'PUT /collections/c': envelope,
  'DELETE /collections/c': { type: 'object', properties: {} },
  'PUT /collections/c/assets': envelope,
  'DELETE /collections/c/assets': envelope,
  'PUT /collections/c/models': envelope,
  'DELETE /collections/c/models': envelope,
  'GET /assets': assetPage,
  'POST /assets/get-bulk': assetPage,
  'GET /models': modelPage,
  'POST /models/get-bulk': modelPage,
};

/** What a refusal says. */
export const errorSchema: Schema = {
  type: 'object',
  required: ['reason'],
  properties: {
    status: text,
    code: text,
    reason: text,
    message: text,
    error: text,
    detail: text,
    traceId: text,
    trace_id: text,
    remainingSeconds: number,
  },
};

/** Where a value is not what the schema promises, and where it has a field that the schema does not name. */
export function problems(value: unknown, schema: Schema, at = 'body'): string[] {
  if (value === null) return schema.nullable ? [] : [`${at} is null`];
  const type = Array.isArray(value) ? 'array' : typeof value;
  if (type !== schema.type) return [`${at} is ${type}, not ${schema.type}`];
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((entry, index) => problems(entry, items, `${at}[${index}]`));
  }
  if (typeof value !== 'object') return [];
  const missing = (schema.required ?? []).filter((key) => !(key in value)).map((key) => `${at}.${key} is missing`);
  const wrong = Object.entries(value).flatMap(([key, entry]) => {
    const property = schema.properties?.[key];
    return property === undefined ? [`${at}.${key} is not documented`] : problems(entry, property, `${at}.${key}`);
  });
  return [...missing, ...wrong];
}
