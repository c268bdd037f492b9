// A worker over typed arrays, with the faults of a careless library.

import { writeFileSync, writeSync } from "node:fs";

import { serve, Unsupported } from "ozh_worker";
import { attributesOf, describe, labelNames, levelPaths } from "ozh_worker/ome";
import { reduced, scalar } from "ozh_worker/pixels";

const numbers = (data) => ({ data, shape: [2, 3], stride: [3, 1] });
const ARRAYS = {
  bool: { ...numbers(Uint8Array.of(1, 0, 1, 0, 0, 1)), dtype: "bool" },
  float: { ...numbers(Float32Array.of(0.5, -0, NaN, Infinity, 1e-45, 3.25)), dtype: "float32" },
  big: { ...numbers(BigInt64Array.of(0n, -1n, 2n ** 62n, 3n, 4n, 5n)), dtype: "int64" },
  "f-order": { data: Int32Array.of(0, 3, 1, 4, 2, 5), shape: [2, 3], stride: [1, 2], dtype: "int32" },
  "larger buffer": { data: Int16Array.of(9, 0, 1, 2, 3, 4, 5).subarray(1), shape: [2, 3], dtype: "int16" },
  empty: { data: new Uint8Array(0), shape: [2, 0], dtype: "uint8" },
  text: { data: ["a", "é", "", "bc", "\u{1f52c}", "z"], shape: [2, 3], stride: [1, 2], dtype: "string" },
  mixed: { data: ["a", 1], shape: [2], dtype: "string" },
};
const SCALARS = [scalar(7, "uint16"), scalar("é", "string"), scalar(2n ** 63n, "uint64")];

function open(store) {
  if (store.path === "missing") throw new RangeError("x".repeat(5000));
  if (store.path === "causes") {
    throw new Error("fetch failed", { cause: new Error("", { cause: new Error("refused") }) });
  }
  if (store.path === "number") throw 5246328; // as an exception of WebAssembly comes out
  if (store.path === "unsupported") throw new Unsupported("not this one");
  const { shape, dtype } = ARRAYS[store.path];
  return { what: ARRAYS[store.path], shape, dtype };
}

function inspect() {
  console.log("hello from a library");
  process.stdout.write("and from another\n");
  writeSync(1, "y".repeat(300_000) + "\n");
  for (let number = 0; number < 40; number += 1) console.warn(number, "z".repeat(600));
  const attributes = { multiscales: [{ version: "0.4", axes: [{ name: "x" }], datasets: [{ path: "0" }] }] };
  const array = { shape: [4], chunks: [2], shards: null, dtype: "uint8" };
  const levels = levelPaths(attributes).map((path) => ({ path, ...array }));
  return describe(attributes, levels, labelNames({ labels: ["cells"] }));
}

serve("tiny", {
  packages: ["tiny", "@scope/other"],
  configure: (settings) => ({ answer: 42, ...settings }),
  operations: {
    open,
    open_array: (store, path) => open({ path: path || store.path }),
    read: async (array, region) => (typeof region[0] === "number" ? SCALARS[region[0]] : array),
    downsample: (array, _region, factor, method) => reduced(array, factor, method),
    inspect,
    list(store) {
      if (store.path === "warned") process.emitWarning("do not do this", "FutureWarning");
      return ["1", "0", ...new Array(store.path === "long" ? 2000 : 0).fill("a".repeat(1000))];
    },
    write(store, { data, shape, dtype }, image) {
      const attributes = attributesOf(image, ["0", "1"]);
      writeFileSync(store.path, JSON.stringify([[...data], shape, dtype, image.overwrite, attributes]));
    },
    validate: (_store, scope, kind) => [false, [`${scope} of  ${kind}`, `${scope} of ${kind}`]],
  },
});
