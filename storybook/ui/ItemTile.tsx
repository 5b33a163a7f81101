import { Button } from './Button.tsx';
import { Picture } from './Picture.tsx';

/** An asset or a model in a collection's contents. */
export function ItemTile({ name, url, onRemove }: { name: string; url: string | undefined; onRemove: () => void }) {
  return (
    <li className="tile">
      <Picture url={url} />
      <span>{name}</span>
      <Button name={`Remove ${name}`} onClick={onRemove}>
        Remove
      </Button>
    </li>
  );
}
