/**
 * The worker's side of the protocol, for tools driven from JavaScript (Node 20 or newer; needs no packages).
 *
 * A worker is a few functions, async or not, and one call:
 *
 *     import { serve, Unsupported } from "ozh_worker";
 *
 *     openLevel(store, level)      // -> { what: anything, shape, dtype }
 *     openArray(store, path)       // -> the same; any array by its path, "" is the store's place itself
 *     read(what, region)           // -> pixels, in memory
 *     inspect(store)               // -> the image as the protocol has it
 *     listArrays(store)            // -> paths of arrays
 *     write(store, pixels, image)  // pixels are loaded before the timer
 *     writeRegions(store, level, pixels, regions)  // pixels: all of the level
 *     validate(store, scope, kind) // -> [whether it is valid, what the tool says]
 *
 *     serve("my-tool", { packages: ["my-tool"], configure, operations: { open: openLevel, read, ... } });
 *
 * `store`, `region` and `image` are the request's; `image.overwrite` says that an older image may be there,
 * which is to be replaced. Numbers of a region may be negative or outside: hand them on as they are, and let
 * the tool decide. Pixels are `{ data, shape, stride, dtype }`: a typed array, or a list of strings; `stride` counts
 * elements and may be left out where they are in C order; `dtype` is the name that the protocol gives.
 * A function that throws `Unsupported(why)` is answered `unsupported`; anything else is the tool's error.
 * `serve` times, digests and answers. Import this module first: what a library prints then goes to stderr.
 */

import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from "node:fs";
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { format } from "node:util";

import { bytesOf, pixelsFrom } from "./ozh_pixels.mjs";

const PROTOCOL = 1;
const MAX_LINE = 1024 * 1024;
const MAX_WARNINGS = 20;
const MAX_MESSAGES = 100;
const MAX_SAID_LENGTH = 500; // of one of them
const MAX_MESSAGE_LENGTH = 2000;

const ANSWERS = privateAnswers();
const PEAK = openPeak();
const heard = listen();

/** The tool cannot do what was asked: one sentence of why. */
export class Unsupported extends Error {}

/**
 * Answer requests until `bye` or the end of stdin.
 *
 * `packages` are those whose versions matter, the tool's own first. `configure` takes the settings of
 * `hello`, applies them and returns those in effect.
 */
export async function serve(tool, { packages, operations, configure = (settings) => settings }) {
  const worker = {
    tool,
    packages,
    configure,
    operations: { null: () => {}, ...operations },
    opened: new Map(), // handle -> what `open` returned
    numberOfHandles: 0,
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    writeFileSync(ANSWERS, encode({ id: request.id, ...(await answer(worker, request)) }));
    if (request.operation === "bye") break;
  }
  process.exit();
}

/** Return the answer to a request, whatever happens; warnings are part of it. */
async function answer(worker, request) {
  heard.length = 0;
  let body;
  try {
    body = await carryOut(worker, request);
  } catch (problem) {
    body = problem instanceof Unsupported ? { unsupported: problem.message } : { error: described(problem) };
  }
  await new Promise(setImmediate); // Node tells of warnings a little later
  return { ...body, warnings: brief(heard).slice(0, MAX_WARNINGS) };
}

async function carryOut(worker, request) {
  const name = request.operation;
  if (name === "bye") return {};
  if (name === "hello") return hello(worker, request.settings);
  if (name === "close") {
    held(worker, request);
    worker.opened.delete(request.handle);
    return {};
  }
  if (!Object.hasOwn(worker.operations, name) || !Object.hasOwn(STEPS, name))
    throw new Unsupported("unknown operation");
  return STEPS[name](worker, worker.operations[name], request);
}

const STEPS = {
  async null(_, operation) {
    const [, timing] = await timed(operation);
    return { timing };
  },
  async open(worker, operation, request) {
    return keep(worker, ...(await timed(operation, request.store, request.level)));
  },
  async open_array(worker, operation, request) {
    return keep(worker, ...(await timed(operation, request.store, request.path)));
  },
  async read(worker, operation, request) {
    const [pixels, timing] = await timed(operation, held(worker, request), request.region);
    return { timing, ...digest(pixels, request.save_to) };
  },
  async downsample(worker, operation, request) {
    const how = [request.region, request.factor, request.method];
    const [pixels, timing] = await timed(operation, held(worker, request), ...how);
    return { timing, ...digest(pixels, request.save_to) };
  },
  async list(_, operation, request) {
    const [paths, timing] = await timed(operation, request.store);
    return { timing, arrays: [...paths].sort() };
  },
  async inspect(_, operation, request) {
    const [image, timing] = await timed(operation, request.store);
    return { timing, image };
  },
  async write(_, operation, request) {
    const { path, dtype, shape } = request.input;
    const pixels = pixelsFrom(readFileSync(path), dtype, shape);
    const image = { ...request.image, overwrite: request.overwrite ?? false };
    const [, timing] = await timed(operation, request.store, pixels, image);
    return { timing };
  },
  async write_regions(_, operation, request) {
    const { path, dtype, shape } = request.input;
    const pixels = pixelsFrom(readFileSync(path), dtype, shape);
    const [, timing] = await timed(operation, request.store, request.level, pixels, request.regions);
    return { timing };
  },
  async validate(_, operation, request) {
    const [[valid, messages], timing] = await timed(operation, request.store, request.scope, request.kind);
    return { timing, valid, messages: brief(messages).slice(0, MAX_MESSAGES) };
  },
};

function hello(worker, settings) {
  const versions = worker.packages.map((name) => [name, versionOf(name)]);
  return {
    protocol: PROTOCOL,
    tool: worker.tool,
    version: versions[0][1],
    language: `Node ${process.versions.node}`,
    packages: Object.fromEntries(versions),
    operations: Object.keys(worker.operations),
    settings: worker.configure(settings),
  };
}

/** Return the version of a package that stands beside us in `node_modules`. */
function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`../${name}/package.json`, import.meta.url), "utf8")).version;
}

function keep(worker, opened, timing) {
  worker.numberOfHandles += 1;
  const handle = `h${worker.numberOfHandles}`;
  worker.opened.set(handle, opened);
  return { timing, handle, shape: opened.shape, dtype: opened.dtype };
}

function held(worker, request) {
  const { handle } = request;
  if (!worker.opened.has(handle)) throw new Error(`no array is open under the handle ${handle}`);
  return worker.opened.get(handle).what;
}

/** Run the operation; return what it returned, and the timing of it alone. */
async function timed(operation, ...given) {
  PEAK.reset();
  const cpu = process.cpuUsage();
  const wall = process.hrtime.bigint();
  const result = await operation(...given);
  const wallNs = Number(process.hrtime.bigint() - wall);
  const { user, system } = process.cpuUsage(cpu);
  return [result, { wall_ns: wallNs, cpu_ns: (user + system) * 1000, peak_rss_bytes: PEAK.bytes() }];
}

/** The kernel's VmHWM, by files held open. */
function openPeak() {
  let clearRefs, status;
  try {
    [clearRefs, status] = [openSync("/proc/self/clear_refs", "w"), openSync("/proc/self/status", "r")];
  } catch {
    return { reset() {}, bytes: () => null }; // not Linux, or forbidden here: the peak is then not known
  }
  const buffer = Buffer.alloc(8192);
  return {
    reset: () => writeSync(clearRefs, "5"),
    bytes() {
      const text = buffer.toString("latin1", 0, readSync(status, buffer, 0, buffer.length, 0));
      return Number(/VmHWM:\s*(\d+)/.exec(text)[1]) * 1024;
    },
  };
}

/** Return dtype, shape and SHA-256 over the canonical bytes; also save those, if asked. */
function digest(pixels, saveTo) {
  const bytes = bytesOf(pixels);
  if (saveTo) writeFileSync(saveTo, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { dtype: pixels.dtype, shape: pixels.shape, sha256 };
}

/** Return what was thrown, with its causes: Node says "fetch failed" and leaves the reason to them. */
function described(problem) {
  console.error(problem);
  if (!(problem instanceof Error)) {
    return { type: typeof problem, message: String(problem).slice(0, MAX_MESSAGE_LENGTH) };
  }
  const messages = [];
  for (let one = problem; one instanceof Error && messages.length < 5; one = one.cause) {
    messages.push(one.message || one.code || one.name); // several refused connections have no message
  }
  return { type: problem.name, message: messages.join(": ").slice(0, MAX_MESSAGE_LENGTH) };
}

/** Collect Node's warnings and what libraries print as such, to be answered. */
function listen() {
  const said = [];
  process.on("warning", (warning) => said.push(`${warning.name}: ${warning.message}`));
  const warn = console.warn.bind(console);
  console.warn = (...words) => {
    said.push(`console.warn: ${format(...words)}`);
    warn(...words);
  };
  return said;
}

/** Return what was said, once each, on a line of bounded length. */
function brief(said) {
  return [...new Set(said.map((one) => one.split(/\s+/).join(" ").trim().slice(0, MAX_SAID_LENGTH)))];
}

function encode(body) {
  const line = `${JSON.stringify(body)}\n`;
  const length = Buffer.byteLength(line);
  if (length <= MAX_LINE) return line;
  const message = `the answer has ${length} bytes, allowed are ${MAX_LINE}`;
  return `${JSON.stringify({ id: body.id, error: { type: "AnswerTooLong", message } })}\n`;
}

/** Return stdout for us alone: whatever writes to descriptor 1 from now on writes to stderr. */
function privateAnswers() {
  const answers = openSync("/dev/fd/1", "a");
  closeSync(1);
  if (openSync("/dev/fd/2", "a") !== 1) throw new Error("descriptor 1 was taken by something else");
  return answers;
}
