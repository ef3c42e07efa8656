/**
 * Loaded into a process under test with --require: what a machine does to it that a test cannot do to a machine.
 *
 * FAULT_CLOCK_FILE  holds milliseconds that the wall clock is moved by; read 50 times a second.
 * FAULT_DISK_FILE   "full": a write takes half of its bytes, the next none (ENOSPC); "low": no free space is reported.
 * FAULT_KILL_AT     the process kills itself (SIGKILL) before this point, counted from 1: each write, sync, rename and
 *                   removal of a file and each write to a socket is one.
 */
const fs = require('node:fs');
const fsPromises = require('node:fs/promises');
const net = require('node:net');

const { readFileSync, writeSync, statfsSync } = fs;
const { FAULT_CLOCK_FILE, FAULT_DISK_FILE, FAULT_KILL_AT } = process.env;

const content = (path) => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

if (FAULT_CLOCK_FILE) {
  const real = Date.now;
  let moved = Number(content(FAULT_CLOCK_FILE));
  setInterval(() => (moved = Number(content(FAULT_CLOCK_FILE))), 20).unref();
  Date.now = () => real() + moved;
}

if (FAULT_DISK_FILE) {
  const half = new Set();
  fs.writeSync = (fd, bytes, offset = 0, length = bytes.length - offset, position = null) => {
    if (content(FAULT_DISK_FILE) !== 'full') {
      half.clear();
      return writeSync(fd, bytes, offset, length, position);
    }
    if (!half.has(fd) && length > 1) {
      half.add(fd);
      return writeSync(fd, bytes, offset, length >> 1, position);
    }
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  fs.statfsSync = (path) =>
    content(FAULT_DISK_FILE) === 'low' ? { bavail: 0, bsize: 4096 } : statfsSync(path);
}

if (FAULT_KILL_AT) {
  let point = 0;
  const pass = () => {
    point += 1;
    if (point === Number(FAULT_KILL_AT)) process.kill(process.pid, 'SIGKILL');
  };
  const around = (object, name) => {
    const original = object[name];
    object[name] = function (...args) {
      pass();
      return original.apply(this, args);
    };
  };
  for (const name of ['writeSync', 'fsyncSync', 'renameSync', 'linkSync']) around(fs, name);
  around(fsPromises, 'unlink');
  around(net.Socket.prototype, 'write');
}
