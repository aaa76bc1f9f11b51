// The client that browsers use, driven line by line: one JSON command in, one JSON line out for each thing that happens.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [packages, url, cookie, origin, topic] = process.argv.slice(2);
const { HubConnectionBuilder, HttpTransportType, LogLevel } = createRequire(packages)("@microsoft/signalr");
const say = (what, value) => process.stdout.write(JSON.stringify({ what, value }) + "\n");

const connection = new HubConnectionBuilder()
  .withUrl(url, { headers: { Cookie: cookie, Origin: origin }, transport: HttpTransportType.WebSockets })
  .withAutomaticReconnect([0, 100, 200, 400, 800])
  .configureLogging(LogLevel.None)
  .build();

connection.on("changes", (changes) => say("changes", changes));
connection.on("gone", (gone) => say("gone", gone));
connection.onclose(() => say("closed", null));

await connection.start();
say("entered", await connection.invoke("Enter", topic, 0, -1));

for await (const line of createInterface({ input: process.stdin })) {
  const [method, ...args] = JSON.parse(line);
  say("answered", await connection.invoke(method, ...args));
}
await connection.stop();
