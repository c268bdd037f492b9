// Read a selection of an array with zarrita on Node.
import { FileSystemStore } from "@zarrita/storage";
import * as zarr from "zarrita";

const root = zarr.root(new FileSystemStore("@DATA@"));
const array = await zarr.open(root.resolve("@ARRAY@"), { kind: "array" });
const got = await zarr.get(array, @SELECTION@);

console.log(array.dtype, got?.shape ?? []);
console.dir(got?.shape ? { stride: got.stride, data: Array.from(got.data) } : got, { maxArrayLength: null });
