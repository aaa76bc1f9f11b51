using PublicBuyers.Commands;

// serve (the default), init, doctor, verify, backup, restore; `--help` says more.
return await PublicBuyersCommand.Run(args);
