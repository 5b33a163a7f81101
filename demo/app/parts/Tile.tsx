import { Icon } from './Icon.tsx';
import { Picture } from './Picture.tsx';
import type { TileItem } from './TileItem.ts';

/** An item that can be chosen: a picture with a native checkbox or radio button over it. */
export function Tile({
  item,
  type = 'checkbox',
  isChosen,
  isIn = false,
  onChoose,
}: {
  item: TileItem;
  type?: 'checkbox' | 'radio';
  isChosen: boolean;
  /** It cannot be chosen, because it is in already. */
  isIn?: boolean;
  onChoose: (id: string) => void;
}) {
  return (
    <label className="tile">
      <input
        type={type}
        name={type === 'radio' ? 'tile' : undefined}
        checked={isChosen || isIn}
        disabled={isIn}
        onChange={() => onChoose(item.id)}
      />
      <Picture url={item.picture} name={item.name} />
      <span className="tile-mark">
        <Icon name="check" />
      </span>
      <span className="tile-name" title={item.name}>
        {item.name}
      </span>
      {isIn && <span className="tile-note">Already in</span>}
    </label>
  );
}
