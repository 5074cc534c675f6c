// Runs a Node.js handler behind the Lambda Runtime API.
//
// AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes" and "Building
// Lambda functions with Node.js". Node's own modules only; Node 18 and later.
//
// A record of several lines is written as one line with carriage returns inside: the reader of our
// output makes one log event of each line, and line feeds of the carriage returns.

import fs from 'node:fs';
import http from 'node:http';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import util from 'node:util';

const API = '/2018-06-01/runtime';
const MAX_CAUSE_BYTES = 16 * 1024;
const TASK_ROOT = process.env.LAMBDA_TASK_ROOT;

/** What is wrong with the handler's settings, under AWS's name for it. */
class Fault extends Error {
  constructor(type, message, stack) {
    super(message);
    this.name = type;
    this.stack = stack ?? `${type}: ${message}`;
  }
}

let requestId; // of the invocation that runs, as `console` writes it

// ---- The Runtime API -------------------------------------------------------------------------

const [apiHost, apiPort] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true });

function call(method, target, headers = {}, body = '') {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body);
    const request = http.request(
      {
        host: apiHost,
        port: Number(apiPort),
        method,
        path: API + target,
        agent,
        headers: method === 'GET' ? headers : { ...headers, 'Content-Length': bytes.length },
      },
      (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () =>
          resolve({ headers: response.headers, body: Buffer.concat(parts).toString('utf8') }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(method === 'GET' ? undefined : bytes);
  });
}

function fail(target, error) {
  const description = describe(error);
  const headers = {
    'Content-Type': 'application/vnd.aws.lambda.error+json',
    'Lambda-Runtime-Function-Error-Type': asHeader(description.errorType),
  };
  const cause = asHeader(JSON.stringify(causeOf(description)));
  if (cause.length <= MAX_CAUSE_BYTES) headers['Lambda-Runtime-Function-XRay-Error-Cause'] = cause;
  return call('POST', target, headers, JSON.stringify(description));
}

/** JSON text and names with nothing but ASCII, as headers must be. */
function asHeader(text) {
  return text.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// ---- Errors ----------------------------------------------------------------------------------

function isError(value) {
  return util.types.isNativeError(value) ||
    Boolean(value && value.name && value.message && value.stack);
}

function describe(error) {
  if (!isError(error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: String(error.name),
    errorMessage: String(error.message),
    trace: String(error.stack).split('\n'),
  };
}

function causeOf(description) {
  const stack = [];
  for (const line of description.trace.slice(1)) {
    const found = /^\s*at (?:(.*) \()?(?:file:\/\/)?([^()]*):(\d+):\d+\)?$/.exec(line);
    if (found) stack.push({ label: found[1] ?? 'anonymous', path: found[2], line: Number(found[3]) });
  }
  return {
    working_directory: process.cwd(),
    exceptions: [{
      type: description.errorType,
      message: description.errorMessage.slice(0, 1024),
      stack: stack.slice(0, 20),
    }],
    paths: [...new Set(stack.map((frame) => frame.path))],
  };
}

/** As AWS logs an error: its own fields too, the stack as an array. */
function errorForLog(error) {
  if (!isError(error)) return JSON.stringify(describe(error));
  const { name, message, stack, ...rest } = error;
  const seen = new Set();
  try {
    return JSON.stringify({
      errorType: error.name,
      errorMessage: error.message,
      ...rest,
      stack: String(error.stack).split('\n'),
    }, (_, value) => {
      if (typeof value === 'bigint') return String(value);
      if (typeof value !== 'object' || value === null) return value;
      if (seen.has(value)) return '[Circular]';
      seen.add(value);
      return value;
    });
  } catch {
    return JSON.stringify(describe(error));
  }
}

// ---- Output ----------------------------------------------------------------------------------

function writeRecord(text) {
  process.stdout.write(`${text.replace(/\r?\n/g, '\r')}\n`);
}

function patchConsole() {
  const log = (level) => (...values) =>
    writeRecord(`${new Date().toISOString()}\t${requestId}\t${level}\t${util.format(...values)}`);
  console.log = log('INFO');
  console.info = log('INFO');
  console.debug = log('DEBUG');
  console.warn = log('WARN');
  console.error = log('ERROR');
  const trace = log('TRACE');
  console.trace = (...values) => {
    const place = {};
    Error.captureStackTrace(place, console.trace);
    trace(`${util.format(...values)}\n${place.stack.split('\n').slice(1).join('\n')}`);
  };
}

// ---- The handler -----------------------------------------------------------------------------

/** `import` does not look into NODE_PATH, where the runtime keeps the SDK; this falls back to it. */
function offerRuntimeModules() {
  const parent = pathToFileURL(path.join(process.env.LAMBDA_RUNTIME_DIR, 'package.json')).href;
  if (typeof Module.register !== 'function') return;
  const hook = `
    import { createRequire } from 'node:module';
    import path from 'node:path';
    import { pathToFileURL } from 'node:url';
    const folders = ${JSON.stringify((process.env.NODE_PATH ?? '').split(':').filter(Boolean))};
    export async function resolve(specifier, context, next) {
      try {
        return await next(specifier, context);
      } catch (error) {
        if (error.code !== 'ERR_MODULE_NOT_FOUND' || /^(\\.|\\/|[a-z]+:)/.test(specifier)) throw error;
        for (const folder of folders) {
          try {
            const parentURL = pathToFileURL(path.join(path.dirname(folder), 'index.mjs')).href;
            return await next(specifier, { ...context, parentURL });
          } catch {}
          try {
            const require = createRequire(path.join(folder, 'index.js'));
            return { url: pathToFileURL(require.resolve(specifier)).href, shortCircuit: true };
          } catch {}
        }
        throw error;
      }
    }`;
  Module.register(`data:text/javascript,${encodeURIComponent(hook)}`, parent);
}

function isEsModule(file) {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (fs.existsSync(manifest)) {
      try {
        return JSON.parse(fs.readFileSync(manifest, 'utf8')).type === 'module';
      } catch {
        return false;
      }
    }
    if (folder === TASK_ROOT || folder === path.dirname(folder)) return false;
  }
}

async function importModule(root, name) {
  const base = path.resolve(TASK_ROOT, root, name);
  const file = ['', '.js', '.mjs', '.cjs']
    .map((suffix) => base + suffix)
    .find((candidate) => fs.existsSync(candidate) && fs.statSync(candidate).isFile());
  if (file !== undefined && isEsModule(file)) {
    offerRuntimeModules();
    return import(pathToFileURL(file).href);
  }
  // Like AWS's own, so that folders with an index.js and packages of the function are found too.
  const require = createRequire(path.join(TASK_ROOT, 'index.js'));
  try {
    return require(file ?? base);
  } catch (error) {
    if (error.code === 'ERR_REQUIRE_ESM') return import(pathToFileURL(file).href);
    if (error.code === 'MODULE_NOT_FOUND' && file === undefined &&
        error.message.startsWith(`Cannot find module '${base}'`)) {
      const plain = new Error(`Cannot find module '${name}'\nRequire stack:\n- /var/runtime/index.mjs`);
      plain.code = error.code;
      throw plain;
    }
    throw error;
  }
}

async function loadHandler(text) {
  const name = path.basename(text);
  const root = text.slice(0, text.length - name.length);
  const found = /^([^.]*)\.(.*)$/.exec(name);
  if (!found || text.includes('..')) {
    throw new Fault('Runtime.MalformedHandlerName',
      text.includes('..') ? `'${text}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.` : 'Bad handler');
  }
  let module;
  try {
    module = await importModule(root, found[1]);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new Fault('Runtime.UserCodeSyntaxError', String(error), error.stack);
    }
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw new Fault('Runtime.ImportModuleError', String(error), error.stack);
    }
    throw error;
  }
  const pick = (object) => found[2].split('.').reduce((at, key) => at?.[key], object);
  const handler = pick(module) ?? pick(module.default);
  if (handler === undefined) {
    throw new Fault('Runtime.HandlerNotFound', `${text} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new Fault('Runtime.HandlerNotFound', `${text} is not a function`);
  }
  return handler;
}

function makeContext(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const parse = (text) => (text ? JSON.parse(text) : undefined);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parse(headers['lambda-runtime-client-context']),
    identity: parse(headers['lambda-runtime-cognito-identity']),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

let onEmptyLoop = null; // what ends the invocation when nothing is left to do
process.on('beforeExit', () => {
  const end = onEmptyLoop;
  onEmptyLoop = null;
  end?.();
});

/** Runs the handler in any of its styles; gives what ended it, `{ error }` or `{ value }`. */
function runHandler(handler, event, context) {
  return new Promise((resolve) => {
    let ended = false;
    const end = (outcome) => {
      if (ended) return;
      ended = true;
      onEmptyLoop = null;
      resolve(outcome);
    };
    // A handler that promised nothing more, or never keeps its promise, ends with its event loop.
    onEmptyLoop = () => end({ value: null });
    const callback = (error, value) => {
      if (ended) return;
      if (error !== undefined && error !== null) {
        end({ error });
      } else if (context.callbackWaitsForEmptyEventLoop) {
        onEmptyLoop = () => end({ value });
        setImmediate(() => {}); // an emptied loop is noticed once more
      } else {
        end({ value });
      }
    };
    context.succeed = (value) => {
      context.callbackWaitsForEmptyEventLoop = false;
      callback(null, value);
    };
    context.fail = (error) => end({ error: error ?? 'handled' });
    context.done = (error, value) => (error ? context.fail(error) : context.succeed(value));
    try {
      const result = handler(event, context, callback);
      if (typeof result?.then === 'function') {
        result.then((value) => end({ value }), (error) => end({ error }));
      }
    } catch (error) {
      end({ error });
    }
  });
}

function stringify(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

async function serve(handler) {
  for (;;) {
    const { headers, body } = await call('GET', '/invocation/next');
    requestId = headers['lambda-runtime-aws-request-id'];
    const traceId = headers['lambda-runtime-trace-id'];
    if (traceId) process.env._X_AMZN_TRACE_ID = traceId;
    else delete process.env._X_AMZN_TRACE_ID;
    let reply;
    let failure;
    try {
      const outcome = await runHandler(handler, JSON.parse(body), makeContext(headers));
      if ('error' in outcome) failure = outcome;
      else reply = stringify(outcome.value);
    } catch (error) {
      failure = { error };
    }
    if (failure) {
      console.error('Invoke Error', `\t${errorForLog(failure.error)}`);
      await fail(`/invocation/${requestId}/error`, failure.error);
    } else {
      await call('POST', `/invocation/${requestId}/response`,
        { 'Content-Type': 'application/json' }, reply);
    }
  }
}

// ---- Start -----------------------------------------------------------------------------------

/** An error that nobody caught is posted and ends us. */
function dieOf(title, error) {
  onEmptyLoop = null;
  writeRecord(`${new Date().toISOString()}\t${requestId}\tERROR\t${title} \t${errorForLog(error)}`);
  const target = requestId === undefined ? '/init/error' : `/invocation/${requestId}/error`;
  fail(target, error).then(() => process.exit(129), () => process.exit(129));
}

patchConsole();
process.on('uncaughtException', (error) => dieOf('Uncaught Exception', error));
process.on('unhandledRejection', (reason) => {
  const rejection = new Fault('Runtime.UnhandledPromiseRejection', String(reason),
    `Runtime.UnhandledPromiseRejection: ${reason?.stack ?? reason}`);
  dieOf('Unhandled Promise Rejection', rejection);
});
globalThis.awslambda = {
  streamifyResponse() {
    throw new Error('Response streaming is not supported by the local cloud.');
  },
};

try {
  const handler = await loadHandler(process.env._HANDLER);
  serve(handler).catch(() => process.exit(1));
} catch (error) {
  dieOf('Uncaught Exception', error);
}
