/**
 * Arrays in memory as the protocol sees them: `{ data, shape, stride, dtype }`; `stride` counts elements.
 *
 * Canonical bytes are little-endian and in C order, each text as UTF-8 after its length, a uint32.
 */

const ARRAYS = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  ...(globalThis.Float16Array && { float16: globalThis.Float16Array }), // not in Node 20
  float32: Float32Array,
  float64: Float64Array,
};

/** Return pixels over raw bytes: little-endian, C order. */
export function pixelsFrom(bytes, dtype, shape) {
  if (!Object.hasOwn(ARRAYS, dtype)) throw new TypeError(`JavaScript has no array for ${dtype}`);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return { data: new ARRAYS[dtype](buffer), shape, stride: strides(shape), dtype };
}

/** Return pixels without axes that hold one value. */
export function scalar(value, dtype) {
  if (typeof value === "string") return { data: [value], shape: [], stride: [], dtype };
  return { data: ARRAYS[dtype].of(value), shape: [], stride: [], dtype };
}

/** Return the strides of C order. */
export function strides(shape) {
  const stride = new Array(shape.length);
  for (let axis = shape.length - 1, step = 1; axis >= 0; step *= shape[axis], axis -= 1) stride[axis] = step;
  return stride;
}

/** Return the canonical bytes of pixels. Node runs on little-endian machines only. */
export function bytesOf({ data, shape, stride = strides(shape) }) {
  const size = shape.reduce((product, length) => product * length, 1);
  const places = offsets(shape, stride);
  if (Array.isArray(data)) return Buffer.concat(Array.from(places, (place) => prefixed(data[place])));
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const width = data.BYTES_PER_ELEMENT;
  if (isCOrder(shape, stride)) return bytes.subarray(0, size * width);
  const ordered = new Uint8Array(size * width);
  let end = 0;
  for (const place of places) {
    ordered.set(bytes.subarray(place * width, (place + 1) * width), end);
    end += width;
  }
  return ordered;
}

/**
 * Reduce by whole blocks, starting at the first element; what is left at the far edges is cut off.
 *
 * `nearest` takes a block's first element, `mean` rounds half to even where the pixels are integers.
 */
export function reduced({ data, shape, stride, dtype }, factor, method) {
  const small = shape.map((length, axis) => Math.floor(length / factor[axis]));
  const steps = stride.map((step, axis) => step * factor[axis]);
  const block = method === "mean" ? [...offsets(factor, stride)] : [0];
  const value = dtype.startsWith("float") ? (mean) => mean : halfToEven;
  const corners = Array.from(offsets(small, steps));
  const result = new data.constructor(corners.length);
  corners.forEach((corner, place) => {
    if (block.length === 1) result[place] = data[corner];
    else if (typeof data[corner] === "bigint") throw new TypeError(`no mean of ${dtype}`);
    else result[place] = value(block.reduce((sum, offset) => sum + data[corner + offset], 0) / block.length);
  });
  return { data: result, shape: small, stride: strides(small), dtype };
}

function halfToEven(value) {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** Yield where each element is, in C order. */
function* offsets(shape, stride) {
  const index = new Array(shape.length).fill(0);
  if (shape.includes(0)) return;
  for (let place = 0; ; ) {
    yield place;
    let axis = shape.length - 1;
    for (; axis >= 0; axis -= 1) {
      place += stride[axis];
      if (++index[axis] < shape[axis]) break;
      place -= stride[axis] * shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

function isCOrder(shape, stride) {
  return strides(shape).every((step, axis) => shape[axis] === 1 || step === stride[axis]);
}

function prefixed(text) {
  if (typeof text !== "string") throw new TypeError(`cannot answer with a ${typeof text} among strings`);
  const encoded = Buffer.from(text, "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(encoded.length);
  return Buffer.concat([length, encoded]);
}
