using PublicBuyers.Commands;

// serve (the default), init, doctor, mail-test, verify, backup, restore; `--help` says more.
return await PublicBuyersCommand.Run(args);
