'use strict';
// Lets a test drive an unmodified npm device SDK: one JSON line on stdin is one call of the SDK, one JSON line on
// stdout is what came of it.
//
//   node driver.js <package> device|gateway <config.json as text>
//
//   {"n":1,"call":"postProps","args":[{"level":3}]}              -> {"n":1,"reply":{..}}      the SDK's callback
//   {"n":2,"call":"getShadow"}                                   -> {"n":2,"done":true}       calls without a callback
//   {"n":3,"call":"login","args":[{..triple}],"as":"sub"}        the sub-device is "sub" from now on
//   {"n":4,"on":"sub","call":"postEvent","args":["low",{..}]}    a call on the sub-device
//   {"n":5,"service":"reset","mode":"sync","data":{"ok":1}}      answers this service so from now on
//   {"n":6,"register":{..}}                                      the package's register()
// What comes by itself: {"event":"connect"|"close"|"error"|"props"|"service"|"shadow"|"config"|"message", "of":"main"|"sub", ..}
const readline = require('readline');
const [, , name, kind, config] = process.argv;
const sdk = require(name);
const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const things = {};

// The calls whose last argument is a callback that hears the platform's reply.
const REPLIED = new Set(['postProps', 'postEvent', 'postTags', 'deleteTags', 'getConfig', 'addTopo', 'getTopo', 'removeTopo', 'login', 'logout', 'regiestSubDevice']);

function listen(thing, of) {
  things[of] = thing;
  for (const event of ['connect', 'close', 'error']) thing.on(event, (e) => say({ event, of, detail: e && String(e.message || e) }));
  thing.on('message', (topic, payload) => say({ event: 'message', of, topic, payload: payload.toString() }));
  if (thing.onShadow) thing.onShadow((document) => say({ event: 'shadow', of, document }));
  // Answering a pushed configuration and a property set is left to the application by this SDK.
  if (thing.onConfig) {
    thing.onConfig((message) => {
      say({ event: 'config', of, message });
      const push = `/sys/${thing.model.productKey}/${thing.model.deviceName}/thing/config/push`;
      if (message.method === 'thing.config.push') thing.publish(push + '_reply', JSON.stringify({ id: message.id, code: 200, data: {} }));
    });
  }
  if (thing.onProps) {
    thing.onProps((request) => {
      say({ event: 'props', of, request });
      thing.publish(thing.model.ONSET_PROPS_TOPIC + '_reply', JSON.stringify({ id: request.id, code: 200, data: {} }));
    });
  }
}

function service(of, { service: id, mode, data }) {
  things[of].onService(id, (request, reply) => {
    say({ event: 'service', of, id, request });
    const answer = { id: request.id, code: 200, data };
    if (reply) reply(answer, mode);
    else things[of].publish(`/sys/${things[of].model.productKey}/${things[of].model.deviceName}/thing/service/${id}_reply`, JSON.stringify(answer)); // 1.0.1 has no reply function
  });
}

function run(order) {
  const { n, call, args = [], on = 'main', as } = order;
  if (order.register) return sdk.register(order.register, (reply) => say({ n, reply: reply instanceof Error ? { error: reply.message, status: reply.response && reply.response.status } : reply }));
  if (order.service) {
    service(on, order);
    return say({ n, done: true });
  }
  const thing = things[on];
  if (!REPLIED.has(call)) {
    thing[call](...args);
    return say({ n, done: true });
  }
  const made = thing[call](...args, (reply) => say({ n, reply }));
  if (as) listen(made, as);
  return undefined;
}

listen(sdk[kind](JSON.parse(config)), 'main');
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  try {
    run(JSON.parse(line));
  } catch (e) {
    say({ event: 'broken', line, detail: String(e.stack) });
  }
}).on('close', () => process.exit(0));
