/**
 * OME-Zarr's JSON for tools that know Zarr only: what their users read and write by hand.
 *
 * Tools with a notion of OME-Zarr of their own have no use for this. Attributes are those of the image's
 * group, as the tool returned them: 0.4 keeps its metadata there directly, 0.5 under `ome`.
 */

/** Return the paths of the levels, largest first. */
export function levelPaths(attributes) {
  return multiscale(attributes).datasets.map((dataset) => dataset.path);
}

/** Return the paths of the label images, from the attributes of the group `labels`. */
export function labelNames(attributes) {
  return (attributes.ome ?? attributes).labels ?? [];
}

/** Return the protocol's image. `levels` holds path, shape, chunks, shards and dtype of each level. */
export function describe(attributes, levels, labels) {
  const ome = attributes.ome ?? attributes;
  // Transformations beside the levels are of all of them, after each level's own.
  const { version, name, axes, datasets, coordinateTransformations: shared = [] } = multiscale(attributes);
  return {
    ome_zarr: ome.version ?? version ?? null,
    name: name ?? null,
    axes: axes.map((axis) => ({ name: axis.name, type: axis.type ?? null, unit: axis.unit ?? null })),
    levels: levels.map((level, index) => ({ ...level, ...transforms([...(datasets[index].coordinateTransformations ?? []), ...shared]) })),
    channels: (ome.omero?.channels ?? []).map(channel),
    labels,
  };
}

/** Return the attributes of the group of an image that was asked for, with levels at these paths. */
export function attributesOf(image, paths) {
  const datasets = paths.map((path, level) => {
    const scale = image.scale.map((step, axis) => step * image.factor[axis] ** level);
    return { path, coordinateTransformations: [{ type: "scale", scale }] };
  });
  const said = (axis) => Object.entries(axis).filter(([, value]) => value !== null);
  const axes = image.axes.map((axis) => Object.fromEntries(said(axis)));
  const asked = { name: image.name, axes, datasets };
  if (image.ome_zarr === "0.4") return { multiscales: [{ version: "0.4", ...asked }] };
  return { ome: { version: "0.5", multiscales: [asked] } };
}

function multiscale(attributes) {
  return (attributes.ome ?? attributes).multiscales[0];
}

/** Return one scale and one translation that do what all of these do one after the other. */
function transforms(transformations) {
  let scale = null;
  let translation = null;
  for (const one of transformations) {
    const values = one[one.type];
    if (one.type === "scale" && values) {
      scale = values.map((value, axis) => value * (scale?.[axis] ?? 1));
      translation &&= translation.map((value, axis) => value * values[axis]);
    }
    if (one.type === "translation" && values) {
      translation = values.map((value, axis) => value + (translation?.[axis] ?? 0));
    }
  }
  return { scale, translation };
}

function channel({ label = null, color = null, active = null, window }) {
  const { start, end, min, max } = window ?? {};
  const whole = [start, end, min, max].every((limit) => limit !== undefined && limit !== null);
  return { label, color, active, window: whole ? { start, end, min, max } : null };
}
