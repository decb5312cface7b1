'use strict';
// A water dispenser: the unmodified npm package alibabacloud-iot-device-sdk in front of a small model of valve and meter.
//
//   node device.js --demo ../../.weir/demo.json           the demo device of a running `mvn -Prun`
//   node device.js --broker mqtt://127.0.0.1:1883 --pk .. --dn .. --secret .. [--mode 0|1|2] [--flow 100] [--tick 200]
//
// Its own count of poured water is the oracle of Weir's tests: it is printed as one JSON line per change and kept by
// nobody else. Lines on stdin play the person in front of the device:
//   press            its own stop button          flow N     N ml/s from now on       stuck on|off   valve ignores stop
//   reboot           counters restart, new boot   quiet on|off  stop answering dispense
//   code C           types a code                 ask N   its own button: N ml of cold water
//   broker URL       to another gateway           quit
const fs = require('fs');
const readline = require('readline');
const sdk = require('alibabacloud-iot-device-sdk');

const args = {};
for (let i = 2; i < process.argv.length; i += 2) args[process.argv[i].replace(/^--/, '')] = process.argv[i + 1];

function settings() {
  if (!args.demo) return { broker: args.broker, pk: args.pk, dn: args.dn, secret: args.secret };
  const demo = JSON.parse(fs.readFileSync(args.demo, 'utf8'));
  const all = [demo.device].concat(demo.devices || []);
  const device = args.device ? all.find((d) => d.device_id === args.device) : demo.device;
  return { broker: `mqtt://${demo.mqtt}`, pk: device.product_key, dn: device.device_name, secret: device.device_secret, mode: device.measure_mode };
}

const s = settings();
const MODE = Number(args.mode ?? s.mode ?? 0); // 0 reports ml, 1 reports seconds, 2 reports pulses
const TICK_MS = Number(args.tick || 200);
const STOP_LAG_MS = Number(args.lag || 120); // a real valve takes a moment to close
const ML_PER_1000_PULSES = Number(args.ml_per_1000_pulses || 2222);

const water = { flow: Number(args.flow || 100), open: false, id: '', limit: 0, until: 0, closing: 0, carry: 0, stuck: false, quiet: false };
// What the device knows of itself. `poured` is the physical truth, in ml, and survives its reboots.
const truth = { poured: 0, byDispense: {} };
let counters;
function boot() {
  counters = { boot_id: Math.random().toString(36).slice(2, 12), started: Date.now(), ml: 0, pulses: 0, workMs: 0 };
}
boot();

let device;
const say = (event, more) => process.stdout.write(JSON.stringify({ event, t: Date.now(), ...more }) + '\n');

function snapshot() {
  const up = Math.floor((Date.now() - counters.started) / 1000);
  const all = { boot_id: counters.boot_id, uptime_s: up, power_on_s: up, work_s: Math.floor(counters.workMs / 1000), valve: water.open ? 1 : 0, flow_ml_s: water.open ? water.flow : 0, temperature: 21.5 };
  if (MODE === 0) all.total_ml = Math.floor(counters.ml);
  if (MODE === 2) all.pulse_total = Math.floor(counters.pulses);
  if (water.locked !== undefined) all.child_lock = water.locked;
  return all;
}

function post() {
  device.postProps(snapshot(), () => {});
}

function close(reason) {
  if (!water.open) return;
  water.open = false;
  const done = { dispense_id: water.id, total_ml: Math.floor(counters.ml), reason };
  say('closed', { ...done, poured: Math.floor(truth.poured), of_dispense: Math.floor(truth.byDispense[water.id] || 0) });
  post();
  device.postEvent('dispense_end', done);
}

let last = Date.now();
setInterval(() => {
  const now = Date.now();
  const dt = now - last;
  last = now;
  if (!water.open) return;
  water.carry += (water.flow * dt) / 1000; // it pours whole millilitres
  const ml = Math.floor(water.carry);
  water.carry -= ml;
  truth.poured += ml;
  truth.byDispense[water.id] = (truth.byDispense[water.id] || 0) + ml;
  counters.ml += ml;
  counters.pulses += (ml * 1000) / ML_PER_1000_PULSES;
  counters.workMs += dt;
  if (water.stuck) return; // neither a stop nor its own limit moves the valve
  if (water.closing && now >= water.closing) return close('stopped');
  // Its own last line of defence, far beyond what it was told.
  if (truth.byDispense[water.id] > water.limit * 1.5 + 200 || now > water.until) return close('own_limit');
}, 20);
setInterval(() => { if (water.open) post(); }, TICK_MS);
setInterval(post, 10000);

function connect(brokerUrl) {
  device = sdk.device({ productKey: s.pk, deviceName: s.dn, deviceSecret: s.secret, brokerUrl, keepalive: 30, clean: true });
  device.onService('dispense', (res, reply) => {
    const p = res.params;
    say('dispense', { ...p, open: water.open });
    if (water.quiet) return;
    const total = Math.floor(counters.ml);
    if (water.open) return reply({ id: res.id, code: 429, data: {}, message: 'busy' });
    truth.byDispense[p.dispense_id] = truth.byDispense[p.dispense_id] || 0;
    Object.assign(water, { open: true, id: p.dispense_id, limit: p.volume_ml, until: Date.now() + (p.seconds_max + 5) * 1000, closing: 0 });
    reply({ id: res.id, code: 200, data: MODE === 0 ? { total_ml: total } : {}, message: 'success' });
  });
  device.onService('stop', (res, reply) => {
    say('stop', res.params);
    if (water.open && !water.closing) water.closing = Date.now() + STOP_LAG_MS;
    reply({ id: res.id, code: 200, data: {}, message: 'success' });
  });
  device.onService('dispense_answer', (res, reply) => {
    say('answer', res.params); // what its display would show
    reply({ id: res.id, code: 200, data: {}, message: 'success' });
  });
  device.onProps((res) => { // answering is left to the application by this SDK
    if ('child_lock' in res.params) water.locked = Number(res.params.child_lock);
    say('props', res.params);
    device.publish(device.model.ONSET_PROPS_TOPIC + '_reply', JSON.stringify({ id: res.id, code: 200, data: {} }));
    post();
  });
  device.on('connect', () => { say('online', {}); post(); });
  device.on('close', () => say('offline', {}));
  device.on('error', (e) => say('error', { message: String(e) }));
}
connect(s.broker);

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, value] = line.trim().split(/\s+/);
  if (word === 'press') close('button');
  else if (word === 'code') device.postEvent('dispense_code', { code: value });
  else if (word === 'ask') device.postEvent('dispense_request', { outlet: 'cold', volume_ml: Number(value) });
  else if (word === 'flow') water.flow = Number(value);
  else if (word === 'stuck') water.stuck = value === 'on';
  else if (word === 'quiet') water.quiet = value === 'on';
  else if (word === 'reboot') { close('power'); boot(); post(); }
  else if (word === 'truth') say('truth', { poured: Math.floor(truth.poured), dispenses: truth.byDispense });
  else if (word === 'broker') { device.end(); connect(value); }
  else if (word === 'quit') { device.end(); process.exit(0); }
});
say('started', { mode: MODE, flow: water.flow });
