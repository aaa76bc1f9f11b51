using PublicBuyers.Bench;
using PublicBuyers.Bench.Servers;

// Every figure of docs/quality as a ratio to its baseline, taken in one run; `--help` says more.
return args is ["--server", var kind, .. var rest] ? await ServerProcess.Run(kind, rest) : await Bench.Run(args);
