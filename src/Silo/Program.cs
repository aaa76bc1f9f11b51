using PublicBuyers.Commands;

// What people ask of the executable: serve (the default), init, doctor, verify, backup, restore.
return await CommandLine.Run(args);
