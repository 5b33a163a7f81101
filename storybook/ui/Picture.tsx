/** The picture of a collection or an item, which a name stands beside; where there is none, its place. */
export function Picture({ url }: { url: string | undefined }) {
  return url ? <img className="picture" src={url} alt="" /> : <div className="no-picture" />;
}
