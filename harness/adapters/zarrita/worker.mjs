/** zarrita as its users drive it, on Node. */

import { serve, Unsupported } from "ozh_worker";
import { attributesOf, describe, labelNames, levelPaths } from "ozh_worker/ome";
import { reduced, scalar } from "ozh_worker/pixels";

import { FileSystemStore } from "@zarrita/storage";
import { AwsClient } from "aws4fetch";
import * as zarr from "zarrita";

let coalesceRanges = false;

function configure(settings) {
  coalesceRanges = settings.coalesce_ranges ?? false;
  return { coalesce_ranges: coalesceRanges };
}

function storeOf(place) {
  const store = place.kind === "file" ? new FileSystemStore(place.path) : fetchStore(place);
  return coalesceRanges ? zarr.withRangeCoalescing(store) : store;
}

function fetchStore(place) {
  if (place.kind === "http") return new zarr.FetchStore(place.url);
  const client = new AwsClient({
    accessKeyId: place.access_key,
    secretAccessKey: place.secret_key,
    region: place.region,
    service: "s3",
  });
  return new zarr.FetchStore(`${place.endpoint}/${place.bucket}/${place.key}`, {
    // A `+` in a path is a space to S3 and to aws4fetch, and itself to MinIO; `%2B` is a plus to all of them.
    fetch: async (request) => {
      const url = request.url.replaceAll("+", "%2B");
      return fetch(await client.sign(new Request(url, request)));
    },
  });
}

async function openArray(place, path) {
  return opened(await zarr.open(zarr.root(storeOf(place)).resolve(path), { kind: "array" }));
}

async function openLevel(place, level) {
  const group = await zarr.open(storeOf(place), { kind: "group" });
  return opened(await zarr.open(group.resolve(levelPaths(group.attrs)[level]), { kind: "array" }));
}

function opened(array) {
  return { what: array, shape: array.shape, dtype: dtypeName(array.dtype) };
}

function dtypeName(dtype) {
  if (dtype.startsWith("v2:S")) return `|${dtype.slice(3)}`;
  return dtype.startsWith("v2:") ? "string" : dtype; // v2:U..., v2:object
}

async function read(array, region) {
  const selection = region.map((part) => {
    if (typeof part === "number") return part;
    if (!Array.isArray(part)) throw new Unsupported("zarrita selects by integers and slices, not by lists");
    return zarr.slice(...part);
  });
  const got = await zarr.get(array, selection);
  const dtype = dtypeName(array.dtype);
  if (selection.every((part) => typeof part === "number")) return element(got, dtype);
  const isText = dtype === "string" && !Array.isArray(got.data);
  return { ...got, data: isText ? [...got.data] : got.data, dtype };
}

/** What is read by integers alone is a value of JavaScript's. */
function element(value, dtype) {
  if (!dtype.startsWith("|S")) return scalar(value, dtype);
  return { data: new zarr.ByteStringArray(Number(dtype.slice(2)), [value]), shape: [], dtype };
}

async function inspect(place) {
  // `shards` are in no public property, so zarr.json is read once more.
  const group = await zarr.open(zarr.withByteCaching(storeOf(place)), { kind: "group" });
  const levels = await Promise.all(
    levelPaths(group.attrs).map(async (path) => {
      const array = await zarr.open(group.resolve(path), { kind: "array" });
      const shards = group.attrs.ome ? await shardShape(array) : null;
      return { path, shape: array.shape, chunks: array.chunks, shards, dtype: dtypeName(array.dtype) };
    }),
  );
  return describe(group.attrs, levels, await labels(group));
}

async function shardShape(array) {
  const bytes = await array.store.get(array.resolve("zarr.json").path);
  const { codecs, chunk_grid } = JSON.parse(new TextDecoder().decode(bytes));
  return codecs[0].name === "sharding_indexed" ? chunk_grid.configuration.chunk_shape : null;
}

async function labels(group) {
  try {
    return labelNames((await zarr.open(group.resolve("labels"), { kind: "group" })).attrs);
  } catch (error) {
    if (zarr.isZarritaError(error, "NotFoundError")) return [];
    throw error;
  }
}

async function writeRegions(place, level, pixels, regions) {
  if (place.kind !== "file") throw new Unsupported("FetchStore can only read");
  const { what: array } = await openLevel(place, level);
  for (const region of regions) {
    const begin = region.reduce((sum, [start], axis) => sum + start * pixels.stride[axis], 0);
    const shape = region.map(([start, stop]) => stop - start);
    const selection = region.map((part) => zarr.slice(...part));
    await zarr.set(array, selection, { data: pixels.data.subarray(begin), shape, stride: pixels.stride });
  }
}

async function write(place, pixels, image) {
  if (place.kind !== "file") throw new Unsupported("FetchStore can only read");
  if (image.ome_zarr === "0.4") throw new Unsupported("zarrita creates arrays and groups of Zarr v3 only");
  if (image.shards) throw new Unsupported("zarrita does not write sharded arrays");
  const codecs = codecsOf(image.codec, pixels);
  const root = zarr.root(storeOf(place));
  const paths = Array.from({ length: image.levels }, (_, level) => String(level));
  await zarr.create(root, { attributes: attributesOf(image, paths) });
  for (const path of paths) {
    const array = await zarr.create(root.resolve(path), {
      shape: pixels.shape,
      chunkShape: image.chunks,
      dtype: pixels.dtype,
      codecs,
      fillValue: { bool: false, int64: 0n, uint64: 0n }[pixels.dtype] ?? 0,
      chunkSeparator: image.separator,
      dimensionNames: image.axes.map((axis) => axis.name),
    });
    await zarr.set(array, null, pixels);
    if (path !== paths.at(-1)) pixels = reduced(pixels, image.factor, image.method);
  }
}

function codecsOf(codec, pixels) {
  if (codec.crc32c) throw new Unsupported("zarrita's crc32c codec does not encode");
  const bytes = { name: "bytes", configuration: { endian: "little" } };
  if (codec.name === "none") return [bytes];
  return [bytes, { name: codec.name, configuration: configurationOf(codec, pixels.data.BYTES_PER_ELEMENT) }];
}

function configurationOf(codec, typesize) {
  if (codec.name === "blosc") {
    return { cname: codec.cname, clevel: codec.level, shuffle: codec.shuffle, typesize, blocksize: 0 };
  }
  if (codec.name !== "zstd") throw new Unsupported(`zarrita's ${codec.name} codec does not encode`);
  if (codec.checksum) throw new Unsupported("zarrita's zstd codec writes no checksums");
  return { level: codec.level, checksum: false };
}

serve("zarrita", {
  packages: ["zarrita", "@zarrita/storage", "numcodecs", "aws4fetch"],
  configure,
  operations: { open: openLevel, open_array: openArray, read, inspect, write, write_regions: writeRegions },
});
