// A mail relay on this machine that takes everything and delivers nothing (RFC 5321, as little of it as a client needs).

import net from 'node:net';

/** Listens on a free port; what arrives stands in `letters`: from, to, the message. */
export async function sink() {
  const letters = [];
  const server = net.createServer((socket) => {
    let letter = { to: [] };
    let rest = '';
    let data = null;
    const say = (line) => socket.write(`${line}\r\n`);
    const take = (line) => {
      if (data !== null) {
        if (line !== '.') {
          data.push(line.startsWith('..') ? line.slice(1) : line);
          return;
        }
        letters.push({ ...letter, message: data.join('\r\n') });
        [data, letter] = [null, { to: [] }];
        say('250 2.0.0 taken');
        return;
      }
      const address = /<(.*)>/.exec(line)?.[1];
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') socket.write('250-sink.example\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n');
      else if (verb === 'MAIL') {
        letter.from = address;
        say('250 2.1.0 fine');
      } else if (verb === 'RCPT') {
        letter.to.push(address);
        say('250 2.1.5 fine');
      } else if (verb === 'DATA') {
        data = [];
        say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 2.0.0 bye');
        socket.end();
      } else say('250 2.0.0 fine');
    };
    say('220 sink.example');
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const lines = (rest + bytes).split('\r\n');
      rest = lines.pop();
      lines.forEach(take);
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { letters, url: `smtp://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
