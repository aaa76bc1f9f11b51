using System.CommandLine;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary>The commands, and what their exit codes mean: 0 done, 1 wrong usage or configuration, 2 damage found, 3 the data folder cannot be used.</summary>
internal static class CommandLine
{
    public const int Fine = 0;
    public const int WrongUsage = 1;
    public const int CannotUseData = 3;

    private static readonly Option<bool> Demo = new("--demo") { Description = "Use a data folder of its own, ./data-demo, filled with demonstration data. Deleting the folder removes it." };
    private static readonly Option<string?> Data = new("--data") { Description = "The data folder. Default: ./data, or ./data-demo with --demo." };
    private static readonly Option<string?> Url = new("--url") { Description = $"Where to listen. Default: {ServerOptions.DefaultUrl}." };
    private static readonly Argument<string[]> Settings = new("settings") { Description = "Settings, such as PublicBuyers:BaseUrl=https://buyers.example", Arity = ArgumentArity.ZeroOrMore };

    public static async Task<int> Run(string[] args)
    {
        var root = new RootCommand("PublicBuyers: live collaboration for communities of public buyers.") { Demo, Data, Url, Settings };
        root.SetAction(Serve);

        var serve = new Command("serve", "Run the server (the default).") { Demo, Data, Url, Settings };
        serve.SetAction(Serve);
        root.Add(serve);
        root.Add(InitCommand.Create());
        root.Add(DoctorCommand.Create());
        root.Add(VerifyCommand.Create());
        root.Add(BackupCommand.Create());
        root.Add(RestoreCommand.Create());

        return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
    }

    private static async Task<int> Serve(ParseResult given, CancellationToken cancel)
    {
        try
        {
            var options = ServerOptions.Read(given.GetValue(Settings) ?? [], given.GetValue(Demo), given.GetValue(Data), given.GetValue(Url));
            await using var server = PublicBuyersServer.Build(options);
            await server.StartAsync(cancel);
            await Greeting.Print(server.Services, options, Console.Out);
            await server.WaitForShutdownAsync(cancel);
            return Fine;
        }
        catch (ConfigurationException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return WrongUsage;
        }
        catch (DataFolderException unusable)
        {
            await Console.Error.WriteLineAsync(unusable.Message);
            return CannotUseData;
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{taken.Message} Stop what is listening there, or give another address with --url http://localhost:5081.");
            return WrongUsage;
        }
    }
}
