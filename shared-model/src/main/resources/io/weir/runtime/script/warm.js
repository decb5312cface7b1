// Touches what most scripts touch, so that the first message of a gateway does not pay for loading it.
(function () {
  'use strict';
  for (let round = 0; round < 50; round++) {
    const bytes = [1, 2, 3, 4, 250, 251, 252, 253];
    const view = new DataView(new Uint8Array(bytes).buffer, 0);
    const json = {id: '' + view.getInt32(0), params: {a: view.getUint16(4), b: bytes.map((b) => b.toString(16)).join('')}};
    const copy = JSON.parse(JSON.stringify(json));
    const text = String.fromCharCode.apply(null, bytes.slice(0, 4)) + copy.params.b;
    text.split('f').filter((s) => /^[0-9a-e]+$/.test(s)).concat(Object.keys(copy));
    try {
      throw new Error(parseInt(copy.id).toFixed(2));
    } catch (e) {
      Math.round(parseFloat(e.message) / 100);
    }
  }
})();
