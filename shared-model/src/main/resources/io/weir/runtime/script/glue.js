// What stands between Weir and a product's script (ADR 014). Bytes come in as text, one character a byte: a string is the one
// thing that crosses without host access. Everything used later is taken before the script can lay hands on it.
(function () {
  'use strict';
  const stringify = JSON.stringify;
  const parse = JSON.parse;
  const isArray = Array.isArray;
  const freeze = Object.freeze;
  const Bytes = Uint8Array;
  const Buffer = ArrayBuffer;
  const Later = Promise;
  const charCodeAt = Function.prototype.call.bind(String.prototype.charCodeAt);

  const array = (text) => {
    const bytes = [];
    for (let i = 0; i < text.length; i++) bytes[i] = charCodeAt(text, i);
    return bytes;
  };
  // A toJSON may make anything of an object: what counts is the text.
  const text = (result) => {
    const json = stringify(result);
    return typeof json === 'string' && charCodeAt(json, 0) === 123 ? json : null;
  };
  const object = (result) =>
    typeof result === 'object' && result !== null && !isArray(result) && !(result instanceof Later) ? text(result) : null;

  return {
    // After the script's own top level: no message may change what the next one finds.
    seal() {
      for (const it of [Object, Function, Array, String, Number, Boolean, Symbol, Date, RegExp, Error, Map, Set, WeakMap, WeakSet,
        Promise, ArrayBuffer, DataView, Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array,
        Float64Array, Uint8ClampedArray, Object.getPrototypeOf(Uint8Array)]) {
        freeze(it.prototype);
        freeze(it);
      }
      for (const it of [JSON, Math, Reflect]) freeze(it);
    },
    up: (fn, text) => object(fn(array(text))),
    transform: (fn, topic, text) => object(fn(topic, array(text))),
    down(fn, json, max) {
      const result = fn(parse(json));
      const from = result instanceof Buffer ? new Bytes(result) : result;
      if (!(isArray(from) || from instanceof Bytes || from instanceof Int8Array)) return null;
      const n = from.length;
      if (n > max) return null;
      const bytes = new Bytes(n);
      for (let i = 0; i < n; i++) {
        const b = from[i];
        if (typeof b !== 'number' || b < -128 || b > 255 || b % 1 !== 0) return null;
        bytes[i] = b;
      }
      return bytes.buffer;
    },
  };
})()
