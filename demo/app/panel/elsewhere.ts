/** What another person does at the same server, at once and past every fault. The client that the page shows knows nothing of it. */
export async function elsewhere<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch('/control/elsewhere', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method, path, ...(body && { body }) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.json();
}
